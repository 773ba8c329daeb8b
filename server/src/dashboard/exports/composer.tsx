import {
  type ExportContainer,
  type ExportFormatInfo,
  type ExportRequest,
  exportContainers,
  withFix,
} from '@gleaner/shared/exports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import type { VersionSummary } from '@gleaner/shared/versions'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSettled } from '../parts/use-settled.ts'
import { SplitBar } from '../splits/split-bar.tsx'
import { formatBytes, formatCount, formatNoun } from '../text/format.ts'
import { Findings } from './findings.tsx'
import { FormatList } from './format-list.tsx'
import { OptionsForm } from './options-form.tsx'
import { RenderForm } from './render-form.tsx'
import { inFormat, optionFields, renderOf } from './request.ts'
import { SubsetForm } from './subset-form.tsx'

const containerWords: Readonly<Record<ExportContainer, string>> = {
  folder: 'A folder',
  tar: 'One tar file',
  tgz: 'One tar.gz file',
  zip: 'One zip file',
}

interface PartProps {
  readonly title: string
  readonly children: ReactNode
  readonly isOpen?: boolean
}

function Part({ title, children, isOpen = false }: PartProps) {
  return (
    <details className="export-part" open={isOpen}>
      <summary>{title}</summary>
      <div className="export-fields">{children}</div>
    </details>
  )
}

interface CheckedProps {
  readonly datasetId: string
  readonly request: ExportRequest
  readonly onFix: (fix: Partial<ExportRequest>) => void
}

/** What would be written, what would be lost, and the button that writes. */
function Checked({ datasetId, request, onFix }: CheckedProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const { settled: asked, isSettled } = useSettled(request)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: keys.preflight(datasetId, asked),
    queryFn: () => api.preflight(datasetId, asked),
    placeholderData: keepPreviousData,
  })
  const start = useMutation({
    mutationFn: () => api.startExport(datasetId, request),
    onSuccess: ({ name }) => {
      toast(`Writing ${name}…`)
      return cache.invalidateQueries({ queryKey: keys.exports(datasetId) })
    },
  })
  const isRefused = data?.findings.some(({ weight }) => weight === 'refused') ?? true
  const isCurrent = isSettled && !isPlaceholderData && !error
  const { train = 0, validation = 0, test = 0, ...others } = data?.splits ?? {}
  const none = Object.values(others).reduce((sum, count) => sum + count, 0)
  return (
    <section className="card stack export-checked" aria-label="Before it is written">
      <h2 className="card-title">Before it is written</h2>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <>
          <p className="soft" role="status">
            {formatNoun(data.images, 'picture')} in {formatNoun(data.classes.length, 'class', 'classes')},
            about {formatBytes(data.sizeBytes)}
            {data.encoded > 0 ? `; ${formatCount(data.encoded)} are made anew` : '; none is encoded again'}.
          </p>
          <SplitBar counts={{ train, validation, test }} none={none} isNamed />
          {data.findings.length === 0 ? (
            <p className="export-fine">Nothing would be lost.</p>
          ) : (
            <Findings findings={data.findings} onFix={onFix} />
          )}
        </>
      ) : error ? null : (
        <p className="soft">Checking…</p>
      )}
      {start.error ? <Problem error={start.error} /> : null}
      <Button
        kind="primary"
        size="large"
        icon="export"
        isDisabled={!isCurrent || isRefused}
        isPending={start.isPending}
        onPress={() => start.mutate()}
      >
        Write export
      </Button>
    </section>
  )
}

interface ComposerProps {
  readonly datasetId: string
  readonly versions: readonly VersionSummary[]
  readonly formats: readonly ExportFormatInfo[]
  readonly labels: readonly string[]
  /** The version that was asked for in the address. */
  readonly versionId: number
}

/** Puts an export together: which version, for whom, and how pictures are made. */
export function Composer({ datasetId, versions, formats, labels, versionId }: ComposerProps) {
  const [first] = formats
  const [request, setRequest] = useState<ExportRequest>({
    versionId,
    format: first?.format ?? 'class-folders',
    container: first?.containers[0] ?? 'folder',
  })
  const change = (patch: Partial<ExportRequest>) => setRequest(now => withFix(now, patch))
  const info = formats.find(({ format }) => format === request.format)
  const containers = exportContainers.filter(id => info?.containers.includes(id))
  return (
    <div className="composer">
      <div className="stack">
        <Select
          label="Version"
          options={versions.map(({ id, name, images }) => ({
            ...{ id: `${id}`, label: name },
            detail: formatNoun(images, 'picture'),
          }))}
          value={`${request.versionId}`}
          onChange={id => change({ versionId: Number(id) })}
        />
        <FormatList
          formats={formats}
          chosen={request.format}
          onChoose={next => setRequest(now => inFormat(now, next))}
        />
        {info && optionFields(info.options).length > 0 ? (
          <Part key={info.format} title={`Options of ${info.title}`} isOpen>
            <OptionsForm
              schema={info.options}
              options={request.options ?? {}}
              onChange={options => change({ options })}
            />
          </Part>
        ) : null}
        <Part title="Pictures">
          <RenderForm render={renderOf(request)} onChange={render => change({ render })} />
        </Part>
        <Part title="Which, and how many">
          <SubsetForm {...{ request, labels }} onChange={setRequest} />
        </Part>
        {containers.length > 1 ? (
          <Select
            label="Written as"
            options={containers.map(id => ({ id, label: containerWords[id] }))}
            value={request.container ?? 'folder'}
            onChange={id => change({ container: containers.find(one => one === id) ?? 'folder' })}
          />
        ) : null}
        <Switch
          label="Count copies across splits anew at the end"
          isSelected={request.recount ?? false}
          onChange={recount => change({ recount })}
        />
      </div>
      <Checked datasetId={datasetId} request={request} onFix={change} />
    </div>
  )
}

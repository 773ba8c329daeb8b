import type { ExportState, ExportSummary } from '@gleaner/shared/exports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatBytes, formatCount, formatDuration, formatNoun, formatTime } from '../text/format.ts'
import { reasonOf, reasonOfError } from '../text/reasons.ts'
import { Findings } from './findings.tsx'

const stateWords: Readonly<Record<ExportState, string>> = {
  rendering: 'Making pictures',
  writing: 'Writing',
  proving: 'Reading it back',
  done: 'Proved',
  cancelled: 'Stopped',
  failed: 'Failed',
}
const isUnderWay = (state: ExportState) => state === 'rendering' || state === 'writing' || state === 'proving'

interface ExportRowProps {
  readonly datasetId: string
  /** Path of the dataset's folder. */
  readonly folder: string
  readonly entry: ExportSummary
  readonly title: string
}

function Progress({ entry }: { readonly entry: ExportSummary }) {
  const { state, done, total, secondsLeft } = entry
  const left = secondsLeft === null ? '' : `, about ${formatDuration(secondsLeft * 1000)} left`
  return (
    <ProgressBar
      label={stateWords[state]}
      isLabelled
      value={done}
      max={Math.max(1, total)}
      valueLabel={`${formatCount(done)} of ${formatCount(total)}${left}`}
    />
  )
}

function Proof({ proof }: { readonly proof: NonNullable<ExportSummary['proof']> }) {
  const { images, classes, digestsCompared, pairsAcrossSplits } = proof
  const pairs =
    pairsAcrossSplits === null
      ? ''
      : pairsAcrossSplits === 0
        ? ' No copies across splits.'
        : ` ${formatNoun(pairsAcrossSplits, 'pair')} of copies across splits.`
  return (
    <p className="small export-proof">
      <Icon name="check" sizePx={15} /> Read back: {formatNoun(images, 'picture')} in{' '}
      {formatNoun(classes, 'class', 'classes')}, {formatCount(digestsCompared)} compared byte by byte.{pairs}
    </p>
  )
}

function Outcome({ entry, folder }: { readonly entry: ExportSummary; readonly folder: string }) {
  const { state, path, proof, code, facts } = entry
  if (state === 'failed') {
    const { say, hint } = reasonOf(code ?? 'PROTOCOL_INTERNAL')
    return (
      <p className="export-failed">
        {say} {facts} <span className="soft">{hint}</span>
      </p>
    )
  }
  if (state === 'cancelled') return <p className="soft">Stopped before its end. Nothing was left behind.</p>
  return (
    <>
      {proof ? <Proof proof={proof} /> : null}
      {path ? <CopyText text={`${folder}/${path}`} what="the path" isShort /> : null}
    </>
  )
}

/** One export: how far it is, or what was proved of it and where it lies. */
export function ExportRow({ datasetId, folder, entry, title }: ExportRowProps) {
  const { id, name, state, versionName, startedAtMs, sizeBytes, findings } = entry
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  const refresh = () => cache.invalidateQueries({ queryKey: keys.exports(datasetId) })
  const cancel = useMutation({
    mutationFn: () => api.cancelExport(datasetId, id),
    onSuccess: refresh,
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  const remove = useMutation({ mutationFn: () => api.deleteExport(datasetId, id), onSuccess: refresh })
  const size = sizeBytes > 0 ? ` · ${formatBytes(sizeBytes)}` : ''
  const isGoing = isUnderWay(state)
  return (
    <li className="card export">
      <div className="export-head">
        <div className="export-words">
          <h3 className="export-name">
            <bdi>{name}</bdi>
          </h3>
          <p className="small soft">
            {title} · <bdi>{versionName}</bdi> · {formatTime(startedAtMs)}
            {size}
          </p>
        </div>
        {isGoing ? (
          <Button size="small" isPending={cancel.isPending} onPress={() => cancel.mutate()}>
            Stop
          </Button>
        ) : (
          <Button kind="quiet" size="small" icon="trash" onPress={() => setAsking(true)}>
            Delete
          </Button>
        )}
      </div>
      {isGoing ? <Progress entry={entry} /> : <Outcome {...{ entry, folder }} />}
      {findings.length > 0 && !isGoing ? (
        <details>
          <summary className="small">{formatNoun(findings.length, 'finding')} it was written with</summary>
          <Findings findings={findings} />
        </details>
      ) : null}
      <Confirm
        title={
          <>
            Delete export <bdi>{name}</bdi>?
          </>
        }
        doLabel="Delete files"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutateAsync()}
      >
        <p>
          Its files go from the disk for good. It can be written again from the same version, byte by byte the
          same.
        </p>
      </Confirm>
    </li>
  )
}

import type { ExportFormatInfo, ExportSummary } from '@gleaner/shared/exports'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useSearchParams } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { Composer } from './composer.tsx'
import { ExportRow } from './export-row.tsx'
import './exports.css'

interface WrittenProps {
  readonly datasetId: string
  readonly folder: string
  readonly entries: readonly ExportSummary[]
  readonly formats: readonly ExportFormatInfo[]
}

function Written({ datasetId, folder, entries, formats }: WrittenProps) {
  const titles = useMemo(() => new Map(formats.map(({ format, title }) => [format, title])), [formats])
  if (entries.length === 0) return null
  return (
    <section className="stack" aria-label="Written exports">
      <h2 className="card-title">Written</h2>
      <ul className="stack">
        {entries.map(entry => (
          <ExportRow
            key={entry.id}
            {...{ datasetId, folder, entry }}
            title={titles.get(entry.format) ?? entry.format}
          />
        ))}
      </ul>
    </section>
  )
}

/** From a version to something a trainer loads, checked before and read back after. */
export default function Exports({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const [search] = useSearchParams()
  const dataset = useDatasetSummary(datasetId)
  const versions = useQuery({ queryKey: keys.versions(datasetId), queryFn: () => api.versions(datasetId) })
  const formats = useQuery({
    queryKey: keys.exportFormats,
    queryFn: api.exportFormats,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const written = useQuery({ queryKey: keys.exports(datasetId), queryFn: () => api.exports(datasetId) })
  const all = [versions, formats, written]
  const error = all.find(query => query.error)?.error
  const list = versions.data?.versions
  const asked = Number(search.get('version'))
  const chosen = list?.find(({ id }) => id === asked) ?? list?.[0]
  const labels = useMemo(() => dataset?.classes.map(({ label }) => label) ?? [], [dataset])
  return (
    <>
      <PageHead
        title="Exports"
        about="Checked against the rules of whoever reads it, written, then read back before it gets its name."
      />
      {error ? (
        <Problem error={error} onRetry={() => void Promise.all(all.map(query => query.refetch()))} />
      ) : null}
      {list && formats.data && written.data ? (
        <>
          {chosen ? (
            <Composer
              key={chosen.id}
              {...{ datasetId, labels }}
              versions={list}
              formats={formats.data.formats}
              versionId={chosen.id}
            />
          ) : (
            <Empty
              icon="export"
              title="There is no version to export yet"
              actions={<Link href={`/datasets/${datasetId}/versions`}>Make a version</Link>}
            >
              An export is always of a version, so that it can be made again the same.
            </Empty>
          )}
          <Written
            datasetId={datasetId}
            folder={dataset?.folder ?? ''}
            entries={written.data.exports}
            formats={formats.data.formats}
          />
        </>
      ) : error ? null : (
        <p className="page-wait">Loading…</p>
      )}
    </>
  )
}

import type { CandidateRow } from '@gleaner/shared/api'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { CandidateFilter } from '../api/client.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { usePagedList } from '../api/use-paged-list.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { useIsAtTop } from '../parts/use-window.ts'
import { CandidateList } from './candidate-list.tsx'
import { isFiltered, readFilter, writeFilter } from './filter.ts'
import { Filters } from './filters.tsx'
import { Reasons } from './reasons.tsx'
import { Views } from './views.tsx'
import './activity.css'

const pageSize = 100
const idOf = (row: CandidateRow) => row.id

function useCandidates(datasetId: string, filter: CandidateFilter) {
  const api = useApi()
  const fetchPage = useCallback(
    async (cursor: string | null) => {
      const page = await api.candidates(datasetId, filter, cursor, pageSize)
      return { items: page.candidates, cursor: page.cursor }
    },
    [api, datasetId, filter],
  )
  return usePagedList({ datasetId, fetchPage, idOf, isAtTop: useIsAtTop() })
}

interface CandidatesProps {
  readonly datasetId: string
  readonly filter: CandidateFilter
  readonly onClear: () => void
}

function Candidates({ datasetId, filter, onClear }: CandidatesProps) {
  const list = useCandidates(datasetId, filter)
  const { ensure, refreshHead } = list
  const need = useCallback((count: number) => void ensure(count), [ensure])
  if (list.error) return <Problem error={list.error} onRetry={() => void refreshHead()} />
  if (list.items.length > 0) {
    return (
      <CandidateList datasetId={datasetId} rows={list.items} isComplete={list.isComplete} onNeed={need} />
    )
  }
  if (list.isLoading || !list.isComplete) return <p className="page-wait">Loading…</p>
  return isFiltered(filter) ? (
    <Empty
      icon="search"
      title="Nothing matches"
      actions={<Button onPress={onClear}>Clear the filters</Button>}
    />
  ) : (
    <Empty icon="activity" title="Nothing has been collected yet">
      Every picture you collect shows up here with what became of it, and why.
    </Empty>
  )
}

/** What became of every candidate, and why. */
export default function ActivityPage({ datasetId }: { readonly datasetId: string }) {
  const dataset = useDatasetSummary(datasetId)
  const [search, setSearch] = useSearchParams()
  const filter = useMemo(() => readFilter(search), [search])
  const change = useCallback(
    (next: CandidateFilter) => setSearch(writeFilter(next), { replace: true }),
    [setSearch],
  )
  const clear = useCallback(() => change({}), [change])
  if (!dataset) return null
  return (
    <>
      <PageHead
        title="Activity"
        about={
          <>
            Every candidate of <bdi>{dataset.name}</bdi> and what became of it.
          </>
        }
      />
      <Views datasetId={datasetId} shown="candidates" />
      <Filters dataset={dataset} filter={filter} onChange={change} />
      <div className="activity">
        <Reasons datasetId={datasetId} filter={filter} onChange={change} />
        <section className="activity-list" aria-label="Candidates">
          <Candidates datasetId={datasetId} filter={filter} onClear={clear} />
        </section>
      </div>
    </>
  )
}

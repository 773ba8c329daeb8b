import type { DuplicateOverview } from '@gleaner/shared/duplicates'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { Redirect, useLocation, useSearchParams } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { doneWords } from '../text/duplicate-words.ts'
import { ConflictReview } from './conflict-review.tsx'
import type { Item } from './decisions.ts'
import { GroupReview } from './group-review.tsx'
import { type Decisions, useDecisions } from './use-decisions.ts'
import { countOf, filters, firstWaiting, type View, Views, views } from './views.tsx'
import './duplicates.css'

interface LastProps {
  readonly overview: DuplicateOverview | undefined
  readonly decisions: Decisions
  readonly onUndo: () => void
}

/** What was done last, or that it is being saved, and the way back. */
function Last({ overview, decisions, onUndo }: LastProps) {
  const last = overview?.lastAct ?? null
  const { saving, takenBack } = decisions
  const words = takenBack ? 'Taken back' : last ? doneWords(last) : ''
  return (
    <div className="last-act">
      <span className="small soft" role="status">
        {saving > 0 ? 'Saving…' : words}
      </span>
      {last || decisions.made > 0 ? (
        <Button size="small" icon="undo" onPress={onUndo}>
          Undo
        </Button>
      ) : null}
    </div>
  )
}

/** Which item the address asks for, or an undo. */
function useWanted(datasetId: string, view: View) {
  const [search] = useSearchParams()
  const [, navigate] = useLocation()
  const [imageIds, setImageIds] = useState<readonly string[]>()
  const text = search.get('at')
  const goTo = useCallback(
    (to: Item) => {
      setImageIds(to.imageIds)
      navigate(`/datasets/${datasetId}/duplicates/${to.view}?at=${to.id}`, { replace: true })
    },
    [datasetId, navigate],
  )
  const go = useCallback((id: number) => goTo({ view, id }), [goTo, view])
  const goOn = useCallback(() => setImageIds(undefined), [])
  const id = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  return { wanted: { id, imageIds }, goTo, go, goOn }
}

const isView = (text: string): text is View => views.some(view => view === text)

interface DuplicatesProps {
  readonly datasetId: string
  readonly view: string | undefined
}

/** Copies, separate shots and label conflicts: what waits for a decision, one after another. */
export default function Duplicates({ datasetId, view }: DuplicatesProps) {
  const dataset = useDatasetSummary(datasetId)
  if (view !== undefined && isView(view)) return <Page datasetId={datasetId} view={view} />
  const first = dataset ? firstWaiting(dataset.review) : 'copies'
  return <Redirect to={`/datasets/${datasetId}/duplicates/${first}`} replace />
}

function Page({ datasetId, view }: { readonly datasetId: string; readonly view: View }) {
  const api = useApi()
  const dataset = useDatasetSummary(datasetId)
  const { wanted, goTo, go, goOn } = useWanted(datasetId, view)
  const made = useDecisions(datasetId, goTo)
  const decide: Decisions['decide'] = (item, send) => {
    goOn()
    made.decide(item, send)
  }
  const decisions = { ...made, decide }
  const { data, error, refetch } = useQuery({
    queryKey: keys.duplicates(datasetId),
    queryFn: () => api.duplicates(datasetId),
  })
  const undo = () => decisions.undo(data?.lastAct?.id)
  const shared = {
    datasetId,
    decisions,
    wanted,
    onGo: go,
    onUndo: undo,
    left: data ? countOf(data, view) : 0,
  }
  return (
    <>
      <PageHead
        title="Duplicates"
        about={
          <>
            Decide once about copies in <bdi>{dataset?.name}</bdi>, and never again.
          </>
        }
        actions={<Last overview={data} decisions={decisions} onUndo={undo} />}
      />
      <Views datasetId={datasetId} shown={view} counts={data} />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {view === 'conflicts' ? (
        <ConflictReview key={view} {...shared} />
      ) : (
        <GroupReview key={view} view={view} filter={filters[view]} {...shared} onGoOn={goOn} />
      )}
    </>
  )
}

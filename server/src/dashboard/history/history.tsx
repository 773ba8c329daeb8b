import type { ActPage, ActSummary } from '@gleaner/shared/acts'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { keys } from '../api/keys.ts'
import { useActs, useApi, useDatasetChanged, useDatasetSummary } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { createQuiet } from '../parts/quiet.ts'
import { useNow } from '../parts/use-now.ts'
import { useUndo } from '../shell/undo.tsx'
import { ActRow } from './act-row.tsx'
import { wayTo } from './steps.ts'
import './history.css'

const pageSize = 50

function useHistory(datasetId: string) {
  const api = useApi()
  const list = useInfiniteQuery({
    queryKey: keys.history(datasetId),
    queryFn: ({ pageParam }) => api.acts(datasetId, pageParam, pageSize),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.cursor,
    staleTime: 0,
  })
  const { refetch } = list
  const quiet = useMemo(() => createQuiet(() => void refetch()), [refetch])
  useEffect(() => quiet.stop, [quiet])
  useDatasetChanged(datasetId, quiet.ask)
  const { running } = useActs(datasetId)
  const acts = list.data?.pages.flatMap(page => page.acts) ?? []
  const ends: Pick<ActPage, 'undoId' | 'redoId'> = list.data?.pages[0] ?? { undoId: null, redoId: null }
  const live = (act: ActSummary) => running.find(({ id }) => id === act.id) ?? act
  return { ...list, acts: acts.map(live), ends }
}

interface StepsProps {
  readonly acts: readonly ActSummary[]
  readonly ends: Pick<ActPage, 'undoId' | 'redoId'>
}

/** The two steps that are asked for most: back, and forth again. */
function Steps({ acts, ends }: StepsProps) {
  const { undo, redo } = useUndo()
  const title = (id: number | null) => acts.find(act => act.id === id)?.title
  return (
    <div className="row">
      <Button icon="undo" isDisabled={ends.undoId === null} onPress={undo}>
        Undo
        <span className="key-hint" aria-hidden="true">
          Ctrl Z
        </span>
        <span className="gl-visually-hidden">{title(ends.undoId)}</span>
      </Button>
      <Button icon="redo" isDisabled={ends.redoId === null} onPress={redo}>
        Redo
        <span className="key-hint" aria-hidden="true">
          Ctrl Shift Z
        </span>
        <span className="gl-visually-hidden">{title(ends.redoId)}</span>
      </Button>
    </div>
  )
}

/** Everything that was done to the pictures and classes of a dataset: by whom, when, how many; and the way back. */
export default function History({ datasetId }: { readonly datasetId: string }) {
  const dataset = useDatasetSummary(datasetId)
  const { acts, ends, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useHistory(datasetId)
  const nowMs = useNow(10_000)
  return (
    <>
      <PageHead
        title="History"
        about={
          <>
            All that was done in <bdi>{dataset?.name}</bdi>, and the way back from it, however far.
          </>
        }
        actions={<Steps acts={acts} ends={ends} />}
      />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {isPending && !error ? <p className="page-wait">Loading…</p> : null}
      {!isPending && !error && acts.length === 0 ? (
        <Empty icon="history" title="Nothing was done yet">
          Whatever you decide about pictures and classes is written down here, and can be taken back.
        </Empty>
      ) : null}
      {acts.length > 0 ? (
        <ol className="acts" aria-label="Acts, newest first">
          {acts.map(act => (
            <ActRow key={act.id} datasetId={datasetId} act={act} {...wayTo(acts, ends, act)} nowMs={nowMs} />
          ))}
        </ol>
      ) : null}
      {hasNextPage ? (
        <div>
          <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            Show earlier acts
          </Button>
        </div>
      ) : null}
    </>
  )
}

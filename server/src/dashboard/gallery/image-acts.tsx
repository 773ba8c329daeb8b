import type { ActState } from '@gleaner/shared/acts'
import { useQuery } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { formatTime } from '../text/format.ts'

const most = 20

const stateWords: Readonly<Partial<Record<ActState, string>>> = {
  running: 'under way',
  cancelled: 'stopped before its end',
  failed: 'failed',
  undoing: 'being taken back',
  undone: 'taken back',
  redoing: 'being done again',
}

/** What was done to a picture, and by whom, newest first. */
export function ImageActs({ datasetId, imageId }: { readonly datasetId: string; readonly imageId: string }) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.image(datasetId, imageId), 'acts'],
    queryFn: () => api.acts(datasetId, null, most, imageId),
  })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <p className="faint">Loading…</p>
  if (data.acts.length === 0) return <p className="faint">Nobody has done anything to it yet.</p>
  return (
    <ol className="image-acts">
      {data.acts.map(({ id, title, state, by, atMs }) => (
        <li key={id}>
          <p>
            <bdi>{title}</bdi>
            {stateWords[state] ? <span className="faint"> ({stateWords[state]})</span> : null}
          </p>
          <p className="small faint">
            {formatTime(atMs)}, by <bdi>{by}</bdi>
          </p>
        </li>
      ))}
    </ol>
  )
}

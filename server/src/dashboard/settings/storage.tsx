import { useQuery } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { diskShares } from '../overview/stat-words.ts'
import { Problem } from '../parts/problem.tsx'
import { ShareList } from '../plots/share-list.tsx'
import { formatBytes } from '../text/format.ts'
import { Part } from './part.tsx'

/** What the dataset takes on the disk, and how much is left there. */
export function Storage({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: keys.stats(datasetId),
    queryFn: () => api.stats(datasetId),
    staleTime: 0,
  })
  const sum = data ? diskShares(data.disk).reduce((total, { count }) => total + count, 0) : 0
  return (
    <Part
      title="Storage"
      about="Small copies and parts of the index are made anew when they are gone. The trash can be emptied."
    >
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <ShareList
          title={`${formatBytes(sum)} taken, ${formatBytes(data.disk.freeBytes)} free`}
          shares={diskShares(data.disk)}
          unit={formatBytes}
        />
      ) : null}
      {data || error ? null : <p className="soft">Counting…</p>}
    </Part>
  )
}

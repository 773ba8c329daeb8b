import { Button } from '@gleaner/shared/ui/button.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { type VersionDiff, type VersionSummary, versionChanges } from '@gleaner/shared/versions'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Picture } from '../parts/picture.tsx'
import { Problem } from '../parts/problem.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { formatCount } from '../text/format.ts'
import { changeWords } from './version-words.ts'
import './versions.css'

type DiffImage = VersionDiff['images'][number]
type Side = DiffImage['before']

const sideWords = (side: Side) =>
  side === null ? 'not there' : [side.label, side.split].filter(Boolean).join(', ')

function ClassChanges({ rows }: { readonly rows: VersionDiff['byClass'] }) {
  const changed = rows.filter(row => row.before !== row.after || row.added + row.removed + row.moved > 0)
  if (changed.length === 0) return null
  return (
    <WideTable label="Classes that differ">
      <thead>
        <tr>
          {['Class', 'Before', 'After', 'Added', 'Removed', 'Moved'].map(name => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changed.map(({ label, before, after, added, removed, moved }) => (
          <tr key={label}>
            <th scope="row">
              <bdi>{label}</bdi>
            </th>
            {[before, after].map((count, index) => (
              <td key={['before', 'after'][index]}>{formatCount(count)}</td>
            ))}
            <td className="diff-added">{added > 0 ? `+${formatCount(added)}` : ''}</td>
            <td className="diff-removed">{removed > 0 ? `−${formatCount(removed)}` : ''}</td>
            <td>{moved > 0 ? formatCount(moved) : ''}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  )
}

function Changed({ datasetId, image }: { readonly datasetId: string; readonly image: DiffImage }) {
  const { id, changes, before, after } = image
  const words = changes.map(change => changeWords[change]).join(', ')
  return (
    <li className="diff-image">
      <span className="diff-picture">
        <Picture datasetId={datasetId} imageId={id} alt="" fit="contain" />
      </span>
      <strong>{words}</strong>
      <span className="small soft">
        <bdi>{sideWords(before)}</bdi> → <bdi>{sideWords(after)}</bdi>
      </span>
    </li>
  )
}

interface DiffProps {
  readonly datasetId: string
  readonly from: number
  readonly to: number
}

function Changes({ datasetId, from, to }: DiffProps) {
  const api = useApi()
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.versionDiff(datasetId, from, to),
    queryFn: ({ pageParam }) => api.versionDiff(datasetId, from, to, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.cursor,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  const first = data?.pages[0]
  if (!data || !first) return <p className="page-wait">Comparing…</p>
  const images = data.pages.flatMap(page => page.images)
  if (images.length === 0) {
    return (
      <Empty icon="check" title="These versions hold the same">
        Not one picture, label, box or split differs.
      </Empty>
    )
  }
  return (
    <>
      <ul className="diff-counts">
        {versionChanges
          .filter(change => first.counts[change] > 0)
          .map(change => (
            <li key={change} className="card">
              <strong>{formatCount(first.counts[change])}</strong>
              <span className="soft">{changeWords[change]}</span>
            </li>
          ))}
      </ul>
      <ClassChanges rows={first.byClass} />
      <ul className="diff-images" aria-label="Pictures that differ">
        {images.map(image => (
          <Changed key={image.id} datasetId={datasetId} image={image} />
        ))}
      </ul>
      {hasNextPage ? (
        <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </>
  )
}

interface PickerProps extends DiffProps {
  readonly versions: readonly VersionSummary[]
}

function Picker({ datasetId, from, to, versions }: PickerProps) {
  const [, navigate] = useLocation()
  const options = versions.map(({ id, name, images }) => ({
    id: `${id}`,
    label: name,
    detail: formatCount(images),
  }))
  const go = (a: number | string, b: number | string) => navigate(`/datasets/${datasetId}/versions/${a}/${b}`)
  return (
    <div className="diff-picker">
      <Select label="From" options={options} value={`${from}`} onChange={id => go(id, to)} />
      <Select label="To" options={options} value={`${to}`} onChange={id => go(from, id)} />
      <Button icon="refresh" onPress={() => go(to, from)}>
        Swap
      </Button>
    </div>
  )
}

/** What became of pictures from one version to another. */
export default function Diff(props: DiffProps) {
  const { datasetId, from, to } = props
  const api = useApi()
  const { data, error } = useQuery({
    queryKey: keys.versions(datasetId),
    queryFn: () => api.versions(datasetId),
  })
  return (
    <>
      <PageHead
        title="Compare versions"
        about={<Link href={`/datasets/${datasetId}/versions`}>Back to all versions</Link>}
      />
      {error ? <Problem error={error} /> : null}
      {data ? <Picker {...props} versions={data.versions} /> : null}
      <Changes key={`${from} ${to}`} {...props} />
    </>
  )
}

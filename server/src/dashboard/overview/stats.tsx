import type { ClassSummary, DatasetSummary } from '@gleaner/shared/dataset'
import { type FacetCounts, licenseFamilies } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import type { DatasetStats } from '@gleaner/shared/stats'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { binsOf, trimBins } from '../plots/bins.ts'
import HistogramPlot from '../plots/histogram-plot.tsx'
import { type Share, ShareList } from '../plots/share-list.tsx'
import { formatBytes, formatCount, formatNoun } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { ClassTable } from './class-table.tsx'
import { diskShares, licenseWords, originWords, pixelWords, ratioWords } from './stat-words.ts'
import './stats.css'

/** Shares that lead to the pictures they count. */
function sharesOf(
  datasetId: string,
  { facet, values }: FacetCounts,
  words: (value: string, label: string) => string = (_, label) => label,
): readonly Share[] {
  const part = { engine: 'engines', host: 'hosts', license: 'licenses', origin: 'origins' } as const
  const name =
    facet === 'engine' || facet === 'host' || facet === 'license' || facet === 'origin'
      ? part[facet]
      : undefined
  return values.map(({ value, label, count }) => ({
    ...{ id: value, label: words(value, label), count },
    ...(name && value !== ''
      ? { href: `/datasets/${datasetId}/gallery?${filterToQuery({ [name]: [value] })}` }
      : {}),
  }))
}

function ImbalanceNotice({ stats, classes }: { stats: DatasetStats; classes: readonly ClassSummary[] }) {
  const { imbalance } = stats
  const byId = (wanted: number) => classes.find(({ id }) => id === wanted)
  const largest = imbalance && byId(imbalance.largestClassId)
  const smallest = imbalance && byId(imbalance.smallestClassId)
  if (!imbalance || !largest || !smallest) return null
  return (
    <Notice
      tone="warning"
      title={
        <>
          Imbalance: <bdi>{largest.label}</bdi> has {ratioWords(imbalance.ratio)} times the pictures of{' '}
          <bdi>{smallest.label}</bdi>
        </>
      }
    >
      A model would learn to guess the large class. Collect more of <bdi>{smallest.label}</bdi> (
      {formatNoun(smallest.images, 'picture')}), or set goals and keep to them.
    </Notice>
  )
}

function Plots({ stats }: { readonly stats: DatasetStats }) {
  const sides = useMemo(() => trimBins(binsOf(stats.sides)), [stats.sides])
  const aspects = useMemo(() => trimBins(binsOf(stats.aspects)), [stats.aspects])
  return (
    <div className="stat-plots">
      <div className="card">
        <HistogramPlot title="Shortest side of the originals" bins={sides} toWords={pixelWords} />
      </div>
      <div className="card">
        <HistogramPlot title="Width to height" bins={aspects} toWords={ratioOfLog} />
      </div>
    </div>
  )
}

const ratioOfLog = (log: number) =>
  `${ratioWords(2 ** Math.abs(log))} : 1${log < -0.05 ? ' high' : log > 0.05 ? ' wide' : ''}`

function Shares({ datasetId, stats }: { readonly datasetId: string; readonly stats: DatasetStats }) {
  const { origins, engines, hosts, licenses, disk } = stats
  const isFamily = (value: string) => licenseFamilies.find(one => one === value)
  return (
    <div className="stat-shares">
      <div className="card">
        <ShareList
          title="How they came"
          shares={sharesOf(datasetId, origins, originWords)}
          rest={origins.rest}
        />
      </div>
      <div className="card">
        <ShareList title="Engines" shares={sharesOf(datasetId, engines)} rest={engines.rest} />
      </div>
      <div className="card">
        <ShareList title="Hosts" shares={sharesOf(datasetId, hosts, hostName)} rest={hosts.rest} />
      </div>
      <div className="card">
        <ShareList
          title="Licence, as claimed"
          shares={sharesOf(datasetId, licenses, (value, label) => {
            const family = isFamily(value)
            return family ? licenseWords[family] : label
          })}
          rest={licenses.rest}
        />
      </div>
      <div className="card">
        <ShareList title="Disk" shares={diskShares(disk)} unit={formatBytes} />
        <p className="small soft stat-free">{formatBytes(disk.freeBytes)} are free.</p>
      </div>
    </div>
  )
}

/** What a dataset is made of: where it stands, what is missing, where it comes from, what it takes. */
export default function Stats({ dataset }: { readonly dataset: DatasetSummary }) {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.stats(dataset.id),
    queryFn: () => api.stats(dataset.id),
  })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <p className="page-wait">Counting…</p>
  return (
    <div className="stats">
      <ImbalanceNotice stats={data} classes={dataset.classes} />
      <ClassTable datasetId={dataset.id} stats={data} classes={dataset.classes} />
      {data.images > 0 ? (
        <>
          <Plots stats={data} />
          <Shares datasetId={dataset.id} stats={data} />
        </>
      ) : null}
      {data.trash > 0 ? (
        <p className="small">
          <Link href={`/datasets/${dataset.id}/trash`}>{formatCount(data.trash)} in the trash</Link>
        </p>
      ) : null}
    </div>
  )
}

import { Button } from '@gleaner/shared/ui/button.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { QueueCard } from '../overview/queue-card.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { formatCount } from '../text/format.ts'
import { HostFilters } from './host-filters.tsx'
import { HostTable } from './host-table.tsx'
import { firstView, type HostView, hostsPerPage, orderWords, placeOf } from './host-view.ts'
import { Views } from './views.tsx'
import './activity.css'
import './hosts.css'

/** How often it is asked anew while the page is looked at. */
const askEveryMs = 2_000

function useHosts(view: HostView) {
  const api = useApi()
  return useQuery({
    queryKey: keys.hosts(view),
    queryFn: async () => {
      const { order, text, isHeldBack, page } = view
      const offset = page * hostsPerPage
      const answer = await api.hosts({ order, text, isHeldBack, offset, limit: hostsPerPage })
      return { ...answer, atMs: performance.now() }
    },
    refetchInterval: askEveryMs,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
}

interface PagesProps {
  readonly view: HostView
  readonly matching: number
  readonly onChange: (view: HostView) => void
}

function Pages({ view, matching, onChange }: PagesProps) {
  const { page, last, first, end } = placeOf(view.page, matching)
  const go = (to: number) => onChange({ ...view, page: to })
  return (
    <nav aria-label="Pages of hosts" className="host-pages">
      <p className="small soft">
        {formatCount(first)}–{formatCount(end)} of {formatCount(matching)}
      </p>
      {last > 0 ? (
        <span className="row">
          <Button size="small" icon="chevron-left" isDisabled={page === 0} onPress={() => go(page - 1)}>
            Previous
          </Button>
          <Button size="small" icon="chevron-right" isDisabled={page === last} onPress={() => go(page + 1)}>
            Next
          </Button>
        </span>
      ) : null}
    </nav>
  )
}

function HostList({ view, onChange }: Omit<PagesProps, 'matching'>) {
  const { data, error, refetch } = useHosts(view)
  if (!data) {
    return error ? (
      <Problem error={error} onRetry={() => void refetch()} />
    ) : (
      <p className="page-wait">Loading…</p>
    )
  }
  if (data.total === 0) {
    return (
      <Empty icon="activity" title="No host has anything to do">
        Hosts stand here while their pictures wait or are fetched: how many, at what pace, and what holds them
        back.
      </Empty>
    )
  }
  return (
    <>
      <HostFilters view={view} onChange={onChange} />
      {data.matching === 0 ? (
        <Empty
          icon="search"
          title="Nothing matches"
          actions={<Button onPress={() => onChange(firstView)}>Clear the filters</Button>}
        />
      ) : (
        <section className="card host-card" aria-label="Hosts">
          <HostTable
            hosts={data.hosts}
            atMs={data.atMs}
            order={view.order}
            onOrder={order => onChange({ ...view, order, page: 0 })}
            caption={`Hosts, ordered by: ${orderWords[view.order].toLowerCase()}`}
          />
          <Pages view={view} matching={data.matching} onChange={onChange} />
        </section>
      )}
    </>
  )
}

/** How it stands with every host, over all datasets. */
export default function HostsPage({ datasetId }: { readonly datasetId: string }) {
  const [view, setView] = useState(firstView)
  return (
    <>
      <PageHead
        title="Activity"
        about={`Hosts of all datasets that have something to do, ${hostsPerPage} at a time.`}
      />
      <Views datasetId={datasetId} shown="hosts" />
      <QueueCard isAmongHosts />
      <HostList view={view} onChange={setView} />
    </>
  )
}

import type { HostActivity, HostOrder } from '@gleaner/shared/activity'
import type { ReactNode } from 'react'
import { useTicks } from '../parts/use-ticks.ts'
import { formatBytes, formatCount } from '../text/format.ts'
import { formatPace, nextRequest, whyWaits } from '../text/host-words.ts'

interface HeadProps {
  readonly order: HostOrder
  readonly current: HostOrder
  readonly onOrder: (order: HostOrder) => void
  readonly className?: string
  readonly children: ReactNode
}

/** Head of a column by which the table can be sorted. */
function Head({ order, current, onOrder, className, children }: HeadProps) {
  const isCurrent = order === current
  const direction = order === 'name' ? 'ascending' : 'descending'
  return (
    <th scope="col" aria-sort={isCurrent ? direction : undefined} className={className}>
      <button type="button" className="host-sort" onClick={() => onOrder(order)}>
        {children}
        <span aria-hidden="true" className="host-arrow">
          {isCurrent ? (order === 'name' ? '↑' : '↓') : ''}
        </span>
      </button>
    </th>
  )
}

function Why({ host }: { readonly host: HostActivity }) {
  const words = whyWaits(host)
  return words.length === 0 ? null : <span className="host-why">{words.join(' · ')}</span>
}

function HostRow({ host, passedMs }: { readonly host: HostActivity; readonly passedMs: number }) {
  const isResting = host.reason !== null && host.reason !== 'spacing'
  const next = nextRequest(host, passedMs)
  return (
    <tr>
      <th scope="row">
        <bdi>{host.host}</bdi>
        <span className="host-narrow">
          {isResting ? <b className="host-rests">Next request: {next}</b> : null}
          <Why host={host} />
          <span className="faint">{formatBytes(host.receivedBytes)} received</span>
        </span>
      </th>
      <td>{formatCount(host.queued)}</td>
      <td>{formatCount(host.inHand)}</td>
      <td className="host-next host-wide">
        <span className={isResting ? 'host-rests' : ''}>{next}</span>
        <Why host={host} />
      </td>
      <td className="host-pace host-wide">{formatPace(host)}</td>
      <td className="host-wide">{formatBytes(host.receivedBytes)}</td>
    </tr>
  )
}

interface HostTableProps {
  readonly hosts: readonly HostActivity[]
  /** When the server said so, by the clock of `performance.now()`. */
  readonly atMs: number
  readonly order: HostOrder
  readonly onOrder: (order: HostOrder) => void
  readonly caption: string
}

/** One page of hosts. Times count down between two answers of the server. */
export function HostTable({ hosts, atMs, order, onOrder, caption }: HostTableProps) {
  const passedMs = Math.max(0, useTicks(1_000) - atMs)
  const sort = { current: order, onOrder }
  return (
    <table className="host-table">
      <caption className="gl-visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <Head {...sort} order="name">
            Host
          </Head>
          <Head {...sort} order="busiest">
            Waiting
          </Head>
          <Head {...sort} order="running">
            Running
          </Head>
          <Head {...sort} order="longest-wait" className="host-next host-wide">
            Next request
          </Head>
          <th scope="col" className="host-pace host-wide">
            Pace
          </th>
          <Head {...sort} order="most-received" className="host-wide">
            Received
          </Head>
        </tr>
      </thead>
      <tbody>
        {hosts.map(host => (
          <HostRow key={host.host} host={host} passedMs={passedMs} />
        ))}
      </tbody>
    </table>
  )
}

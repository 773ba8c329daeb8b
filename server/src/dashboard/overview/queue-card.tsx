import type { Activity } from '@gleaner/shared/activity'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useOverview } from '../api/use-app.ts'
import { PauseButton } from '../parts/pause-button.tsx'
import { useTicks } from '../parts/use-ticks.ts'
import { formatBytes, formatCount, formatDuration, formatRate } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { formatWait, nextRequest } from '../text/host-words.ts'
import { idleReasonWords } from '../text/reasons.ts'

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** Since the activity was last told, by a clock nobody can set. */
function usePassedMs(activity: Activity): number {
  const [told, setTold] = useState({ activity, atMs: performance.now() })
  useEffect(() => setTold({ activity, atMs: performance.now() }), [activity])
  return Math.max(0, useTicks(1_000) - told.atMs)
}

function Hosts({ activity, passedMs }: { readonly activity: Activity; readonly passedMs: number }) {
  const { datasets } = useOverview()
  const { hosts, hostCount } = activity
  return (
    <>
      <table className="hosts">
        <caption className="gl-visually-hidden">Busiest hosts</caption>
        <thead>
          <tr>
            <th scope="col">Busiest hosts</th>
            <th scope="col" className="hosts-running">
              Running
            </th>
            <th scope="col">Waiting</th>
            <th scope="col">Next request</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(host => (
            <tr key={host.host}>
              <th scope="row">
                <bdi>{hostName(host.host)}</bdi>
              </th>
              <td className="hosts-running">{formatCount(host.inHand)}</td>
              <td>{formatCount(host.queued)}</td>
              <td className={(host.waitMs ?? 0) >= 5000 ? 'hosts-paused' : ''}>
                {nextRequest(host, passedMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {datasets[0] ? (
        <Link href={`/datasets/${datasets[0].id}/activity/hosts`} className="hosts-all">
          {hostCount > hosts.length ? `All ${formatCount(hostCount)} hosts` : 'More about these hosts'}
        </Link>
      ) : null}
    </>
  )
}

function Figures({ activity }: { readonly activity: Activity }) {
  const { remainingMs, bytesPerSecond, maxBytesPerSecond } = activity
  const cap = maxBytesPerSecond === null ? '' : ` of ${formatBytes(maxBytesPerSecond)}`
  return (
    <dl className="figures">
      <Figure label="Waiting" value={formatCount(activity.queued)} />
      <Figure label="In hand" value={formatCount(activity.inHand)} />
      <Figure label="Rate" value={formatRate(activity.perSecond)} />
      <Figure label="Received per second" value={`${formatBytes(bytesPerSecond)}${cap}`} />
      <Figure
        label="Time left"
        value={remainingMs === null ? 'unknown' : `about ${formatDuration(remainingMs)}`}
      />
    </dl>
  )
}

function LogNotice() {
  return (
    <Notice tone="warning" title="An index is not written back to its file">
      Another program may hold a dataset’s gleaner.db open: close it. Nothing is lost, but the files beside it
      grow.
    </Notice>
  )
}

interface QueueCardProps {
  /** Whether the hosts stand below anyway. */
  readonly isAmongHosts?: boolean
}

/** What the server is doing right now, or why it is not. */
export function QueueCard({ isAmongHosts = false }: QueueCardProps) {
  const { activity } = useOverview()
  const passedMs = usePassedMs(activity)
  const { reason, waitMs, queued, inHand, hosts } = activity
  const { say, hint } = idleReasonWords[reason]
  const isBusy = queued + inHand > 0
  return (
    <section className="card queue" aria-labelledby="queue-title">
      <div className="queue-words">
        <h2 className="card-title" id="queue-title">
          <span className={`queue-dot queue-${tones[reason] ?? 'warning'}`} />
          {say}
        </h2>
        <p className="soft">
          {hint}
          {waitMs === null ? null : ` The next one may be asked: ${nextTime(waitMs - passedMs)}.`}
        </p>
      </div>
      <PauseButton kind="plain" />
      {isBusy ? <Figures activity={activity} /> : null}
      {activity.isLogTooLong ? <LogNotice /> : null}
      {isBusy && !isAmongHosts && hosts.length > 0 ? <Hosts activity={activity} passedMs={passedMs} /> : null}
    </section>
  )
}

const nextTime = (waitMs: number) => (waitMs < 1_000 ? 'now' : `in ${formatWait(waitMs)}`)

const tones: Partial<Record<Activity['reason'], 'calm' | 'danger'>> = {
  working: 'calm',
  'nothing-queued': 'calm',
  'bandwidth-cap': 'calm',
  'disk-full': 'danger',
  'no-rights': 'danger',
}

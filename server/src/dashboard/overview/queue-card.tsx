import type { Activity } from '@gleaner/shared/activity'
import { useOverview } from '../api/use-app.ts'
import { formatCount, formatDuration, formatRate } from '../text/format.ts'
import { idleReasonWords } from '../text/reasons.ts'

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function nextIn(waitMs: number | null): string {
  if (waitMs === null) return 'after this one'
  return waitMs < 1000 ? 'now' : formatDuration(waitMs)
}

function Hosts({ hosts }: { readonly hosts: Activity['hosts'] }) {
  return (
    <table className="hosts">
      <caption className="gl-visually-hidden">Busiest hosts</caption>
      <thead>
        <tr>
          <th scope="col">Busiest hosts</th>
          <th scope="col">In hand</th>
          <th scope="col">Waiting</th>
          <th scope="col">Next in</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map(({ host, queued, inHand, waitMs }) => (
          <tr key={host}>
            <th scope="row">
              <bdi>{host}</bdi>
            </th>
            <td>{formatCount(inHand)}</td>
            <td>{formatCount(queued)}</td>
            <td className={(waitMs ?? 0) >= 5000 ? 'hosts-paused' : ''}>{nextIn(waitMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What the server is doing right now, or why it is not. */
export function QueueCard() {
  const { activity } = useOverview()
  const { reason } = activity
  const { say, hint } = idleReasonWords[reason]
  const isBusy = activity.queued + activity.inHand > 0
  const tone = { 'nothing-queued': 'calm', working: 'calm', 'disk-full': 'danger' }[reason as string]
  return (
    <section className="card queue" aria-labelledby="queue-title">
      <div className="queue-words">
        <h2 className="card-title" id="queue-title">
          <span className={`queue-dot queue-${tone ?? 'warning'}`} />
          {say}
        </h2>
        <p className="soft">{hint}</p>
      </div>
      {isBusy ? (
        <>
          <dl className="figures">
            <Figure label="Waiting" value={formatCount(activity.queued)} />
            <Figure label="In hand" value={formatCount(activity.inHand)} />
            <Figure label="Rate" value={formatRate(activity.perSecond)} />
            <Figure
              label="Time left"
              value={
                activity.remainingMs === null ? 'unknown' : `about ${formatDuration(activity.remainingMs)}`
              }
            />
          </dl>
          {activity.hosts.length > 0 ? <Hosts hosts={activity.hosts} /> : null}
        </>
      ) : null}
    </section>
  )
}

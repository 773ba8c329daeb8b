import { useLiveStatus, useOverview } from '../api/use-app.ts'
import { PauseIconButton } from '../parts/pause-button.tsx'
import { formatCount } from '../text/format.ts'
import { idleReasonWords } from '../text/reasons.ts'

/** Whether what is shown is live, and how much is waiting. */
export function LiveMark() {
  const status = useLiveStatus()
  const { activity, setup } = useOverview()
  const waiting = activity.queued + activity.inHand
  const { reason } = activity
  const words = status === 'live' ? idleReasonWords[reason].say : 'Reconnecting…'
  return (
    <div className="live-mark">
      <span className={`live-dot live-dot-${status === 'live' ? reason : 'lost'}`} />
      <span className="live-words">
        {words}
        {waiting > 0 ? <span className="live-more">{formatCount(waiting)} waiting</span> : null}
      </span>
      {status === 'live' ? <PauseIconButton /> : null}
      <span className="live-version">{setup.version}</span>
    </div>
  )
}

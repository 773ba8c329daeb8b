import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { DeedButton, type KeyDeed } from '../parts/key-frame.tsx'
import { formatCount, formatDuration } from '../text/format.ts'
import { classDigits } from './class-keys.ts'
import { paceOf, timeLeftMs } from './pace.ts'
import type { SessionProps } from './session.tsx'
import type { Review } from './use-review.ts'

/** How far the class has come, how fast, and how long the rest will take. */
export function Progress({ review }: { readonly review: Pick<Review, 'counts' | 'beats'> }) {
  const { counts, beats } = review
  if (!counts) return null
  const { none, kept, unsure } = counts
  const total = none + kept + unsure
  const perMinute = paceOf(beats)
  return (
    <section className="stack-close" aria-label="Progress">
      <ProgressBar
        label="Reviewed"
        isLabelled
        value={kept + unsure}
        max={Math.max(1, total)}
        valueLabel={`${formatCount(kept + unsure)} of ${formatCount(total)}`}
      />
      <dl className="review-counts">
        <div>
          <dt>Left</dt>
          <dd>{formatCount(none)}</dd>
        </div>
        <div>
          <dt>Kept</dt>
          <dd>{formatCount(kept)}</dd>
        </div>
        <div>
          <dt>Unsure</dt>
          <dd>{formatCount(unsure)}</dd>
        </div>
      </dl>
      <p className="small soft">
        {perMinute === undefined || perMinute <= 0
          ? 'Your pace shows after a few pictures.'
          : `${formatCount(Math.round(perMinute))} a minute, about ${formatDuration(timeLeftMs(none, perMinute))} left.`}
      </p>
    </section>
  )
}

interface AsideProps extends SessionProps {
  readonly moves: readonly KeyDeed[]
  readonly move: KeyDeed
}

/** Progress, and the classes a picture can be moved to. */
export function Aside({ review, summary, byKey, onAssign, moves, move }: AsideProps) {
  return (
    <aside className="review-aside">
      <Progress review={review} />
      <section className="stack-close" aria-label="Move to a class">
        <h2 className="aside-title">Move to</h2>
        <ul className="class-keys">
          {classDigits.map((digit, place) => {
            const target = byKey[place]
            if (!target) return null
            const deed = moves.find(({ shown }) => shown === `${digit}`)
            return (
              <li key={digit}>
                <button
                  type="button"
                  className="class-key"
                  disabled={target.id === summary.id}
                  onClick={deed?.run}
                >
                  <kbd>{digit}</kbd>
                  <bdi>{target.label}</bdi>
                  {target.id === summary.id ? <span className="small faint">here</span> : null}
                </button>
              </li>
            )
          })}
        </ul>
        <div className="row">
          <DeedButton deed={move} kind="plain">
            Another class…
          </DeedButton>
          <Button kind="quiet" onPress={onAssign}>
            Change the keys
          </Button>
        </div>
      </section>
    </aside>
  )
}

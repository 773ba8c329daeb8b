import { catalogue } from '@gleaner/shared/errors'
import { outcomes } from '@gleaner/shared/outcome'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { StatePill } from '@gleaner/shared/ui/state-pill.tsx'
import type { TabProgress } from '../platform/message-table.ts'
import { pressShare, unfinished } from '../platform/words.ts'

interface PressProgressProps {
  readonly press: NonNullable<TabProgress['press']>
  /** Takes the press back. */
  readonly undo: () => void
  readonly isUndoing: boolean
}

/** How the last press of Collect fares, by outcome. */
export function PressProgress({ press, undo, isUndoing }: PressProgressProps) {
  const { counts, refused, refusedCode } = press
  const left = unfinished(press)
  const done = Math.round(pressShare(press) * 100)
  const where = `${press.class} in ${press.dataset}`
  if (press.isUndone) {
    return (
      <p className="popup-soft" role="status">
        The last collect, <bdi>{where}</bdi>, was taken back.
      </p>
    )
  }
  return (
    <div className="popup-progress" role="status" aria-label="Progress">
      <ProgressBar
        label={where}
        value={done}
        valueLabel={left === 0 ? 'Finished' : `${left.toLocaleString('en')} to go`}
        isLabelled
      />
      <div className="popup-pills">
        {counts
          ? outcomes.map(state =>
              counts[state] > 0 ? <StatePill key={state} state={state} count={counts[state]} /> : null,
            )
          : null}
        {left > 0 ? <StatePill state="queued" count={left} /> : null}
      </div>
      {refused > 0 ? (
        <Notice tone="warning" title={`The server refused ${refused.toLocaleString('en')}.`}>
          {refusedCode ? `${catalogue[refusedCode].say} ${catalogue[refusedCode].hint}` : null}
        </Notice>
      ) : null}
      <div>
        <Button kind="quiet" size="small" icon="refresh" isPending={isUndoing} onPress={undo}>
          Take back
        </Button>
      </div>
    </div>
  )
}

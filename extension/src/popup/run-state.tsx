import { catalogue } from '@gleaner/shared/errors'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import type { Run } from '../platform/message-table.ts'

/** How far a collect has come that goes on by itself. */
export function RunState({ run }: { readonly run: Run }) {
  const { found, wanted, state, class: label } = run
  const { say, hint } = catalogue.HARVEST_CHALLENGE
  return (
    <div className="popup-progress" role="status" aria-label="Collecting">
      <ProgressBar
        label={`Looking for ${label}`}
        value={found}
        max={wanted}
        valueLabel={`${found.toLocaleString('en')} of ${wanted.toLocaleString('en')}`}
        isLabelled
      />
      {state === 'paused' ? (
        <Notice tone="warning" title={`Paused: ${say}`}>
          {hint}
        </Notice>
      ) : null}
    </div>
  )
}

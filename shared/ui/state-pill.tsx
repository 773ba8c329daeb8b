import type { CandidateState } from '@gleaner/shared/outcome'
import './state-pill.css'

/** The words for the states, as a person reads them. */
export const stateWords: Readonly<Record<CandidateState, string>> = {
  queued: 'Waiting',
  leased: 'In hand',
  stored: 'Stored',
  duplicate: 'Duplicate',
  upgraded: 'Upgraded',
  rejected: 'Rejected',
  opted_out: 'Opted out',
  failed: 'Failed',
  blocked: 'Blocked',
  cancelled: 'Cancelled',
}

interface StatePillProps {
  readonly state: CandidateState
  /** Shown after the word. */
  readonly count?: number
}

/** A state of a candidate as a coloured word. */
export function StatePill({ state, count }: StatePillProps) {
  return (
    <span className={`gl-pill gl-state-${state}`}>
      {stateWords[state]}
      {count === undefined ? null : <span className="gl-pill-count">{count.toLocaleString('en')}</span>}
    </span>
  )
}

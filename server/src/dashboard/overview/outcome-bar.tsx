import { candidateStates, type StateCounts } from '@gleaner/shared/outcome'
import { StatePill, stateWords } from '@gleaner/shared/ui/state-pill.tsx'
import { Link } from 'wouter'
import { withQuery } from '../api/paths.ts'
import { formatCount } from '../text/format.ts'

interface OutcomeBarProps {
  readonly datasetId: string
  readonly counts: StateCounts
}

/** Where all candidates of a dataset stand: one bar, and a word for each part that leads to its list. */
export function OutcomeBar({ datasetId, counts }: OutcomeBarProps) {
  const parts = candidateStates.filter(state => counts[state] > 0)
  const total = parts.reduce((sum, state) => sum + counts[state], 0)
  if (total === 0) return null
  return (
    <div className="outcomes">
      <div className="outcome-bar" aria-hidden="true">
        {parts.map(state => (
          <span
            key={state}
            className={`outcome-part gl-state-${state}`}
            style={{ flexGrow: counts[state] }}
            title={`${stateWords[state]}: ${formatCount(counts[state])}`}
          />
        ))}
      </div>
      <ul className="row" aria-label="Candidates by state">
        {parts.map(state => (
          <li key={state}>
            <Link className="pill-link" href={withQuery(`/datasets/${datasetId}/activity`, { state })}>
              <StatePill state={state} count={counts[state]} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

import type { QualityOverview, QualityProblem } from '@gleaner/shared/quality-problems'
import { useState } from 'react'
import { Link } from 'wouter'
import { formatCount, formatNoun } from '../text/format.ts'
import { problemWords } from '../text/quality-words.ts'

interface ProblemListProps {
  readonly datasetId: string
  readonly problems: QualityOverview['problems']
  readonly shown: QualityProblem
}

/** All problems, those first that took most when the page was opened: nothing moves away under somebody's hand. */
export function ProblemList({ datasetId, problems, shown }: ProblemListProps) {
  const [order] = useState(() => problems.map(({ problem }) => problem))
  const ranked = order.flatMap(name => problems.find(({ problem }) => problem === name) ?? [])
  return (
    <nav aria-label="Problems" className="problems">
      {ranked.map(({ problem, count }) => (
        <Link
          key={problem}
          href={`/datasets/${datasetId}/quality/${problem}`}
          className="problem"
          aria-current={problem === shown ? 'page' : undefined}
        >
          <span>{problemWords[problem].name}</span>{' '}
          <span className="problem-count">
            <span aria-hidden="true">{formatCount(count)}</span>
            <span className="gl-visually-hidden">{formatNoun(count, 'picture')}</span>
          </span>
        </Link>
      ))}
    </nav>
  )
}

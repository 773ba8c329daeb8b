import { type SplitName, splitNames } from '@gleaner/shared/splits'
import { formatCount } from '../text/format.ts'
import { SplitCount, splitWord } from './split-link.tsx'
import './split-bar.css'

export type SplitCounts = Readonly<Record<SplitName, number>>

const all = [...splitNames, 'none'] as const

interface SplitBarProps {
  readonly counts: SplitCounts
  /** Pictures that are in none. */
  readonly none?: number
  /** Says the counts below the bar. */
  readonly isNamed?: boolean
  /** The dataset whose pictures are counted, as they are now: each count leads to them. */
  readonly of?: string
}

/** How pictures are shared out. */
export function SplitBar({ counts, none = 0, isNamed = false, of }: SplitBarProps) {
  const parts = all.map(split => ({ split, count: split === 'none' ? none : counts[split] }))
  const shown = parts.filter(({ count }) => count > 0)
  const words = shown.map(({ split, count }) => `${splitWord(split)} ${formatCount(count)}`).join(', ')
  return (
    <div className="split-shares">
      <div className="split-bar" role="img" aria-label={words === '' ? 'Nothing' : words}>
        {shown.map(({ split, count }) => (
          <span key={split} className={`split-part split-${split}`} style={{ flexGrow: count }} />
        ))}
      </div>
      {isNamed ? (
        <ul className="split-names" aria-hidden={of === undefined}>
          {shown.map(({ split, count }) => (
            <li key={split}>
              <span className={`split-dot split-${split}`} />
              {splitWord(split)}{' '}
              <strong>
                {of === undefined ? formatCount(count) : <SplitCount datasetId={of} {...{ split, count }} />}
              </strong>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

import { type SplitName, splitNames } from '@gleaner/shared/splits'
import { formatCount } from '../text/format.ts'
import { splitWords } from './split-words.ts'
import './split-bar.css'

export type SplitCounts = Readonly<Record<SplitName, number>>

const all = [...splitNames, 'none'] as const
const wordsOf = (split: (typeof all)[number]) => (split === 'none' ? 'In no split' : splitWords[split])

interface SplitBarProps {
  readonly counts: SplitCounts
  /** Pictures that are in none. */
  readonly none?: number
  /** Says the counts below the bar. */
  readonly isNamed?: boolean
}

/** How pictures are shared out. */
export function SplitBar({ counts, none = 0, isNamed = false }: SplitBarProps) {
  const parts = all.map(split => ({ split, count: split === 'none' ? none : counts[split] }))
  const shown = parts.filter(({ count }) => count > 0)
  const words = shown.map(({ split, count }) => `${wordsOf(split)} ${formatCount(count)}`).join(', ')
  return (
    <div className="split-shares">
      <div className="split-bar" role="img" aria-label={words === '' ? 'Nothing' : words}>
        {shown.map(({ split, count }) => (
          <span key={split} className={`split-part split-${split}`} style={{ flexGrow: count }} />
        ))}
      </div>
      {isNamed ? (
        <ul className="split-names" aria-hidden="true">
          {shown.map(({ split, count }) => (
            <li key={split}>
              <span className={`split-dot split-${split}`} />
              {wordsOf(split)} <strong>{formatCount(count)}</strong>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

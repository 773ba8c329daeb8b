import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { type ReactNode, useState } from 'react'

interface FilterPartProps {
  readonly title: string
  /** How much of the filter is about this. */
  readonly count: number
  readonly isOpen?: boolean
  readonly children: ReactNode
}

/** A part of the filter that can be folded away; what is folded asks the server for nothing. */
export function FilterPart({ title, count, isOpen = false, children }: FilterPartProps) {
  const [isShown, setShown] = useState(isOpen || count > 0)
  return (
    <details className="filter-part" open={isShown} onToggle={event => setShown(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" sizePx={14} />
        <span>{title}</span>
        {count > 0 ? <span className="filter-count">{count}</span> : null}
      </summary>
      {isShown ? <div className="filter-body">{children}</div> : null}
    </details>
  )
}

import { Icon, type IconName } from '@gleaner/shared/ui/icon.tsx'
import type { ReactNode } from 'react'

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** What stands where there is nothing yet: why, and how something gets there. */
export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} sizePx={28} />
      </span>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions}
    </div>
  )
}

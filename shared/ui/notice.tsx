import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './notice.css'

const icons = { info: 'info', good: 'check', warning: 'alert', danger: 'alert' } as const satisfies Record<
  string,
  IconName
>

interface NoticeProps {
  readonly tone?: keyof typeof icons
  /** What happened, in one sentence. */
  readonly title: ReactNode
  /** What to do about it. */
  readonly children?: ReactNode
  /** Buttons or links at the end. */
  readonly actions?: ReactNode
  /** Whether it is read out when it appears: at once for `alert`, when convenient for `status`. */
  readonly role?: 'alert' | 'status'
}

/** A sentence that matters now, with what to do about it. */
export function Notice({ tone = 'info', title, children, actions, role }: NoticeProps) {
  return (
    <div className={`gl-notice gl-notice-${tone}`} role={role}>
      <Icon name={icons[tone]} />
      <div className="gl-notice-words">
        <p className="gl-notice-title">{title}</p>
        {children ? <div className="gl-notice-more">{children}</div> : null}
      </div>
      {actions ? <div className="gl-notice-actions">{actions}</div> : null}
    </div>
  )
}

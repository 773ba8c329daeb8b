import type { ReactNode } from 'react'

interface PartProps {
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

/** Settings that belong together, with a sentence on what they are about. */
export function Part({ title, about, children }: PartProps) {
  return (
    <section className="card setting-part" aria-label={title}>
      <div className="setting-words">
        <h2 className="card-title">{title}</h2>
        <p className="soft small">{about}</p>
      </div>
      <div className="setting-fields">{children}</div>
    </section>
  )
}

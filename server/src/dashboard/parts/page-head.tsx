import { type ReactNode, useEffect } from 'react'

interface PageHeadProps {
  readonly title: string
  /** One line below the title. */
  readonly about?: ReactNode
  readonly actions?: ReactNode
}

/** Title of a page, also of the window. */
export function PageHead({ title, about, actions }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Gleaner`
  }, [title])
  return (
    <header className="page-head">
      <div className="page-head-words">
        <h1>
          <bdi>{title}</bdi>
        </h1>
        {about ? <p className="page-head-about">{about}</p> : null}
      </div>
      {actions ? <div className="page-head-actions">{actions}</div> : null}
    </header>
  )
}

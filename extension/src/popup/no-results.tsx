import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { engines } from '../platform/engines.ts'

interface NoResultsProps {
  /** The page is one of an engine, only without image results. */
  readonly isKnownEngine: boolean
  /** Nobody reads the page, though it may be read. */
  readonly isUnread?: boolean
}

/** What to do where there is nothing to collect. */
export function NoResults({ isKnownEngine, isUnread = false }: NoResultsProps) {
  return (
    <section className="popup-empty">
      <Icon name="search" sizePx={28} />
      <h2>No image results here</h2>
      {isUnread ? <p>Reload the page: it was opened before the extension.</p> : null}
      {isKnownEngine && !isUnread ? <p>Search for something and switch to the images tab.</p> : null}
      {isKnownEngine ? null : (
        <>
          <p>Gleaner reads any page of the web, once you allow it, and knows its way around here:</p>
          <ul>
            {engines.map(({ label }) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

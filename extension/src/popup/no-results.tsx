import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { engines } from '../platform/engines.ts'

interface NoResultsProps {
  /** The page is one of an engine, only without image results. */
  readonly isKnownEngine: boolean
}

/** What to do where there is nothing to collect. */
export function NoResults({ isKnownEngine }: NoResultsProps) {
  return (
    <section className="popup-empty">
      <Icon name="search" sizePx={28} />
      <h2>No image results here</h2>
      {isKnownEngine ? (
        <p>Search for something and switch to the images tab.</p>
      ) : (
        <>
          <p>Gleaner collects from these results pages:</p>
          <ul>
            {engines.map(({ label }) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
          <p>If this is one of them, reload it: it was opened before the extension.</p>
        </>
      )}
    </section>
  )
}

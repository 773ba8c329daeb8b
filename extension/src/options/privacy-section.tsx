import { Button } from '@gleaner/shared/ui/button.tsx'

interface PrivacySectionProps {
  readonly isConsented: boolean
  readonly allow: () => void
}

/** What is read and where it goes. */
export function PrivacySection({ isConsented, allow }: PrivacySectionProps) {
  return (
    <section className="options-section" aria-labelledby="privacy">
      <h2 id="privacy">What is read and where it goes</h2>
      <ul className="options-list">
        <li>
          On image results pages of the search engines it knows, and on pages of sites you allowed, Gleaner
          reads the addresses of the pictures, their titles and sizes, licences and authors where the page
          names them, the pages they stand on, and what you searched for.
        </li>
        <li>
          Only when you press <em>Collect</em> are they sent, and only to the server on your own computer at
          127.0.0.1. To say what your dataset already holds, the addresses on the page are compared there too.
        </li>
        <li>
          That server then fetches the pictures from the sites that show them. Nothing goes anywhere else.
        </li>
        <li>
          Where a host refuses the server and you allow it, your browser fetches pictures you collected with
          the sign-ins it has, and hands them to the server.
        </li>
        <li>
          The browser keeps what waits to be sent, your choices of class and dataset, and the key to your
          server.
        </li>
      </ul>
      {isConsented ? (
        <p className="options-soft">You have allowed this.</p>
      ) : (
        <div className="options-actions">
          <Button kind="primary" onPress={allow}>
            Allow
          </Button>
        </div>
      )}
    </section>
  )
}

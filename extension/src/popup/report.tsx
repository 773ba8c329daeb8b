import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { extensionVersion } from '../platform/runtime.ts'
import { askTab } from '../platform/tab-messages.ts'

/** Shows what a report on the page says, to the last character, and saves it. Nothing is sent anywhere. */
export function Report({ tabId }: { readonly tabId: number }) {
  const [isShown, setShown] = useState(false)
  const report = useQuery({
    queryKey: ['report', tabId],
    queryFn: () => askTab(tabId, 'report', {}),
    enabled: isShown,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const text = report.data && JSON.stringify({ gleaner: extensionVersion(), ...report.data }, null, 2)
  if (!isShown) {
    return (
      <Button kind="quiet" size="small" icon="info" onPress={() => setShown(true)}>
        Something is read badly…
      </Button>
    )
  }
  return (
    <div className="popup-report">
      <h3>A report on this page</h3>
      <p className="popup-small">
        Counts and the outline of some tiles, without words, addresses or anything you searched for. It is
        saved as a file on your computer; attach it to a bug report if you like.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="popup-report-text" tabIndex={0} aria-label="The report">
        <pre>{text ?? (report.isError ? 'The page does not answer. Reload it and try again.' : '…')}</pre>
      </section>
      <div className="popup-actions">
        <Button kind="primary" isDisabled={!text} onPress={() => text && save(text)}>
          Save
        </Button>
        <Button kind="quiet" onPress={() => setShown(false)}>
          Close
        </Button>
      </div>
    </div>
  )
}

function save(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'gleaner-report.json'
  link.click()
  // The browser reads it while it saves.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

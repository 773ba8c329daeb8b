import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useQueryClient } from '@tanstack/react-query'
import type { RefusingHost } from '../platform/message-table.ts'
import { requestOrigins } from '../platform/permissions.ts'

interface RefusingHostsProps {
  readonly hosts: readonly RefusingHost[]
  /** Shown at most; all unless told. */
  readonly most?: number
}

/** Hosts that show their pictures to browsers only, each with the one step that helps. */
export function RefusingHosts({ hosts, most = hosts.length }: RefusingHostsProps) {
  const client = useQueryClient()
  if (hosts.length === 0) return null
  const allow = async (origins: readonly string[]) => {
    await requestOrigins(origins)
    await client.invalidateQueries()
  }
  const left = hosts.length - most
  return (
    <Notice tone="info" title="Some hosts refuse the server, but may know your browser.">
      <p>
        Allow one, and your browser fetches its pictures as if you had opened them, signed in where you are
        signed in, and hands them to your server. Until then you have their thumbnails.
      </p>
      <ul className="refusing">
        {hosts.slice(0, most).map(({ host, origins, pictures }) => (
          <li key={host}>
            <span>
              <bdi>{host}</bdi>{' '}
              <span className="refusing-count">
                {pictures === 1 ? '1 picture' : `${pictures.toLocaleString('en')} pictures`}
              </span>
            </span>
            <Button size="small" aria-label={`Allow ${host}`} onPress={() => void allow(origins)}>
              Allow
            </Button>
          </li>
        ))}
      </ul>
      {left > 0 ? <p>{left} more in the options.</p> : null}
    </Notice>
  )
}

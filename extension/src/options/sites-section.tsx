import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { RefusingHosts } from '../connection/refusing-hosts.tsx'
import { type EngineSite, engines } from '../platform/engines.ts'
import { isWithin } from '../platform/match-pattern.ts'
import { ask } from '../platform/messages.ts'
import { requestOrigins, revokeOrigins } from '../platform/permissions.ts'

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

/** How sure it is that an engine is read: said as it is, for a page read last year may look different today. */
function verifiedWords({ verified }: EngineSite): string {
  const on = day.format(new Date(verified.on))
  if (verified.by === 'documentation') return `Documentation only, ${on}`
  return `A ${verified.by} of ${on}`
}

/** Which pages may be read, and whose pictures the browser may fetch. */
export function SitesSection() {
  const client = useQueryClient()
  const sites = useQuery({ queryKey: ['sites'], queryFn: () => ask('sites', {}), refetchInterval: 5_000 })
  if (!sites.data) return null
  const { allowed, refusing } = sites.data
  const change = async (work: Promise<unknown>) => {
    await work
    await client.invalidateQueries()
  }
  const others = allowed.filter(origin => !engines.some(({ origins }) => origins.includes(origin)))
  return (
    <section className="options-section" aria-labelledby="sites">
      <h2 id="sites">Sites</h2>
      <p className="options-soft">
        Gleaner reads the pages of three search engines from the start. Every other site it reads once you
        have allowed it, here or in the popup, and no longer than you do.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="options-scroll" tabIndex={0} aria-label="Engines">
        <table className="options-table options-table-wide">
          <thead>
            <tr>
              <th scope="col">Engine</th>
              <th scope="col">Verified by</th>
              <th scope="col">Access</th>
            </tr>
          </thead>
          <tbody>
            {engines.map(engine => (
              <tr key={engine.engine}>
                <th scope="row">{engine.label}</th>
                <td>{verifiedWords(engine)}</td>
                <td>
                  <Access engine={engine} allowed={allowed} change={change} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {others.length > 0 ? (
        <>
          <h3>Other sites you allowed</h3>
          <ul className="options-rows">
            {others.map(origin => (
              <li key={origin} className="options-row">
                <bdi>{siteWords(origin)}</bdi>
                <Button
                  size="small"
                  aria-label={`Revoke ${siteWords(origin)}`}
                  onPress={() => void change(revokeOrigins([origin]))}
                >
                  Revoke
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <RefusingHosts hosts={refusing} />
    </section>
  )
}

interface AccessProps {
  readonly engine: EngineSite
  readonly allowed: readonly string[]
  readonly change: (work: Promise<unknown>) => Promise<void>
}

function Access({ engine, allowed, change }: AccessProps) {
  const { label, access, origins, hasAnswers } = engine
  /** It was allowed just now, after open pages of it had heard their first answers. */
  const [isLate, setIsLate] = useState(false)
  const own = allowed.filter(origin => origins.includes(origin))
  if (access === 'install') return 'Built in'
  if (origins.length === 0) return 'Allow it on its page, from the popup'
  if (own.length > 0) {
    return (
      <span className="options-access">
        Allowed
        {isLate ? <span role="status">Reload its open pages: their first results came before.</span> : null}
        <Button size="small" aria-label={`Revoke ${label}`} onPress={() => void change(revokeOrigins(own))}>
          Revoke
        </Button>
      </span>
    )
  }
  if (origins.every(origin => allowed.some(wider => isWithin(origin, wider)))) return 'Allowed, with more'
  const allow = async () => setIsLate((await requestOrigins(origins)) && hasAnswers)
  return (
    <Button size="small" aria-label={`Allow ${label}`} onPress={() => void change(allow())}>
      Allow
    </Button>
  )
}

/** A match pattern as people write a site. */
const siteWords = (origin: string) =>
  origin
    .replace(/^https:\/\//, '')
    .replace(/\/\*$/, '')
    .replace(/^\*$/, 'every site')

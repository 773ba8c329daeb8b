/** Who sent a request, as far as browsers tell: the table "who sends what", as one pure function. */

/** What a browser says about the sender of a request. */
export interface Sender {
  /** Host line, already found to be ours. */
  readonly host: string
  /** Every `Origin` line received. */
  readonly origins: readonly string[]
  /** `Sec-Fetch-Site`; empty outside browsers. */
  readonly site: string
  /** Whether a browser is about to show the answer as a page of its own, not in a frame. */
  readonly isNavigation: boolean
  /** Origin bound to the token presented, if any. */
  readonly boundOrigin: string | null
}

/** What is reached for. */
export interface Target {
  /** Whether extensions that are not paired yet may reach it: greeting and pairing. */
  readonly greetsExtensions: boolean
  /** Whether it is the constant page that holds the dashboard and no data. */
  readonly isShell: boolean
}

/** Origins that a browser gives to extensions and never to pages. */
export function isExtensionOrigin(origin: string): boolean {
  return /^(?:chrome-extension:\/\/[a-p]{32}|moz-extension:\/\/[0-9a-f-]{36})$/.test(origin)
}

export function ownOrigin(host: string): string {
  return `http://${host.toLowerCase()}`
}

/**
 * Whether a request may go on to authentication. Origin is no identity (extensions leave it out of GET), so passing
 * proves nothing; failing proves a foreign page.
 */
export function mayAsk(sender: Sender, target: Target): boolean {
  const { host, origins, site, isNavigation, boundOrigin } = sender
  const [origin] = origins
  if (origins.length > 1) return false
  const isBound = origin !== undefined && origin === boundOrigin
  const isOwn = origin === ownOrigin(host)
  const isGreeting = origin !== undefined && target.greetsExtensions && isExtensionOrigin(origin)
  if (origin !== undefined && !isOwn && !isBound && !isGreeting) return false
  if (site === '' || site === 'same-origin' || site === 'none') return true
  if (site !== 'cross-site' && site !== 'same-site') return false
  // A link on another page may open the dashboard: its shell says nothing, and its API calls are same-origin again.
  return isBound || (origin === undefined && target.isShell && isNavigation)
}

/** When the person's own browser is worth asking for a picture, and whether it is there to be asked. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { TriedWay } from '../store/types.ts'

/**
 * What hosts do to programs and often not to browsers. Never among them: what is not there, what may not be fetched, and
 * what its host does not want to be used.
 */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'DOWNLOAD_FORBIDDEN',
  'DOWNLOAD_CHALLENGE',
  'DOWNLOAD_RATE_LIMITED',
  'DOWNLOAD_SERVER_ERROR',
  'DOWNLOAD_CONNECT',
  'DOWNLOAD_TIMEOUT',
])

/** Whether a browser may get through where the server did not. */
export function mayBrowserGet({ code, status }: Pick<TriedWay, 'code' | 'status'>): boolean {
  const isOddRefusal = code === 'DOWNLOAD_STATUS' && status !== null && status >= 400
  return isOddRefusal || refusals.has(code)
}

/** For how long after its last question a browser counts as there. */
const presentForMs = 60_000
/** Clients remembered before those that are gone are forgotten. */
const mostClients = 1_000

/** Which extensions have asked for what to fetch lately: only for them is it worth waiting. */
export interface Presence {
  readonly seen: (clientId: string) => void
  readonly isAnyHere: (clientIds: readonly string[]) => boolean
}

/** @param now - milliseconds of a clock that never goes back */
export function createPresence(now: () => number): Presence {
  const seenAtMs = new Map<string, number>()
  const isHere = (clientId: string) =>
    now() - (seenAtMs.get(clientId) ?? Number.NEGATIVE_INFINITY) < presentForMs
  return {
    seen: clientId => {
      seenAtMs.set(clientId, now())
      if (seenAtMs.size <= mostClients) return
      for (const known of seenAtMs.keys()) if (!isHere(known)) seenAtMs.delete(known)
    },
    isAnyHere: clientIds => clientIds.some(isHere),
  }
}

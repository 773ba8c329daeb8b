/** Finds out where a host is before it is asked, for those who treat hosts at one address as one. */
import { isIP } from 'node:net'
import { parseHttpUrl } from '@gleaner/shared/url'
import { hostOf } from './address.ts'
import type { Resolve } from './connect.ts'

/**
 * @returns the address a request would go to first; `undefined` when it is not known in time. No promise, and no judgement:
 *   that is the connection guard's, for every connection anew.
 */
export type Locate = (url: string, signal: AbortSignal) => Promise<string | undefined>

export function createLocate(resolve: Resolve, timeoutMs: number): Locate {
  return async (url, signal) => {
    const parsed = parseHttpUrl(url)
    if (!parsed) return undefined
    const hostname = hostOf(parsed)
    if (isIP(hostname) !== 0) return hostname
    signal.throwIfAborted()
    let stop = () => {}
    const over = new Promise<undefined>((end, giveUp) => {
      const abort = () => giveUp(signal.reason)
      const timer = setTimeout(end, timeoutMs, undefined)
      signal.addEventListener('abort', abort, { once: true })
      stop = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    })
    const found = resolve(hostname).then(
      addresses => addresses[0],
      () => undefined,
    )
    return Promise.race([found, over]).finally(stop)
  }
}

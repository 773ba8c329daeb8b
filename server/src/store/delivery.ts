/** Bytes the browser brought: filed among the originals first, then given to the candidate that waits for them. */
import { AppError } from '@gleaner/shared/errors'
import { imageIdOf } from './filing.ts'
import { readOriginal } from './kept-originals.ts'
import type { DatasetParts } from './parts.ts'
import { originalPlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type { Brought, DatasetStore } from './types.ts'

type Parts = Pick<
  DatasetParts,
  'db' | 'folder' | 'files' | 'browser' | 'attempts' | 'unclaimed' | 'locked' | 'failpoint' | 'now'
>
type Delivery = Pick<
  DatasetStore,
  | 'triedWays'
  | 'clientsOf'
  | 'broughtByBrowser'
  | 'browserFetches'
  | 'browserHosts'
  | 'waitNoMore'
  | 'waitingForBrowser'
  | 'isBrowserAsked'
  | 'deliver'
  | 'refuseDelivery'
>

export function createDelivery(parts: Parts): Delivery {
  const { db, folder, files, browser, attempts, unclaimed, locked, failpoint, now } = parts

  const commit: (...args: Parameters<Delivery['deliver']>) => boolean = (clientId, way, what) => {
    const isTaken = inTransaction(db, () => {
      const isAsked = browser.deliver(clientId, way, what)
      failpoint('deliver:before-commit')
      return isAsked
    })
    failpoint('deliver:after-commit')
    return isTaken
  }

  return {
    triedWays: browser.tried,
    clientsOf: browser.clientsOf,
    browserFetches: browser.asked,
    browserHosts: browser.waitingHosts,
    waitingForBrowser: browser.waiting,
    waitNoMore: (clientId, hosts) =>
      hosts.length === 0 ? 0 : inTransaction(db, () => browser.waitNoMore(clientId, hosts)),
    isBrowserAsked: browser.isAsked,
    broughtByBrowser: async (lease): Promise<Brought | undefined> => {
      const row = browser.brought(lease)
      if (!row) return undefined
      const { atMs, digest, format, sizeBytes, optOut } = row
      if (optOut !== null) return { atMs, kind: 'opt-out', directive: optOut }
      if (digest === null || format === null || sizeBytes === null) return { atMs, kind: 'lost' }
      const bytes = await readOriginal(folder, { digest, format, sizeBytes })
      return bytes ? { atMs, kind: 'bytes', bytes, digest } : { atMs, kind: 'lost' }
    },
    deliver: async (clientId, way, what) => {
      if (!browser.isAsked(clientId, way)) return false
      if (what.kind === 'opt-out') return commit(clientId, way, what)
      const { digest, format, bytes } = what
      if (bytes.byteLength === 0) throw new AppError('PROTOCOL_INTERNAL', { sizeBytes: 0 })
      return locked([imageIdOf(digest)], async () => {
        const place = originalPlace(digest, format)
        await files.place(place, bytes)
        failpoint('deliver:placed')
        const isTaken = commit(clientId, way, what)
        if (!isTaken && !unclaimed.isOwned({ digest, format })) await files.takeOut(place)
        return isTaken
      })
    },
    refuseDelivery: (clientId, way, code) =>
      inTransaction(db, () => {
        const given = browser.refuse(clientId, way, code)
        if (!given) return false
        const { sourceKind, url } = given
        const tried = { sourceKind, url, startedAtMs: now(), tookMs: 0, code, hops: [], isFromBrowser: true }
        attempts.add(way.candidateId, [tried])
        return true
      }),
  }
}

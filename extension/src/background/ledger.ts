/**
 * Which addresses this extension collected, as short digests: the browser fetches none but those. Only so many batches
 * are remembered; a picture that is still wanted after so long is fetched by nobody.
 */
import type { Batch } from '@gleaner/shared/collect'
import { AppError } from '@gleaner/shared/errors'
import type { KeyValueStore } from '../platform/storage.ts'
import { toHex } from './hex.ts'
import { createTurns } from './turns.ts'

const indexKey = 'collected'
const keyOf = (batchId: string) => `${indexKey}:${batchId}`
const batchesKept = 400
/** Plenty: nobody gains by an address that collides with one they collected. */
const digestBytes = 8
const digestChars = 2 * digestBytes

export interface Ledger {
  /** @throws AppError `HARVEST_OUTBOX_UNWRITABLE` */
  readonly note: (batches: readonly Batch[]) => Promise<void>
  /** Those of the addresses that were collected here. */
  readonly collected: (urls: readonly string[]) => Promise<ReadonlySet<string>>
}

const utf8 = new TextEncoder()

async function digestOf(url: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8.encode(url))
  return toHex(new Uint8Array(digest).slice(0, digestBytes))
}

const digestsOf = async (urls: readonly string[]) => (await Promise.all(urls.map(digestOf))).join('')

export function createLedger(store: KeyValueStore): Ledger {
  const inTurn = createTurns()

  /** Ids of the batches that are remembered, oldest first. */
  async function batchIds(): Promise<readonly string[]> {
    const index = await store.get(indexKey)
    return Array.isArray(index) ? index.filter(id => typeof id === 'string') : []
  }

  return {
    note: batches =>
      inTurn('index', async () => {
        const pages = await Promise.all(
          batches.map(async ({ batchId, candidates }) => {
            const urls = candidates.flatMap(({ sources }) => sources.map(({ url }) => url))
            return [keyOf(batchId), await digestsOf(urls)] as const
          }),
        )
        const ids = [...new Set([...(await batchIds()), ...batches.map(({ batchId }) => batchId)])]
        try {
          await store.set({ ...Object.fromEntries(pages), [indexKey]: ids.slice(-batchesKept) })
        } catch (cause) {
          throw new AppError('HARVEST_OUTBOX_UNWRITABLE', {}, { cause })
        }
        const old = ids.slice(0, -batchesKept)
        if (old.length > 0) await store.remove(old.map(keyOf))
      }),

    collected: async urls => {
      const byDigest = new Map(await Promise.all(urls.map(async url => [await digestOf(url), url] as const)))
      const found = new Set<string>()
      for (const batchId of await batchIds()) {
        const digests = await store.get(keyOf(batchId))
        if (typeof digests !== 'string') continue
        for (let start = 0; start < digests.length; start += digestChars) {
          const url = byDigest.get(digests.slice(start, start + digestChars))
          if (url !== undefined) found.add(url)
        }
      }
      return found
    },
  }
}

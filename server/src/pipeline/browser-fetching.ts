/** Pictures by way of the person's own browser: what it is asked for, and what it brings. */

import { createHash } from 'node:crypto'
import type {
  BrowserBytesQuery,
  BrowserFetches,
  BrowserFetchesQuery,
  BrowserRefusal,
} from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import { sniff } from '../imaging/sniff.ts'
import { findOptOut } from '../net/opt-out.ts'
import type { DatasetStore, Home } from '../store/types.ts'

/** Most pictures, and most hosts, of one answer. */
const mostOfEach = 100

/** What the browser was given for an address. */
export interface BrowserFile {
  readonly bytes: Buffer
  /** `x-robots-tag` of the answer, if it had one. */
  readonly robotsTag: string | undefined
}

export interface BrowserFetching {
  /** Names what waits. Asking says that the browser is there; where it may not fetch, nobody waits for it. */
  readonly list: (clientId: string, query?: BrowserFetchesQuery) => BrowserFetches
  /** @returns most bytes the dataset takes for this way @throws AppError `BROWSER_FETCH_NOT_ASKED` */
  readonly mostBytes: (clientId: string, way: BrowserBytesQuery) => number
  /**
   * Keeps what the browser brought and queues the candidate for it; the same is done with it as with what a host sends.
   *
   * @throws AppError `BROWSER_FETCH_NOT_ASKED`, and what the store throws
   */
  readonly deliver: (clientId: string, way: BrowserBytesQuery, file: BrowserFile) => Promise<void>
  /** The browser could not get it either. @throws AppError `BROWSER_FETCH_NOT_ASKED` */
  readonly refuse: (
    clientId: string,
    way: BrowserBytesQuery,
    code: BrowserRefusal['code'] | Extract<ErrorCode, 'IMAGE_EMPTY'>,
  ) => void
}

interface Parts {
  readonly home: Pick<Home, 'datasets' | 'byId'>
  readonly ingest: { readonly browserSeen: (clientId: string) => void; readonly wake: () => void }
}

type Store = Pick<DatasetStore, 'settings' | 'isBrowserAsked' | 'deliver' | 'refuseDelivery'>

const byNeed = (a: Asked, b: Asked) => Number(b.isWaiting) - Number(a.isWaiting) || a.askedAtMs - b.askedAtMs
type Asked = ReturnType<DatasetStore['browserFetches']>[number]

export function createBrowserFetching({ home, ingest }: Parts): BrowserFetching {
  /** Only who collected a picture may hear of it, and only while it is asked for: to all others there is nothing. */
  const storeOf = (clientId: string, { datasetId, candidateId, position }: BrowserBytesQuery): Store => {
    const store = home.byId(datasetId)
    if (!store?.isBrowserAsked(clientId, { candidateId, position })) {
      throw new AppError('BROWSER_FETCH_NOT_ASKED', { datasetId, candidateId, position })
    }
    return store
  }

  const refuse: BrowserFetching['refuse'] = (clientId, way, code) => {
    storeOf(clientId, way).refuseDelivery(clientId, way, code)
    ingest.wake()
  }

  return {
    list: (clientId, { hosts, withoutHosts = [] } = {}) => {
      ingest.browserSeen(clientId)
      const going = home.datasets().map(store => store.waitNoMore(clientId, withoutHosts))
      if (going.some(count => count > 0)) ingest.wake()
      const asked = home
        .datasets()
        .flatMap(store =>
          store.browserFetches(clientId, hosts, mostOfEach).map(each => ({ ...each, datasetId: store.id })),
        )
      return {
        fetches: asked
          .sort(byNeed)
          .slice(0, mostOfEach)
          .map(({ isWaiting: _, askedAtMs: __, ...fetch }) => fetch),
        waiting: sumUp(home.datasets().flatMap(store => store.browserHosts(clientId, mostOfEach))),
      }
    },
    mostBytes: (clientId, way) => storeOf(clientId, way).settings().accept.maxFileMiB * 1024 * 1024,
    refuse,
    deliver: async (clientId, way, { bytes, robotsTag }) => {
      const store = storeOf(clientId, way)
      const directive =
        store.settings().honourOptOut && robotsTag !== undefined
          ? findOptOut({ 'x-robots-tag': robotsTag })
          : undefined
      if (directive === undefined && bytes.byteLength === 0) return refuse(clientId, way, 'IMAGE_EMPTY')
      const isTaken = await store.deliver(
        clientId,
        way,
        directive === undefined ? await describe(bytes) : { kind: 'opt-out', directive },
      )
      if (!isTaken) throw new AppError('BROWSER_FETCH_NOT_ASKED', { candidateId: way.candidateId })
      ingest.wake()
    },
  }
}

async function describe(bytes: Buffer) {
  const sniffed = await sniff(bytes)
  const digest = createHash('sha256').update(bytes).digest('hex') as Digest
  return { kind: 'bytes', bytes, digest, format: sniffed.kind === 'format' ? sniffed.format : 'bin' } as const
}

function sumUp(hosts: BrowserFetches['waiting']): BrowserFetches['waiting'] {
  const sums = new Map<string, BrowserFetches['waiting'][number]>()
  for (const { host, scheme, pictures } of hosts) {
    const key = `${scheme}://${host}`
    sums.set(key, { host, scheme, pictures: (sums.get(key)?.pictures ?? 0) + pictures })
  }
  return [...sums.values()].sort((a, b) => b.pictures - a.pictures).slice(0, mostOfEach)
}

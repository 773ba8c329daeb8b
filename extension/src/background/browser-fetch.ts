/**
 * Fetches pictures with the person's own session where a host refuses the server. Which ones, the proven server says;
 * fetched are only those this extension collected, of sites the person allowed for it. What a page says is never
 * fetched: it takes a person's press, the server and a refusal to come this far.
 */
import type {
  BrowserFetch,
  BrowserFetches,
  BrowserFetchesQuery,
  BrowserRefusal,
} from '@gleaner/shared/collect'
import { catalogue, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import { originPattern } from '../platform/match-pattern.ts'
import type { RefusingHost } from '../platform/message-table.ts'
import type { Client } from './client.ts'
import { type Download, download } from './download.ts'
import type { Ledger } from './ledger.ts'
import { isPublicAddress } from './public-host.ts'

/** How a host is spared: no more than a person who opens one picture after another asks of it. */
const manners = { perHost: 2, hostsAtOnce: 2, pauseMs: 500 } as const

/** The server takes no more; nobody needs that many words to say no. */
const robotsTagChars = 512

const route = '/api/collect/browser-fetches'

export interface BrowserFetching {
  /**
   * Fetches what waits, as long as anything does. Never throws; asking while it runs joins in.
   *
   * @returns whether pictures waited that may be fetched
   */
  readonly run: () => Promise<boolean>
}

type Waiting = BrowserFetches['waiting'][number]

interface Site extends Waiting {
  readonly origin: string
  readonly isOpen: boolean
}

const hostsOf = (sites: readonly Site[], isOpen: boolean) => [
  ...new Set(sites.filter(site => site.isOpen === isOpen).map(({ host }) => host)),
]

function refusing(sites: readonly Site[]): RefusingHost[] {
  const closed = Map.groupBy(
    sites.filter(({ isOpen }) => !isOpen),
    ({ host }) => host,
  )
  return [...closed].map(([host, of]) => ({
    host,
    origins: of.map(({ origin }) => origin),
    pictures: of.reduce((sum, { pictures }) => sum + pictures, 0),
  }))
}

export function createBrowserFetching(deps: {
  readonly ask: (query: BrowserFetchesQuery) => Promise<BrowserFetches>
  readonly hand: Client['hand']
  readonly fetch: typeof fetch
  /** Whether the person allowed all of these origins. */
  readonly isGranted: (origins: readonly string[]) => Promise<boolean>
  readonly collected: Ledger['collected']
  /** Keeps the hosts that would have to be allowed. */
  readonly remember: (hosts: readonly RefusingHost[]) => Promise<void>
  /** Resolves after a pause in milliseconds. */
  readonly wait: (pauseMs: number) => Promise<void>
  readonly limits?: { readonly deadlineMs: number; readonly sizeBytes: number }
}): BrowserFetching {
  const { ask, hand, isGranted } = deps
  let running: Promise<boolean> | undefined

  const isOpen = async (url: URL) => isPublicAddress(url) && isGranted([originPattern(url.href) ?? ''])

  async function sitesThatWait(): Promise<readonly Site[]> {
    const { waiting } = await ask({ hosts: [] })
    return Promise.all(
      waiting.map(async site => {
        const origin = `${site.scheme}://${site.host}/*`
        return { ...site, origin, isOpen: await isGranted([origin]) }
      }),
    )
  }

  const idOf = ({ datasetId, candidateId, position }: BrowserFetch) => ({ datasetId, candidateId, position })

  async function tell(wanted: BrowserFetch, code: BrowserRefusal['code']): Promise<void> {
    const refusal: BrowserRefusal = { ...idOf(wanted), code }
    try {
      await hand(`${route}/refused`, refusal)
    } catch (error) {
      if (!isAppError(error) || !isOver(error.code)) throw error
    }
  }

  async function bring(wanted: BrowserFetch, { bytes, robotsTag }: Download): Promise<void> {
    const { datasetId, candidateId, position } = wanted
    const query = new URLSearchParams({
      datasetId,
      candidateId: String(candidateId),
      position: String(position),
    })
    const headers = robotsTag === null ? {} : { 'x-gleaner-robots-tag': robotsTag.slice(0, robotsTagChars) }
    try {
      await hand(`${route}/bytes?${query}`, bytes, headers)
    } catch (error) {
      if (!isAppError(error)) throw error
      if (isOver(error.code)) return
      if (!isHopeless(error.code)) throw error
      await tell(wanted, 'BROWSER_FETCH_FAILED')
    }
  }

  async function fetchOne(wanted: BrowserFetch, isCollected: boolean): Promise<void> {
    const url = URL.parse(wanted.url)
    if (!url || !isCollected || !isPublicAddress(url)) return tell(wanted, 'BROWSER_FETCH_FAILED')
    // A grant may have gone since the hosts were looked through; then it is asked for again.
    if (!(await isOpen(url))) return
    const got = await download(url, { fetch: deps.fetch, isOpen, ...deps.limits })
    await (typeof got === 'string' ? tell(wanted, got) : bring(wanted, got))
  }

  /** Some hosts at a time, some pictures of each. The first failure ends it, once all that is under way has ended. */
  async function fetchAll(fetches: readonly BrowserFetch[]): Promise<void> {
    const collected = await deps.collected(fetches.map(({ url }) => url))
    const hosts = [...Map.groupBy(fetches, ({ url }) => URL.parse(url)?.hostname ?? '').values()]
    const stop = new AbortController()

    async function takeTurns<T>(queue: T[], times: number, work: (item: T) => Promise<void>): Promise<void> {
      const hand = async () => {
        for (let item = queue.shift(); item !== undefined && !stop.signal.aborted; item = queue.shift())
          await work(item)
      }
      await Promise.all(Array.from({ length: times }, () => hand().catch(error => stop.abort(error))))
      stop.signal.throwIfAborted()
    }
    const fetchPolitely = async (wanted: BrowserFetch) => {
      await fetchOne(wanted, collected.has(wanted.url))
      await deps.wait(manners.pauseMs)
    }
    await takeTurns(hosts, manners.hostsAtOnce, queue => takeTurns(queue, manners.perHost, fetchPolitely))
  }

  async function run(): Promise<boolean> {
    const seen = new Set<string>()
    for (;;) {
      const sites = await sitesThatWait()
      await deps.remember(refusing(sites))
      const hosts = hostsOf(sites, true)
      const withoutHosts = hostsOf(sites, false).filter(host => !hosts.includes(host))
      if (sites.length === 0) return seen.size > 0
      const { fetches } = await ask({ hosts, withoutHosts })
      const fresh = fetches.filter(wanted => !seen.has(JSON.stringify(idOf(wanted))))
      if (fresh.length === 0) return seen.size > 0
      for (const wanted of fresh) seen.add(JSON.stringify(idOf(wanted)))
      await fetchAll(fresh)
    }
  }

  return {
    run: () => {
      running ??= run()
        .catch((error: unknown) => {
          if (!isAppError(error)) console.error(error)
          return false
        })
        .finally(() => {
          running = undefined
        })
      return running
    },
  }
}

/** The picture may have arrived otherwise meanwhile, or its collect was undone; or the server has given it up itself. */
const isOver = (code: ErrorCode) => code === 'BROWSER_FETCH_NOT_ASKED' || code === 'BROWSER_FETCH_TOO_LARGE'

/** The same bytes will never be taken; everything else is a matter of the connection. */
const isHopeless = (code: ErrorCode) => catalogue[code].retry === 'never'

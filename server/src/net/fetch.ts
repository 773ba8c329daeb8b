/** Fetches one address: by hand, hop by hop, within limits of time and size. */
import { isAppError } from '@gleaner/shared/errors'
import type { Hop } from '@gleaner/shared/image'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Dispatcher } from 'undici'
import type { AllowPeer } from './address.ts'
import { isPublicAddress } from './address.ts'
import type { Refusal } from './answer.ts'
import { isRedirect, redirectTarget, refusalOfError, refusalOfHeaders, refusalOfStatus } from './answer.ts'
import type { Bandwidth } from './bandwidth.ts'
import { unbounded } from './bandwidth.ts'
import { readBody } from './body.ts'
import { challengeInPage } from './challenge.ts'
import type { Resolve } from './connect.ts'
import { createDial, resolveBySystem } from './connect.ts'
import type { Connection } from './connections.ts'
import { createConnections } from './connections.ts'
import type { Deadlines, FetchLimits } from './deadlines.ts'
import { createDeadlines, defaultFetchLimits } from './deadlines.ts'
import type { FetchedFile, FetchFailure, FetchFile, FetchMoved, FetchOptions } from './fetched.ts'
import { judgeParsedUrl } from './judge.ts'
import { createLocate, type Locate } from './locate.ts'
import { linesOf } from './opt-out.ts'
import { refererFor } from './referer.ts'
import { shareLookups } from './share-lookups.ts'
import { describeUserAgent } from './user-agent.ts'

/** What only tests and the demo change. No setting reaches `resolve` and `allowPeer`. */
export interface FetcherDeps {
  readonly resolve: Resolve
  readonly allowPeer: AllowPeer
  readonly userAgent: string
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** Time of day in milliseconds since 1970. */
  readonly epochNow?: () => number
  readonly limits?: Partial<FetchLimits>
  /** Nothing bounds what is received in a second unless given. */
  readonly bandwidth?: Pick<Bandwidth, 'received'>
}

export interface Fetcher {
  readonly fetch: FetchFile
  /** Where hosts are; those that cannot say are asked without knowing. */
  readonly locate?: Locate
  /** Closes all connections; fetches under way fail. */
  close(): Promise<void>
}

interface Answer {
  readonly connection: Connection
  readonly data: Dispatcher.ResponseData
}

/** One fetch with all its hops. */
interface Journey {
  readonly options: FetchOptions
  readonly deadlines: Deadlines
  readonly hops: Hop[]
  receivedBytes: number
}

type Ending =
  | Pick<FetchedFile, 'kind' | 'bytes' | 'digest' | 'contentType' | 'finalUrl'>
  | Pick<FetchMoved, 'kind' | 'to'>
  | Refusal

const accepted = {
  picture: 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/*;q=0.8,*/*;q=0.5',
  robots: 'text/plain,*/*;q=0.5',
} as const

/** Asks once. The connection is destroyed when a deadline passes, the caller gives up, or no answer comes. */
async function ask(connection: Connection, url: URL, headers: Record<string, string>, deadlines: Deadlines) {
  const { signal } = deadlines
  const stop = () => void connection.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    const data = await connection.get(url, headers, () => deadlines.awaitHeaders())
    deadlines.gotHeaders()
    return data
  } catch (error) {
    await connection.destroy()
    throw error
  }
}

/**
 * Builds the fetcher. It honours no cookies, no proxy variables and no credentials, sends a Referer only where asked to, and
 * follows redirects itself, so that every hop is judged and recorded.
 */
export function createFetcher(deps: FetcherDeps): Fetcher {
  const limits = { ...defaultFetchLimits, ...deps.limits }
  const epochNow = deps.epochNow ?? Date.now
  const dial = createDial({ ...deps, connectMs: limits.connectMs })
  const connections = createConnections(dial, limits.headerBytes)
  const bandwidth = deps.bandwidth ?? unbounded
  const headers = { 'accept-encoding': 'identity', 'user-agent': deps.userAgent }

  /** Makes one hop. A kept connection the host has closed meanwhile is replaced without a word. */
  const hop = async (url: URL, { options, deadlines, hops }: Journey): Promise<Answer> => {
    const referer = refererFor(options.landingUrl, url)
    const given = { accept: accepted[options.as ?? 'picture'], ...headers, ...(referer && { referer }) }
    const record: Hop = { url: url.href, peerIp: null, status: null }
    hops.push(record)
    for (;;) {
      const connection = connections.borrow(url)
      try {
        const data = await ask(connection, url, given, deadlines)
        record.status = data.statusCode
        return { connection, data }
      } catch (error) {
        const isHungUp = !isAppError(error) && refusalOfError(error)?.code === 'DOWNLOAD_CUT_SHORT'
        if (!(connection.isUsed && isHungUp) || deadlines.signal.aborted) throw error
      } finally {
        record.peerIp = connection.peerIp()
      }
    }
  }

  const take = async (url: URL, answer: Answer, journey: Journey): Promise<Ending> => {
    const { statusCode, headers: given } = answer.data
    const refusal = refusalOfStatus(statusCode, given, epochNow()) ?? refusalOfHeaders(given, journey.options)
    if (refusal) return refusal
    const { isCut, ...body } = await readBody(answer.data.body, journey, bandwidth)
    const sign = challengeInPage(body.bytes)
    if (sign !== undefined) return { code: 'DOWNLOAD_CHALLENGE', facts: { status: statusCode, sign } }
    if (isCut) await answer.connection.destroy()
    else connections.giveBack(url, answer.connection)
    return {
      kind: 'fetched',
      ...body,
      finalUrl: url.href,
      contentType: linesOf(given, 'content-type')[0] ?? null,
    }
  }

  /** Why the next request may not be made, as far as can be said without making it. */
  const refusalBefore = (url: URL, hops: readonly Hop[]): Refusal | undefined => {
    const refused = judgeParsedUrl(url, deps.allowPeer)
    if (refused) return { code: refused, facts: { url: url.href } }
    if (hops.some(hop => hop.url === url.href))
      return { code: 'DOWNLOAD_REDIRECTS', facts: { loopAt: url.href } }
    if (hops.length > limits.redirects)
      return { code: 'DOWNLOAD_REDIRECTS', facts: { limit: limits.redirects } }
    return undefined
  }

  const travel = async (start: string, journey: Journey): Promise<Ending> => {
    const { hops, options } = journey
    const hopsBefore = hops.length
    let url = parseHttpUrl(start)
    if (!url) return { code: 'DOWNLOAD_URL_REFUSED', facts: {} }
    for (;;) {
      const refusal = refusalBefore(url, hops)
      if (refusal) return refusal
      if (options.trail && hops.length > hopsBefore) return { kind: 'moved', to: url.href }
      const answer = await hop(url, journey)
      let isKept = false
      try {
        if (!isRedirect(answer.data.statusCode, answer.data.headers)) {
          const ending = await take(url, answer, journey)
          isKept = 'kind' in ending
          return ending
        }
        url = redirectTarget(url, answer.data.headers)
      } finally {
        if (!isKept) await answer.connection.destroy()
      }
    }
  }

  /** Ends in a value whatever the host did; throws only what is nobody's doing but our own, and on abort. */
  const settle = async (start: string, journey: Journey): Promise<Ending> => {
    try {
      return await travel(start, journey)
    } catch (thrown) {
      journey.options.signal.throwIfAborted()
      const { signal } = journey.deadlines
      const error: unknown = signal.aborted ? signal.reason : thrown
      const refusal = isAppError(error) ? { code: error.code, facts: error.facts } : refusalOfError(error)
      if (!refusal) throw error
      return refusal
    }
  }

  return {
    async fetch(url, options): Promise<FetchedFile | FetchFailure | FetchMoved> {
      options.signal.throwIfAborted()
      const startedMs = deps.now()
      const { hops: before, tookMs: spentMs } = options.trail ?? { hops: [], tookMs: 0 }
      const deadlines = createDeadlines(options.signal, limits, deps.now, spentMs)
      const hops: Hop[] = [...before]
      const journey: Journey = { options, deadlines, hops, receivedBytes: 0 }
      try {
        const ending = await settle(url, journey)
        const more = { hops, tookMs: spentMs + deps.now() - startedMs }
        if ('kind' in ending) return { ...ending, ...more }
        const { receivedBytes } = journey
        return { kind: 'failed', ...ending, ...more, ...(receivedBytes > 0 && { receivedBytes }) }
      } finally {
        deadlines.clear()
      }
    },
    close: () => connections.close(),
  }
}

/**
 * The fetcher of the server: system resolver, public addresses only. Takes nothing that could loosen the guard, and
 * looks at nothing but the two fields it names.
 */
export function createProductionFetcher(
  config: {
    readonly version: string
    /** How a host can reach the person who collects. */
    readonly contact?: string
  },
  bandwidth?: Pick<Bandwidth, 'received'>,
): Fetcher {
  const resolve = shareLookups(resolveBySystem)
  const fetcher = createFetcher({
    ...(bandwidth && { bandwidth }),
    resolve,
    allowPeer: isPublicAddress,
    userAgent: describeUserAgent(config.version, config.contact),
    now: () => performance.now(),
  })
  return { ...fetcher, locate: createLocate(resolve, defaultFetchLimits.connectMs) }
}

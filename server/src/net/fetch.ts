/** Fetches one address: by hand, hop by hop, within limits of time and size. */
import { createHash } from 'node:crypto'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { Hop } from '@gleaner/shared/image'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Dispatcher } from 'undici'
import type { AllowPeer } from './address.ts'
import { isPublicAddress } from './address.ts'
import type { Refusal } from './answer.ts'
import { isRedirect, redirectTarget, refusalOfError, refusalOfHeaders, refusalOfStatus } from './answer.ts'
import type { Resolve } from './connect.ts'
import { createDial, resolveBySystem } from './connect.ts'
import type { Connection } from './connections.ts'
import { createConnections } from './connections.ts'
import type { Deadlines, FetchLimits } from './deadlines.ts'
import { createDeadlines, defaultFetchLimits } from './deadlines.ts'
import type { FetchedFile, FetchFailure, FetchFile, FetchOptions } from './fetched.ts'
import { judgeParsedUrl } from './judge.ts'
import { linesOf } from './opt-out.ts'
import { refererFor } from './referer.ts'
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
}

export interface Fetcher {
  readonly fetch: FetchFile
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
}

type Ending = Pick<FetchedFile, 'kind' | 'bytes' | 'digest' | 'contentType' | 'finalUrl'> | Refusal

async function readBody({ data }: Answer, { options, deadlines }: Journey) {
  const chunks: Buffer[] = []
  const digest = createHash('sha256')
  let sizeBytes = 0
  deadlines.awaitBody()
  for await (const chunk of data.body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > options.maxBytes)
      throw new AppError('DOWNLOAD_TOO_LARGE', { limitBytes: options.maxBytes })
    deadlines.gotBytes(chunk.length)
    digest.update(chunk)
    chunks.push(chunk)
  }
  return { bytes: Buffer.concat(chunks, sizeBytes), digest: digest.digest('hex') as Digest }
}

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
  const headers = {
    accept: 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/*;q=0.8,*/*;q=0.5',
    'accept-encoding': 'identity',
    'user-agent': deps.userAgent,
  }

  /** Makes one hop. A kept connection the host has closed meanwhile is replaced without a word. */
  const hop = async (url: URL, { options, deadlines, hops }: Journey): Promise<Answer> => {
    const referer = refererFor(options.landingUrl, url)
    const record: Hop = { url: url.href, peerIp: null, status: null }
    hops.push(record)
    for (;;) {
      const connection = connections.borrow(url)
      try {
        const data = await ask(connection, url, { ...headers, ...(referer && { referer }) }, deadlines)
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
    const body = await readBody(answer, journey)
    connections.giveBack(url, answer.connection)
    return {
      kind: 'fetched',
      ...body,
      finalUrl: url.href,
      contentType: linesOf(given, 'content-type')[0] ?? null,
    }
  }

  const travel = async (start: string, journey: Journey): Promise<Ending> => {
    const visited = new Set<string>()
    let url = parseHttpUrl(start)
    if (!url) return { code: 'DOWNLOAD_URL_REFUSED', facts: {} }
    for (;;) {
      const refused = judgeParsedUrl(url, deps.allowPeer)
      if (refused) return { code: refused, facts: { url: url.href } }
      if (visited.has(url.href)) return { code: 'DOWNLOAD_REDIRECTS', facts: { loopAt: url.href } }
      if (visited.size > limits.redirects)
        return { code: 'DOWNLOAD_REDIRECTS', facts: { limit: limits.redirects } }
      visited.add(url.href)
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
    async fetch(url, options): Promise<FetchedFile | FetchFailure> {
      options.signal.throwIfAborted()
      const startedMs = deps.now()
      const deadlines = createDeadlines(options.signal, limits, deps.now)
      const hops: Hop[] = []
      try {
        const ending = await settle(url, { options, deadlines, hops })
        const more = { hops, tookMs: deps.now() - startedMs }
        return 'kind' in ending ? { ...ending, ...more } : { kind: 'failed', ...ending, ...more }
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
export function createProductionFetcher(config: {
  readonly version: string
  /** How a host can reach the person who collects. */
  readonly contact?: string
}): Fetcher {
  return createFetcher({
    resolve: resolveBySystem,
    allowPeer: isPublicAddress,
    userAgent: describeUserAgent(config.version, config.contact),
    now: () => performance.now(),
  })
}

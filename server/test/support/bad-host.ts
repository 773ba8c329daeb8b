import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Files } from './bad-host-manners.ts'
import { createManners } from './bad-host-manners.ts'

/** One request as it arrived. */
export interface SeenRequest {
  /** `Host` header without its port: the invented name a test used. */
  readonly host: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Header lines in the order and case they were sent: name, value, name, value… */
  readonly rawHeaders: readonly string[]
  /** Monotonic, in milliseconds. */
  readonly atMs: number
}

/** Which requests to count. `path` matches the start of the target. */
export interface RequestFilter {
  readonly host?: string
  readonly path?: string
}

export interface BadHost {
  readonly port: number
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string
  /** Address of `path` here, under the invented name `host` when given (map it to 127.0.0.1 in `resolve`). */
  url(path: string, host?: string): string
  /** All requests so far, in order of arrival. */
  readonly requests: readonly SeenRequest[]
  hits(filter?: RequestFilter): number
  /** The most requests that were under way at one time. */
  maxConcurrent(filter?: RequestFilter): number
  /** Shortest time between the arrival of two neighbouring requests; `Infinity` with fewer than two. */
  minGapMs(filter?: RequestFilter): number
  /** Connections accepted since the start. */
  connections(): number
  /** Connections open at this moment. */
  openConnections(): number
  /** Forgets requests and counters, also those of `/flaky` and `/retry-after`. */
  reset(): void
  /** Cuts all connections and stops listening: connecting is refused from now on. */
  goDown(): Promise<void>
  /** Listens again, on the same port. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

interface Journey {
  readonly request: SeenRequest
  endedAtMs: number
}

const matches = (request: SeenRequest, { host, path }: RequestFilter) =>
  (host === undefined || request.host === host) && (path === undefined || request.target.startsWith(path))

/** Largest number of journeys that overlap. One that ends as another begins does not overlap it. */
function maxOverlap(journeys: readonly Journey[]): number {
  const edges = journeys.flatMap(({ request, endedAtMs }) => [
    { atMs: request.atMs, step: 1 },
    { atMs: endedAtMs, step: -1 },
  ])
  edges.sort((a, b) => a.atMs - b.atMs || a.step - b.step)
  let now = 0
  let most = 0
  for (const edge of edges) {
    now += edge.step
    most = Math.max(most, now)
  }
  return most
}

const hostName = (header: string | undefined) => (header ?? '').replace(/:\d+$/, '')

/**
 * A web server on 127.0.0.1 that misbehaves as its paths say. It answers to any `Host`, so a test can give it many
 * invented names through the `resolve` of the fetcher.
 *
 * `<path>` is the path of one of `files`; in its place the bad manners below take
 *
 * | path | answer |
 * |---|---|
 * | `/files/<path>` | the file, correctly |
 * | `/status/<code>` | that status with a short text; header lines from the query |
 * | `/header/<path>?name=value` | the file with these header lines added or replaced; names may repeat |
 * | `/opt-out/<path>` | the file with `X-Robots-Tag: noai, noimageai` |
 * | `/retry-after/<value>` | 429 with `Retry-After: <value>`, always; `?status=503` for another status |
 * | `/retry-after/<value>/<n>/<path>` | the same `n` times per host and path, then the file |
 * | `/flaky/<n>/<path>` | 500 for the first `n` requests per host and path, then the file |
 * | `/slow/<ms>/<path>` | the file after a pause |
 * | `/drip/<ms>/<path>` | the file, one byte every `ms` milliseconds |
 * | `/stall/<percent>/<path>` | that share of the file, then silence on an open connection |
 * | `/cut/<percent>/<path>` | full `content-length`, that share of the file, then the connection ends |
 * | `/reset/<percent>/<path>` | the same with a TCP reset |
 * | `/lying-length/<delta>/<path>` | `content-length` wrong by `delta` bytes; then the connection ends |
 * | `/chunked/<path>` | the file without `content-length` |
 * | `/bad-chunks/<path>` | chunks whose framing breaks after the first one |
 * | `/endless` | a body without end or `content-length`, as fast as it is read; header lines from the query |
 * | `/encoding/<value>/<path>` | the file, claiming `content-encoding: <value>`, `?layers=<n>` times over |
 * | `/gzip-bomb` | 48 kB of gzip for 50 MB of zeros as `image/jpeg` |
 * | `/redirect/<n>/<path>` | `n` redirects, then `/files/<path>` |
 * | `/redirect-loop` | to itself by way of `/redirect-loop/back` |
 * | `/redirect-to?url=<url>` | there, `Location` exactly as given; `&status=` for another status than 302, `&afterMs=` for a pause |
 * | `/html-as-jpeg` | a web page sent as `image/jpeg` |
 * | `/captcha` | a challenge page with status 200 |
 * | `/empty` | 200 and no bytes |
 * | `/no-headers` | nothing, ever, on an open connection |
 * | `/header-flood` | 256 KiB of header lines |
 * | `/not-http` | a line that is not HTTP |
 * | `/hang-up` | the connection ends without an answer |
 *
 * Everything else is 404.
 *
 * @param options.files - folder with the files, or their bytes by path
 */
export async function startBadHost(options: { readonly files?: Files } = {}): Promise<BadHost> {
  const journeys: Journey[] = []
  const sockets = new Set<Socket>()
  let accepted = 0
  const manners = createManners(options.files ?? {})

  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (request: IncomingMessage, response: ServerResponse) => {
      const seen: SeenRequest = {
        host: hostName(request.headers.host),
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        atMs: performance.now(),
      }
      const journey: Journey = { request: seen, endedAtMs: Number.POSITIVE_INFINITY }
      journeys.push(journey)
      const ended = () => {
        journey.endedAtMs = Math.min(journey.endedAtMs, performance.now())
      }
      response.once('finish', ended).once('close', ended)
      manners.answer(seen, response)
    },
  )
  server.on('connection', socket => {
    accepted++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  const goDown = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen(0)
  const { port } = server.address() as AddressInfo
  const chosen = (filter: RequestFilter) => journeys.filter(journey => matches(journey.request, filter))

  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    url: (path, host = '127.0.0.1') => `http://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`,
    get requests() {
      return journeys.map(journey => journey.request)
    },
    hits: (filter = {}) => chosen(filter).length,
    maxConcurrent: (filter = {}) => maxOverlap(chosen(filter)),
    minGapMs: (filter = {}) => {
      const starts = chosen(filter).map(journey => journey.request.atMs)
      return Math.min(
        Number.POSITIVE_INFINITY,
        ...starts.slice(1).map((atMs, index) => atMs - (starts[index] ?? 0)),
      )
    },
    connections: () => accepted,
    openConnections: () => sockets.size,
    reset: () => {
      journeys.length = 0
      accepted = 0
      manners.reset()
    },
    goDown,
    comeBack: () => listen(port),
    close: async () => {
      if (server.listening) await goDown()
    },
  }
}

/**
 * A whole server that may fetch from this machine, for end-to-end tests and the demo, in a process of its own:
 * `fork(loopback-server.ts, [home, port, webPort?])`; it sends `{ port }` once it listens. Hosts under `.example` lead to
 * 127.0.0.1; with `webPort`, all others are asked for as `GET /?url=…` there. The gate is opened by constructor arguments
 * here and nowhere else.
 */
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { startServer } from '../../src/main.ts'
import { createFetcher, type Fetcher } from '../../src/net/fetch.ts'
import { createPace } from '../../src/net/pace.ts'

const [home, port, webPort] = process.argv.slice(2)
const loopback = '127.0.0.1'
const now = () => performance.now()

const local = createFetcher({
  resolve: async hostname => (hostname.endsWith('.example') ? [loopback] : []),
  allowPeer: ip => ip === loopback,
  userAgent: 'Gleaner/test',
  now,
})
const isLocal = (url: string) => new URL(url).hostname.endsWith('.example')
const fetcher: Fetcher = {
  ...local,
  fetch: (url, options) =>
    local.fetch(
      isLocal(url) || !webPort ? url : `http://web.example:${webPort}/?url=${encodeURIComponent(url)}`,
      options,
    ),
}
// Invented hosts mind no haste: tests measure what happens, not how politely.
const pace = createPace({ now, random: Math.random, perHost: 8, spacingMs: 0, firstBackoffMs: 50 })

const seams = { fetcher, pace, ingestLimits: { backOffMs: 50, backOffMostMs: 500 } }

const server = await startServer(readConfig({ home, port }, {}), createLog(home ?? ''), seams)
process.send?.({ port: server.port })
process.once('SIGTERM', () => server.stop().then(() => process.exit(0)))
server.onFatal(() => process.exit(74))

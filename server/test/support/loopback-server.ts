/**
 * A whole server that may fetch from this machine: every host under `.example` leads to 127.0.0.1. For end-to-end tests
 * and the demo, in a process of its own: `fork(loopback-server.ts, [home, port])`; it sends `{ port }` once it listens.
 * The gate is opened by constructor arguments here and nowhere else.
 */
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { startServer } from '../../src/main.ts'
import { createFetcher } from '../../src/net/fetch.ts'
import { createPace } from '../../src/net/pace.ts'

const [home, port] = process.argv.slice(2)
const loopback = '127.0.0.1'

const fetcher = createFetcher({
  resolve: async hostname => (hostname.endsWith('.example') ? [loopback] : []),
  allowPeer: ip => ip === loopback,
  userAgent: 'Gleaner/test',
  now: () => performance.now(),
})
// Invented hosts mind no haste: tests measure what happens, not how politely.
const pace = createPace({ now: () => performance.now(), random: Math.random, perHost: 8, spacingMs: 0 })

const server = await startServer(readConfig({ home, port }, {}), createLog(home ?? ''), { fetcher, pace })
process.send?.({ port: server.port })
process.once('SIGTERM', () => server.stop().then(() => process.exit(0)))
server.onFatal(() => process.exit(74))

/**
 * The server as `gleaner serve` runs it, down to its exit codes, towards hosts on this machine only. Says on its standard
 * output where it listens. Dies with whoever holds its standard input.
 *
 * Usage: fault-server.ts HOME
 */
import { writeSync } from 'node:fs'
import { untilStopped } from '../../../src/cli/commands/serve.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { readConfig } from '../../../src/config.ts'
import { createLog } from '../../../src/log.ts'
import { startServer } from '../../../src/main.ts'
import { createFetcher } from '../../../src/net/fetch.ts'
import { judgeUrl } from '../../../src/net/judge.ts'
import { createPace } from '../../../src/net/pace.ts'

const [, , home = ''] = process.argv
process.stdin
  .on('end', () => process.kill(process.pid, 'SIGKILL'))
  .resume()
  .unref()
const isLocal = (ip: string) => ip === '127.0.0.1'
const steadyNow = () => performance.now()

const output = createOutput(
  true,
  () => {},
  text => writeSync(2, text),
)
const fetcher = createFetcher({
  resolve: async () => ['127.0.0.1'],
  allowPeer: isLocal,
  userAgent: 'gleaner-test',
  now: steadyNow,
  limits: { headersMs: 2_000, idleMs: 2_000, totalMs: 20_000 },
})
const pace = createPace({
  now: steadyNow,
  random: Math.random,
  ...{ perHost: 8, spacingMs: 0, overall: 64, firstBackoffMs: 2, longestBackoffMs: 50 },
})
const server = await startServer(readConfig({ home, port: '0' }, {}), createLog(home), {
  fetcher,
  pace,
  judge: url => judgeUrl(url, isLocal),
  ingestLimits: { backOffMs: 2, backOffMostMs: 50, restMs: 100 },
})
const ended = untilStopped(server, output)
writeSync(1, `${JSON.stringify({ port: server.port, pid: process.pid })}\n`)
process.exitCode = await ended

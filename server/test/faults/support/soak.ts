/** Thousands of addresses through the whole server, and what becomes of its memory, its descriptors and of each address. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StateCounts } from '@gleaner/shared/outcome'
import { ownerName } from '../../../src/store/index.ts'
import { noPromises, violations } from '../../support/crash.ts'
import { runServer, until } from './run-server.ts'

/** One look at the server. */
export interface Sample {
  readonly atS: number
  /** Addresses with an outcome so far. */
  readonly done: number
  /** Resident memory of the main process. */
  readonly mainMiB: number
  /** The same of its decoder processes together. */
  readonly decodersMiB: number
  readonly descriptors: number
}

export interface SoakResult {
  readonly addresses: number
  readonly seconds: number
  readonly samples: readonly Sample[]
  readonly counts: StateCounts
  /** Growth of the main process over the last half, by a line fitted to it. */
  readonly mibPerMinute: number
  readonly mibPer10k: number
  /** Descriptors in the last quarter against those in the second one, at most. */
  readonly moreDescriptors: number
  /** What must not be: see the tests. */
  readonly violations: readonly string[]
}

/** What an address of the bad host does; each is served in turn. */
const troubles = [
  ...['/status/404', '/status/403', '/status/410', '/status/500', '/status/418', '/cut/50/one.jpg'],
  ...['/reset/40/one.jpg', '/lying-length/9/one.jpg', '/bad-chunks/one.jpg', '/html-as-jpeg', '/empty'],
  ...[
    '/redirect-loop',
    '/hang-up',
    '/not-http',
    '/header-flood',
    '/encoding/gzip/one.jpg',
    '/opt-out/one.jpg',
  ],
  ...[
    '/captcha',
    '/gzip-bomb',
    '/files/half.jpg',
    '/flaky/2/one.jpg',
    '/retry-after/0/1/one.jpg',
    '/stall/50/one.jpg',
  ],
]
const oneInTwenty = 20
const hosts = 2_000
const perBatch = 500

function addressOf(n: number, ports: { readonly good: number; readonly bad: number }): string {
  const host = `h${(n * 7919) % hosts}.example`
  if (n % oneInTwenty !== 0) return `http://${host}:${ports.good}/${n + 1}.jpg`
  const trouble = troubles[(n / oneInTwenty) % troubles.length]
  return `http://${host}:${ports.bad}${trouble}?n=${n}`
}

const isMeasurable = existsSync('/proc/self/status')

const residentMiB = (pid: number): number => {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export interface SoakOptions {
  /** Called about once a second. */
  readonly onSample?: (sample: Sample) => void
  /** After so long the server is stopped, whatever is still queued. */
  readonly mostMs?: number
}

/** @param home - folder to be made */
export async function runSoak(
  home: string,
  addresses: number,
  { onSample = () => {}, mostMs = Number.POSITIVE_INFINITY }: SoakOptions = {},
): Promise<SoakResult> {
  const host = fork(fileURLToPath(new URL('./soak-host.ts', import.meta.url)), { execArgv: [] })
  const [ports] = (await once(host, 'message')) as [{ good: number; bad: number }]
  const server = await runServer({ home })
  const startedMs = performance.now()
  const samples: Sample[] = []
  const look = (counts: StateCounts) => {
    const sample: Sample = {
      atS: (performance.now() - startedMs) / 1_000,
      done: Object.values(counts).reduce((sum, n) => sum + n, 0) - counts.queued - counts.leased,
      mainMiB: residentMiB(server.pid),
      decodersMiB: childrenOf(server.pid).reduce((sum, pid) => sum + residentMiB(pid), 0),
      descriptors: isMeasurable ? readdirSync(`/proc/${server.pid}/fd`).length : 0,
    }
    samples.push(sample)
    onSample(sample)
  }
  const refused: number[] = []
  for (let from = 0; from < addresses; from += perBatch) {
    const count = Math.min(perBatch, addresses - from)
    const status = await server.collect(Array.from({ length: count }, (_, at) => addressOf(from + at, ports)))
    if (status !== 202) refused.push(status)
  }
  let lastMs = 0
  await until(async () => {
    const { counts } = await server.dataset('birds')
    const nowMs = performance.now()
    if (nowMs - lastMs >= 1_000) {
      lastMs = nowMs
      look(counts)
    }
    return counts.queued + counts.leased === 0 || nowMs - startedMs > mostMs
  })
  const { counts } = await server.dataset('birds')
  look(counts)
  const seconds = (performance.now() - startedMs) / 1_000
  server.signal('SIGTERM')
  const exit = await server.ended
  host.disconnect()
  const promises = noPromises()
  for (const batch of server.acknowledged) promises.batches.set(batch.batchId, batch)
  const sum = Object.values(counts).reduce((total, n) => total + n, 0)
  const log = readFileSync(join(home, '.gleaner', 'gleaner.log'), 'utf8')
  return {
    ...{ addresses, seconds, samples, counts },
    ...growthOf(samples),
    violations: [
      ...refused.map(status => `a batch was refused: ${status}`),
      ...(sum === addresses ? [] : [`${sum} of ${addresses} addresses are accounted for`]),
      ...(exit === 0 ? [] : [`exit ${exit}: ${server.errors()}`]),
      ...(server.errors() === '' ? [] : [`it said: ${server.errors().slice(0, 500)}`]),
      ...log
        .split('\n')
        .filter(line => /"level":"error"/.test(line))
        .slice(0, 5),
      ...(await violations(home, promises, ownerName)),
    ],
  }
}

/** Slope of a line fitted to the last half, and the descriptors of its end. */
function growthOf(samples: readonly Sample[]) {
  const half = samples.slice(Math.floor(samples.length / 2))
  const perSecond = slope(half.map(({ atS, mainMiB }) => [atS, mainMiB]))
  const perAddress = slope(half.map(({ done, mainMiB }) => [done, mainMiB]))
  const quarter = Math.floor(samples.length / 4)
  const most = (of: readonly Sample[]) => Math.max(0, ...of.map(({ descriptors }) => descriptors))
  return {
    mibPerMinute: perSecond * 60,
    mibPer10k: perAddress * 10_000,
    moreDescriptors: most(samples.slice(-quarter)) - most(samples.slice(quarter, 2 * quarter)),
  }
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, n) => sum + n, 0) / Math.max(1, of.length)
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return below === 0 ? 0 : above / below
}

/**
 * Splits and versions of many pictures: how long each takes, how long the server's own loop stands still meanwhile, and
 * what the server holds in memory.
 *
 * Usage: node server/bench/splits.ts [PICTURES]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { defaultSplitPlan } from '@gleaner/shared/splits'
import { openDataset } from '../src/store/dataset-store.ts'
import { fillIndex } from './splits/index-of.ts'

const pictures = Number(process.argv[2] ?? 100_000)
const root = mkdtempSync(join(tmpdir(), 'gleaner-splits-'))
const folder = join(root, 'birds')
fillIndex(folder, pictures)
const store = openDataset({ folder, now: Date.now })

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  const [tookMs, ownMs] = [performance.now() - beganMs, (user + system) / 1000]
  const [mostMs, p99Ms] = [delay.max / 1e6, delay.percentile(99) / 1e6]
  const rss = Math.round(process.memoryUsage.rss() / 1e6)
  const figures = [tookMs, ownMs, mostMs, p99Ms].map(value => `${value.toFixed(0)} ms`.padStart(9)).join('  ')
  process.stdout.write(`${what.padEnd(28)} ${figures}  ${rss} MB\n`)
  return result
}

const by = 'command line'
const plan = { ...defaultSplitPlan, folds: 5 }
process.stdout.write(
  `${pictures} pictures             in all   own CPU  longest     p99 of the loop, memory of the server\n`,
)
await timed('split', () => store.splits.assign({ plan }, by))
await timed('state', () => store.splits.state())
const first = await timed('version', () => store.versions.create({ name: 'first' }, by))
const other = { ...plan, seed: 'other' }
await timed('split anew', () => store.splits.assign({ plan: other, rebalance: true }, by))
const second = await timed('version, with an earlier one', () =>
  store.versions.create({ name: 'second' }, by),
)
await timed('diff', () => store.versions.diff(first.id, second.id, { limit: 200 }))
await timed('read', async () => {
  let read = 0
  for await (const _ of (await store.versions.open(second.id)).images()) read += 1
  return read
})
store.close()
rmSync(root, { recursive: true })

/**
 * What group commit is worth to the main process: sixteen hands record made-up pictures of 50 kB, each after a while of
 * thinking, once with a commit for each picture and once in groups. Rounds are paired and take turns in going first.
 *
 * `node server/bench/commits.ts [--json] [--rounds N] [--pictures N] [--think MS]`
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDataset } from '../src/store/dataset-store.ts'
import { clientId, digestOf, makeBatch, makeEnd, makeImage, openRules } from '../test/support/samples.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    pictures: { type: 'string', default: '400' },
    think: { type: 'string', default: '60' },
  },
})
const rounds = Math.max(5, Number(values.rounds))
const pictures = Number(values.pictures)
const thinkMs = Number(values.think)
const hands = 16
const padding = randomBytes(50_000)

interface Measured {
  readonly perSecond: number
  /** Part of the time in which the event loop was busy, or waited for the disk. */
  readonly busy: number
  readonly commits: number
}

async function measure(pieces: number): Promise<Measured> {
  const root = mkdtempSync(join(tmpdir(), 'gleaner-commits-'))
  let commits = 0
  const failpoint = (name: string) => {
    if (name === 'group:after-commit') commits++
  }
  const store = openDataset({
    folder: join(root, 'birds'),
    now: Date.now,
    failpoint,
    groupLimits: { pieces },
  })
  const urls = Array.from({ length: pictures }, (_, n) => `https://a.example/${n}`)
  store.accept(clientId, makeBatch(urls), openRules)
  const hand = async () => {
    for (
      let lease = store.lease('a.example', Date.now());
      lease;
      lease = store.lease('a.example', Date.now())
    ) {
      await pause(thinkMs * (0.5 + (lease.id % 16) / 16))
      const { original, rendered, ...rest } = makeImage(String(lease.id))
      const bytes = Buffer.concat([original.bytes, padding])
      const image = { ...rest, rendered, original: { ...original, bytes, digest: digestOf(bytes) } }
      await store.recordImage(lease, image, makeEnd(lease))
    }
  }
  const before = performance.eventLoopUtilization()
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: hands }, hand))
  const seconds = (performance.now() - startedMs) / 1_000
  const { utilization } = performance.eventLoopUtilization(before)
  store.close()
  rmSync(root, { recursive: true })
  return { perSecond: pictures / seconds, busy: utilization, commits }
}

const pairs: { readonly alone: Measured; readonly grouped: Measured }[] = []
await measure(16)
for (let round = 0; round < rounds; round++) {
  const first = await measure(round % 2 === 0 ? 1 : 16)
  const second = await measure(round % 2 === 0 ? 16 : 1)
  pairs.push(round % 2 === 0 ? { alone: first, grouped: second } : { alone: second, grouped: first })
}

function median(of: (pair: (typeof pairs)[number]) => number): number {
  const sorted = pairs.map(of).toSorted((a, b) => a - b)
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(2))
}

const figures = {
  /** Busy time of the event loop a picture, in groups beside alone. */
  busyRatio: median(
    ({ alone, grouped }) => grouped.busy / grouped.perSecond / (alone.busy / alone.perSecond),
  ),
  throughputRatio: median(({ alone, grouped }) => grouped.perSecond / alone.perSecond),
  picturesACommit: median(({ grouped }) => pictures / grouped.commits),
}
if (values.json) console.log(JSON.stringify({ ...figures, rounds, pictures }))
else {
  console.log(
    `${rounds} paired rounds of ${pictures} pictures, ${hands} at a time; in groups beside one commit each:`,
  )
  console.log(
    `event loop busy a picture: ${figures.busyRatio} of that; pictures a second: ${figures.throughputRatio} times`,
  )
  console.log(`pictures a commit: ${figures.picturesACommit}`)
}

/**
 * How fast the whole pipeline is, and what it costs, each figure beside something measured in the same run. Only such
 * ratios mean anything: the speed of a machine changes with whatever else it does.
 *
 * `npm run -s bench:ingest [-- --quick] [--json] [--only share,share1600,growth,delay,batch,peak] [--rounds N]
 * [--in-flight N]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { batchAck } from './ingest/batch-ack.ts'
import { type Bench, type Measure, type Result, targets } from './ingest/figure.ts'
import { growth } from './ingest/growth.ts'
import { loopDelay } from './ingest/loop-delay.ts'
import { peakMemory } from './ingest/peak-memory.ts'
import { startPhotoHosts } from './ingest/photo-hosts.ts'
import { shareOfLarge, shareOfSmall } from './ingest/share.ts'

const all: Readonly<Record<string, Measure>> = {
  share: shareOfSmall,
  share1600: shareOfLarge,
  growth,
  delay: loopDelay,
  batch: batchAck,
  peak: peakMemory,
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(all).join(',') },
    rounds: { type: 'string', default: '5' },
    'in-flight': { type: 'string', default: '16' },
  },
})
const wanted = values.only.split(',')
const unknown = wanted.filter(name => !Object.hasOwn(all, name))
if (unknown.length > 0) {
  console.error(`There is no figure "${unknown.join(', ')}"; there are ${Object.keys(all).join(', ')}.`)
  process.exit(1)
}

const machine = [
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  `Node ${process.versions.node}, sharp ${sharp.versions.sharp} (libvips ${sharp.versions.vips}), SQLite ${sqliteVersion()}`,
  `npm run -s bench:ingest -- ${process.argv.slice(2).join(' ')}`.trim(),
]

const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const hosts = await startPhotoHosts()
const bench: Bench = {
  folder,
  rounds: Math.max(5, Number(values.rounds)),
  inFlight: Number(values['in-flight']),
  isQuick: values.quick,
  hosts,
  say: line => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${line}`)),
}
const loadBefore = load()
const results: [name: string, result: Result][] = []
try {
  for (const name of wanted) {
    const measure = all[name]
    if (measure) results.push([name, await measure(bench)])
  }
} finally {
  hosts.stop()
  rmSync(folder, { recursive: true, force: true })
}
bench.say('')

const figures = Object.assign({}, ...results.map(([, { figures }]) => figures)) as Record<
  string,
  number | null
>
const loads = `load average before and after: ${loadBefore}, ${load()}`
if (values.json) {
  const { rounds, inFlight, isQuick } = bench
  console.log(JSON.stringify({ ...figures, rounds, inFlight, isQuick, machine, loads }))
} else {
  console.log([...machine, loads, `${bench.inFlight} at a time, ${bench.rounds} rounds`].join('\n'))
  for (const [name, { lines }] of results) console.log(`\n${name}\n  ${lines.join('\n  ')}`)
  console.log('\n| figure | measured | target | |\n| --- | --- | --- | --- |')
  for (const [name, value] of Object.entries(figures)) console.log(row(name, value))
}

function row(name: string, value: number | null): string {
  const { least, most } = targets[name] ?? {}
  const target = least === undefined ? `<= ${most}` : `>= ${least}`
  const isMet = value !== null && value >= (least ?? value) && value <= (most ?? value)
  return `| ${name} | ${value ?? 'not known here'} | ${target} | ${value === null ? '' : isMet ? 'met' : 'missed'} |`
}

function load(): string {
  return loadavg()[0]?.toFixed(2) ?? '?'
}

function sqliteVersion(): string {
  const db = new Database(':memory:')
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '?'
  db.close()
  return version
}

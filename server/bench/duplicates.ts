/**
 * How many copies are found and at what cost, each figure beside something measured in the same run.
 *
 * `npm run -s bench:duplicates [-- --quick] [--json] [--only recall,lookup,folder,ingest] [--rounds N] [--page FILE]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { Bench, Measure, Result, Target } from './duplicates/figure.ts'
import { measureFolder } from './duplicates/folder.ts'
import { measureIngest } from './duplicates/ingest.ts'
import { measureLookup } from './duplicates/lookup.ts'
import { measureRecall } from './duplicates/recall.ts'

const all: Readonly<Record<string, Measure>> = {
  recall: measureRecall,
  lookup: measureLookup,
  folder: measureFolder,
  ingest: measureIngest,
}

/** What figures must reach; those that are not named here are told for their own sake. */
const targets: Readonly<Record<string, Target>> = {
  recallAboveWanted: { least: 0 },
  precision: { least: 0.999 },
  negativesTaken: { most: 0 },
  lookupGrowth1m: { most: 12 },
  oneFormToRead: { most: 2 },
  perFormToRead: { most: 2 },
  loadMs: { most: 200 },
  unequalToBruteForce: { most: 0 },
  copiesMissed: { most: 0 },
  folderCpuToFindimagedupes: { most: 0.5 },
  folderRecallToFindimagedupes: { least: 1 },
  folderFalsePairs: { most: 0 },
  addedShareOfIngest: { most: 0.15 },
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(all).join(',') },
    rounds: { type: 'string', default: '5' },
    page: { type: 'string' },
  },
})
const wanted = values.only.split(',')
const unknown = wanted.filter(name => !Object.hasOwn(all, name))
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join(', ')}"; there are ${Object.keys(all).join(', ')}.`)
  process.exit(1)
}

const machine = [
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  `Node ${process.versions.node}, sharp ${sharp.versions.sharp} (libvips ${sharp.versions.vips})`,
  `npm run -s bench:duplicates -- ${process.argv.slice(2).join(' ')}`.trim(),
]

const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const bench: Bench = {
  folder,
  rounds: Math.max(1, Number(values.rounds)),
  isQuick: values.quick,
  page: values.page,
  say: line => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${line}`)),
}
const load = () => loadavg()[0]?.toFixed(2) ?? '?'
const loadBefore = load()
const results: [name: string, result: Result][] = []
try {
  for (const name of wanted) {
    const measure = all[name]
    if (measure) results.push([name, await measure(bench)])
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
bench.say('')

const figures = Object.assign({}, ...results.map(([, { figures }]) => figures)) as Record<
  string,
  number | null
>
const loads = `load average before and after: ${loadBefore}, ${load()}`
if (values.json) {
  console.log(JSON.stringify({ ...figures, rounds: bench.rounds, isQuick: bench.isQuick, machine, loads }))
} else {
  console.log([...machine, loads].join('\n'))
  for (const [name, { lines }] of results) console.log(`\n${name}\n  ${lines.join('\n  ')}`)
  console.log('\n| figure | measured | target | |\n| --- | --- | --- | --- |')
  for (const [name, value] of Object.entries(figures)) console.log(row(name, value))
}

function row(name: string, value: number | null): string {
  const { least, most } = targets[name] ?? {}
  const target = least !== undefined ? `>= ${least}` : most !== undefined ? `<= ${most}` : ''
  const isMet = value !== null && value >= (least ?? value) && value <= (most ?? value)
  const verdict = value === null || target === '' ? '' : isMet ? 'met' : 'missed'
  return `| ${name} | ${value ?? 'not known here'} | ${target} | ${verdict} |`
}

/**
 * How the dashboard keeps up with very many pictures, each figure beside something measured in the same run.
 *
 * `npm run -s bench:dashboard [-- --quick] [--json] [--only index] [--rounds N]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureIndex } from './dashboard/index-part.ts'
import type { Bench, Measure, Result, Target } from './duplicates/figure.ts'

const all: Readonly<Record<string, Measure>> = { index: measureIndex }

/** What figures must reach; those that are not named here are told for their own sake. */
const targets: Readonly<Record<string, Target>> = {
  listGrowth: { most: 3 },
  countGrowth: { most: 3 },
  facetGrowth: { most: 3 },
  textGrowth: { most: 3 },
  firstScreenGrowth: { most: 1.5 },
  longestTurnMs: { most: 50 },
  memoryMiB: { most: 600 },
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(all).join(',') },
    rounds: { type: 'string', default: '15' },
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
  `Node ${process.versions.node}`,
  `npm run -s bench:dashboard -- ${process.argv.slice(2).join(' ')}`.trim(),
]
const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const bench: Bench = {
  folder,
  rounds: Math.max(1, Number(values.rounds)),
  isQuick: values.quick,
  page: undefined,
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

const figures: Record<string, number | null> = Object.assign(
  {},
  ...results.map(([, result]) => result.figures),
)
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
  const shown = value === null ? 'not known here' : Number(value.toFixed(2))
  return `| ${name} | ${shown} | ${target} | ${verdict} |`
}

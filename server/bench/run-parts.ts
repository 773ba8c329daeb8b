/** Runs the parts of a benchmark that were asked for, and prints what they found beside what it should be. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Bench, Measure, Result, Target } from './figure.ts'

/** What was typed after the options of a benchmark's own. */
type Typed = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

export interface Benchmark<Given extends Bench> {
  /** As in `npm run -s <name>`. */
  readonly name: string
  /** By name; all of them run unless `--only` names some. */
  readonly parts: Readonly<Record<string, Measure<Given>>>
  /** By figure; figures without one are told for their own sake. */
  readonly targets: Readonly<Record<string, Target>>
  readonly rounds: { readonly usual: number; readonly least: number }
  /** Of the libraries that are measured. */
  readonly versions?: readonly string[]
  /** Options beside `--json`, `--quick`, `--only` and `--rounds`. */
  readonly options?: ParseArgsOptionsConfig
  /** Adds to what every part gets. */
  readonly prepare: (bench: Bench, typed: Typed) => Given | Promise<Given>
  /** Further numbers that say how it was measured. */
  readonly told?: (bench: Given) => Readonly<Record<string, number>>
  /** Lets go of what was prepared. */
  readonly end?: (bench: Given) => void
}

export async function runParts<Given extends Bench>(benchmark: Benchmark<Given>): Promise<void> {
  const { name, parts, rounds, options = {} } = benchmark
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: Object.keys(parts).join(',') },
      rounds: { type: 'string', default: String(rounds.usual) },
      ...options,
    },
  })
  const wanted = String(values.only).split(',')
  const unknown = wanted.filter(part => !Object.hasOwn(parts, part))
  if (unknown.length > 0) {
    console.error(`There is no part "${unknown.join(', ')}"; there are ${Object.keys(parts).join(', ')}.`)
    process.exit(1)
  }
  const machine = [
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
    [`Node ${process.versions.node}`, ...(benchmark.versions ?? [])].join(', '),
    `npm run -s ${name} -- ${process.argv.slice(2).join(' ')}`.trim(),
  ]
  const loadBefore = load()
  const { bench, results } = await measure(benchmark, wanted, values)
  const loads = `load average before and after: ${loadBefore}, ${load()}`
  const told = { rounds: bench.rounds, ...benchmark.told?.(bench) }
  const figures: Record<string, number | null> = Object.assign(
    {},
    ...results.map(([, result]) => result.figures),
  )
  if (values.json === true) {
    console.log(JSON.stringify({ ...figures, ...told, isQuick: bench.isQuick, machine, loads }))
    return
  }
  const numbers = Object.entries(told).map(([what, number]) => `${what}: ${number}`)
  console.log([...machine, loads, numbers.join(', ')].join('\n'))
  for (const [part, { lines }] of results) console.log(`\n${part}\n  ${lines.join('\n  ')}`)
  console.log('\n| figure | measured | target | |\n| --- | --- | --- | --- |')
  for (const [figure, value] of Object.entries(figures))
    console.log(row(figure, value, benchmark.targets[figure]))
}

async function measure<Given extends Bench>(
  { parts, rounds, prepare, end }: Benchmark<Given>,
  wanted: readonly string[],
  typed: Typed,
) {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
  const results: [part: string, result: Result][] = []
  let bench: Given | undefined
  try {
    bench = await prepare(
      {
        folder,
        rounds: Math.max(rounds.least, Number(typed.rounds)),
        isQuick: typed.quick === true,
        say: line => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${line}`)),
      },
      typed,
    )
    for (const part of wanted) {
      const work = parts[part]
      if (work) results.push([part, await work(bench)])
    }
    bench.say('')
    return { bench, results }
  } finally {
    if (bench) end?.(bench)
    rmSync(folder, { recursive: true, force: true })
  }
}

function row(name: string, value: number | null, { least, most }: Target = {}): string {
  const target = least !== undefined ? `>= ${least}` : most !== undefined ? `<= ${most}` : ''
  const isMet = value !== null && value >= (least ?? value) && value <= (most ?? value)
  const verdict = value === null || target === '' ? '' : isMet ? 'met' : 'missed'
  const shown = value === null ? 'not known here' : Number(value.toFixed(4))
  return `| ${name} | ${shown} | ${target} | ${verdict} |`
}

const load = () => loadavg()[0]?.toFixed(2) ?? '?'

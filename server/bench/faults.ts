/**
 * Runs the whole table of faults in its long form, and prints it.
 *
 * Usage: npm run test:faults [-- WORDS]: only faults whose line holds the words. GLEANER_FAULTS=short: as in `npm test`.
 */
import { type Fault, matrix } from '../test/faults/support/matrix.ts'
import { mutants, type Proof } from '../test/faults/support/mutants.ts'
import { isNoticed, outcomesOf, type TestOutcome, titlePattern } from '../test/faults/support/outcomes.ts'

const words = process.argv[2] ?? ''
const length = process.env.GLEANER_FAULTS ?? 'long'
const faults = matrix.filter(({ fault }) => fault.includes(words))

const isOf = ({ file, title }: Proof, outcome: TestOutcome) =>
  outcome.file === file && titlePattern(title).test(outcome.title)

interface Row {
  readonly fault: string
  readonly runs: number
  readonly violations: number
  readonly mutants: string
  readonly isGood: boolean
}

function rowOf(fault: Fault): Row {
  const of = (some: readonly Proof[]) => outcomes.filter(outcome => some.some(proof => isOf(proof, outcome)))
  const ran = of(fault.tests).filter(({ state }) => state !== 'skipped')
  const failed = ran.filter(({ state }) => state === 'failed')
  const violations = ran.reduce((sum, { violations = 0 }) => sum + violations, 0)
  const own = of(fault.ownMutants ?? []).filter(({ state }) => state === 'passed')
  const wanted = fault.mutants.filter(id => caught.has(id)).length
  const named = fault.mutants.length + (own.length > 0 || fault.ownMutants ? Math.max(1, own.length) : 0)
  const seen = wanted + own.length
  const skipped = of(fault.tests).length - ran.length
  return {
    fault: skipped > 0 ? `${fault.fault} (${skipped} tests skipped here)` : fault.fault,
    runs: ran.reduce((sum, { faultRuns = 1 }) => sum + faultRuns, 0),
    violations: violations + failed.filter(({ violations = 0 }) => violations === 0).length,
    mutants: named === 0 ? '–' : `${seen} of ${named}`,
    isGood: failed.length === 0 && seen === named && ran.length > 0,
  }
}

/** Which of the mistakes make the tests fail that are there for them. */
async function caughtOf(ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const config = ['--config', 'server/test/faults/support/mutants.config.ts']
  const ran = await outcomesOf([...config, ...ids.flatMap(id => ['--project', id])])
  return new Set(ran.filter(isNoticed).map(({ project }) => project))
}

const proofs = faults.flatMap(({ tests, ownMutants = [] }) => [...tests, ...ownMutants])
const files = [...new Set(proofs.map(({ file }) => file))]
const outcomes = await outcomesOf([...files, '--testTimeout', '1200000'], { GLEANER_FAULTS: length })
const named = new Set(faults.flatMap(fault => fault.mutants))
const caught = await caughtOf(mutants.map(({ id }) => id).filter(id => named.has(id)))

console.log('| fault | runs | violations | mutants caught |')
console.log('| --- | ---: | ---: | --- |')
const rows: Row[] = []
for (const fault of faults) {
  const row = rowOf(fault)
  rows.push(row)
  console.log(`| ${row.fault} | ${row.runs} | ${row.violations} | ${row.mutants} |`)
}
for (const { file, title, state, reason = '' } of outcomes) {
  if (state === 'failed') console.log(`\n${file}: ${title}\n${reason}`)
}
const bad = rows.filter(({ isGood }) => !isGood)
if (bad.length > 0) console.log(`\nNot as it should be: ${bad.map(({ fault }) => fault).join('; ')}`)
process.exitCode = bad.length > 0 ? 1 : 0

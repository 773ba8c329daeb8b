/**
 * How long it takes until a batch of 500 candidates is acknowledged, beside 500 batches of one: both durable, on the same
 * disk, in the same run, taking turns in going first.
 *
 * `node server/bench/intake.ts [--json] [--rounds N]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openHome } from '../src/store/home.ts'
import { clientId, makeBatch, openRules } from '../test/support/samples.ts'

export interface IntakeFigures {
  /** Median of one batch of 500, in milliseconds. */
  readonly batchMs: number
  /** Median of 500 batches of one, in milliseconds. */
  readonly singlesMs: number
  /** Median of the quotients of the rounds: at most 0.2 is wanted. */
  readonly batchToSingles: number
}

const candidates = 500

/** @param rounds - at least 5, for the medians to mean something */
export async function measureIntake(rounds: number): Promise<IntakeFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-intake-'))
  const home = await openHome({ folder, now: Date.now })
  let serial = 0
  const urls = (count: number) =>
    Array.from({ length: count }, () => `https://host${serial % 40}.example/${serial++}`)
  const accept = (count: number) => void home.accept(clientId, makeBatch(urls(count)), openRules)
  const timed = (work: () => void) => {
    const startedMs = performance.now()
    work()
    return performance.now() - startedMs
  }
  const batch = () => timed(() => accept(candidates))
  const singles = () =>
    timed(() => {
      for (let n = 0; n < candidates; n++) accept(1)
    })
  accept(candidates)
  const measured = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) {
      const batchMs = batch()
      return { batchMs, singlesMs: singles() }
    }
    const singlesMs = singles()
    return { batchMs: batch(), singlesMs }
  })
  home.close()
  rmSync(folder, { recursive: true, force: true })
  return {
    batchMs: median(measured.map(({ batchMs }) => batchMs)),
    singlesMs: median(measured.map(({ singlesMs }) => singlesMs)),
    batchToSingles: median(measured.map(({ batchMs, singlesMs }) => batchMs / singlesMs)),
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
  })
  const { batchMs, singlesMs, batchToSingles } = await measureIntake(Math.max(5, Number(values.rounds)))
  const figures = {
    batchMs: Math.round(batchMs),
    singlesMs: Math.round(singlesMs),
    batchToSingles: Number(batchToSingles.toFixed(3)),
  }
  if (values.json) console.log(JSON.stringify(figures))
  else {
    console.log(
      `a batch of ${candidates}: ${figures.batchMs} ms; ${candidates} batches of one: ${figures.singlesMs} ms`,
    )
    console.log(`share: ${figures.batchToSingles} (at most 0.2 is wanted)`)
  }
}

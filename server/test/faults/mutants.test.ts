/** Every mistake of the table is made once, and the test that is there for it fails: with GLEANER_FAULTS, for it takes minutes. */
import { expect, test } from 'vitest'
import { mutants } from './support/mutants.ts'
import { isNoticed, outcomesOf } from './support/outcomes.ts'

test.runIf(process.env.GLEANER_FAULTS)(
  'each mistake is noticed by its test',
  { timeout: 1_800_000 },
  async () => {
    const outcomes = await outcomesOf(['--config', 'server/test/faults/support/mutants.config.ts'])
    const ran = outcomes.filter(({ state }) => state === 'passed' || state === 'failed')
    const noticed = new Set(ran.filter(isNoticed).map(({ project }) => project))
    // Where a tool is missing the test of a mistake does not run at all, which it says itself.
    const tried = new Set(ran.map(({ project }) => project))
    expect(tried.size).toBeGreaterThan(mutants.length / 2)
    expect(mutants.map(({ id }) => id).filter(id => tried.has(id) && !noticed.has(id))).toEqual([])
  },
)

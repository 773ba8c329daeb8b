/** How a test says how often it made its fault, for the table of `npm run test:faults`. */
import { expect, type TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    faultRuns?: number
    violations?: number
  }
}

/** Runs of the long form, where that is asked for; else of the one inside `npm test`. */
export const howMany = (inTests: number, inTheLongRun: number): number =>
  process.env.GLEANER_FAULTS === 'long' ? inTheLongRun : inTests

/** How long a test may take, in milliseconds: the long form also runs at the lowest priority, beside other work. */
export const patience = (inTestsMs: number): number => howMany(inTestsMs, 20 * inTestsMs)

/** Counts runs of a fault and what they broke. Nothing may be broken. */
export function createCount({ task }: Pick<TestContext, 'task'>) {
  const broken: string[] = []
  let runs = 0
  return {
    /** @param run - says which run it was when something is broken */
    add(run: string, violations: readonly string[]) {
      runs += 1
      broken.push(...violations.map(violation => `${run}: ${violation}`))
      task.meta.faultRuns = runs
      task.meta.violations = broken.length
    },
    expectNone: () => expect(broken).toEqual([]),
  }
}

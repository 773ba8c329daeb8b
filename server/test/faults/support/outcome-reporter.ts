/** Writes one line a test to the file named in GLEANER_OUTCOMES, as soon as it has ended. */
import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { TestCase, TestModule } from 'vitest/node'
import type { TestOutcome } from './outcomes.ts'

export default class OutcomeReporter {
  readonly #out = process.env.GLEANER_OUTCOMES ?? ''
  onTestRunStart() {
    appendFileSync(this.#out, '')
  }
  onTestCaseResult(test: TestCase) {
    const { faultRuns, violations } = test.meta()
    const { state, errors } = test.result()
    const outcome: TestOutcome = {
      project: test.project.name,
      file: relative(process.cwd(), test.module.moduleId),
      title: test.fullName,
      state,
      faultRuns,
      violations,
      reason: errors?.[0]?.message,
    }
    appendFileSync(this.#out, `${JSON.stringify(outcome)}\n`)
  }
  /** A file that cannot even be loaded has no tests: that is no mistake noticed but a mistake made. */
  onTestModuleEnd(module: TestModule) {
    for (const { message } of module.errors())
      process.stderr.write(`${module.relativeModuleId}: ${message}\n`)
  }
}

/** Runs tests by their titles in a process of their own, and says how each ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TestOutcome {
  readonly project: string
  /** Path from the root of the repository. */
  readonly file: string
  readonly title: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  /** What the test says of itself. */
  readonly faultRuns?: number | undefined
  readonly violations?: number | undefined
  /** Why it failed. */
  readonly reason?: string | undefined
}

/** Whether a test that was to fail has: one that ran out of time has noticed nothing. */
export const isNoticed = ({ state, reason = '' }: TestOutcome): boolean =>
  state === 'failed' && !/^(?:Test|Hook) timed out/.test(reason)

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const reporter = fileURLToPath(new URL('./outcome-reporter.ts', import.meta.url))

/** A title as it stands in the source; what a table or a number puts into it may be anything. */
export function titlePattern(title: string): RegExp {
  const parts = title.split(/%[sidjo]|\$\w+|\$\{[^}]*\}/)
  return new RegExp(parts.map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'))
}

/**
 * @param args - of vitest
 * @param env - beside the environment of this process
 */
export async function outcomesOf(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly TestOutcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-outcomes-'))
  const out = join(folder, 'outcomes.jsonl')
  try {
    const child = spawn(process.execPath, [vitest, 'run', '--root', root, '--reporter', reporter, ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...env, GLEANER_OUTCOMES: out, VITEST: undefined },
    })
    await once(child, 'close')
    const lines = readFileSync(out, 'utf8').split('\n').filter(Boolean)
    return lines.map(line => JSON.parse(line) as TestOutcome)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

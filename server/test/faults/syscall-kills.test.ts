/** SIGKILL at the n-th system call of a kind: between any two steps, also those that have no name. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noPromises, note, runUntilKilled, violations } from '../support/crash.ts'
import { temporaryFolder } from '../support/samples.ts'
import { canTrace, withInjection } from './support/means.ts'
import { createCount, howMany } from './support/report.ts'

/** How far into its life a worker is killed at the most; calls are counted by thread. */
const farthest = { rename: 60, fsync: 300, pwrite64: 3_000, unlink: 40 } as const
const calls = ['rename', 'fsync', 'pwrite64', 'unlink'] as const
const places = howMany(3, 40)

/** Close together at the beginning, where a dataset is made, and further apart later. */
function placesOf(call: (typeof calls)[number]): number[] {
  const share = (place: number) => place / (places - 1)
  return [...new Set(Array.from({ length: places }, (_, at) => Math.round(farthest[call] ** share(at))))]
}

test.skipIf(!canTrace).for(calls)(
  'killed at the n-th %s, the next start finds everything in order (needs strace)',
  { timeout: 60_000 + places * 15_000 },
  async (call, context) => {
    const count = createCount(context)
    for (const n of placesOf(call)) {
      using folder = temporaryFolder()
      const home = join(folder.path, 'home')
      const wrap = withInjection({ calls: [call], effect: 'signal=SIGKILL', when: String(n) })
      const { acks, diedByItself, exitCode } = await runUntilKilled({
        home,
        seed: n,
        wrap,
        killAfterMs: 120_000,
      })
      const promises = noPromises()
      note(promises, acks)
      count.add(`${call} ${n}`, [
        ...(diedByItself ? [] : ['never came so far']),
        ...(exitCode === null ? [] : [`the worker ended with ${exitCode}`]),
        ...(await violations(home, promises)),
      ])
    }
    count.expectNone()
  },
)

test.skipIf(!canTrace)('a worker that writes the row first is found out (needs strace)', async () => {
  const found: string[] = []
  for (const n of [2, 3, 4, 6]) {
    using folder = temporaryFolder()
    const home = join(folder.path, 'home')
    const wrap = withInjection({ calls: ['rename'], effect: 'signal=SIGKILL', when: String(n) })
    const { acks } = await runUntilKilled({ home, seed: n, wrap, mutant: 'row-first', killAfterMs: 120_000 })
    const promises = noPromises()
    note(promises, acks)
    found.push(...(await violations(home, promises)))
  }
  expect(found).toContainEqual(expect.stringMatching(/image-missing/))
})

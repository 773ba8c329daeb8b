/** SIGKILL at the n-th system call of a kind: between any two steps, also those that have no name. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noPromises, note, runUntilKilled, violations } from '../support/crash.ts'
import { temporaryFolder } from '../support/samples.ts'
import { canTrace, type Syscall, withInjection } from './support/means.ts'
import { createCount, howMany } from './support/report.ts'

const calls: readonly Syscall[] = ['rename', 'fsync', 'fdatasync', 'pwrite64', 'unlink']
/** Where in its life a worker is killed: calls are counted by thread, so that this reaches well into its work. */
const places = howMany(3, 40)
const strides: Readonly<Partial<Record<Syscall, number>>> = { pwrite64: 37, fdatasync: 11 }

test.skipIf(!canTrace).for(calls)(
  'killed at the n-th %s, the next start finds everything in order (needs strace)',
  { timeout: 60_000 + places * 15_000 },
  async (call, context) => {
    const count = createCount(context)
    for (let place = 0; place < places; place += 1) {
      using folder = temporaryFolder()
      const home = join(folder.path, 'home')
      const n = 1 + place * (strides[call] ?? 4)
      const wrap = withInjection({ calls: [call], effect: 'signal=SIGKILL', when: String(n) })
      const { acks } = await runUntilKilled({ home, seed: n, wrap, killAfterMs: 3_000 })
      const promises = noPromises()
      note(promises, acks)
      count.add(`${call} ${n}`, await violations(home, promises))
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
    const { acks } = await runUntilKilled({ home, seed: n, wrap, mutant: 'row-first', killAfterMs: 3_000 })
    const promises = noPromises()
    note(promises, acks)
    found.push(...(await violations(home, promises)))
  }
  expect(found).toContainEqual(expect.stringMatching(/image-missing/))
})

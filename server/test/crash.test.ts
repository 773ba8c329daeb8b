import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failpointNames } from '../src/store/types.ts'
import { createCount, howMany } from './faults/support/report.ts'
import { noPromises, note, runUntilKilled, violations } from './support/crash.ts'
import { makeBatch, temporaryFolder } from './support/samples.ts'

const randomKills = Number(process.env.GLEANER_KILLS ?? howMany(20, 500))
/** A fresh home every so often: checking one takes as long as it is large. */
const killsPerHome = 10

test(`a process killed ${randomKills} times at random loses nothing it acknowledged`, {
  timeout: 60_000 + randomKills * 15_000,
}, async context => {
  const count = createCount(context)
  for (let kill = 0; kill < randomKills; ) {
    using folder = temporaryFolder()
    const home = join(folder.path, 'home')
    const promises = noPromises()
    for (let turn = 0; turn < killsPerHome && kill < randomKills; turn += 1, kill += 1) {
      // By what it has said, for how far it gets in a time depends on the machine; then at some moment.
      const killAfterLines = 4 + ((kill * 97) % 80)
      const killAfterMs = (kill * 31) % 23
      const { acks, exitCode } = await runUntilKilled({ home, seed: kill, killAfterLines, killAfterMs })
      expect(exitCode, 'the worker must not end by itself').toBeNull()
      note(promises, acks)
      count.add(`kill ${kill}`, await violations(home, promises))
    }
    expect(promises.batches.size).toBeGreaterThan(killsPerHome)
    expect(promises.images.size).toBeGreaterThan(killsPerHome)
  }
  count.expectNone()
})

test.each(failpointNames)('killed at %s, the next start finds everything in order', async killAt => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const promises = noPromises()
  const { acks, diedByItself, exitCode } = await runUntilKilled({ home, seed: 1, killAt, count: 3 })
  expect(diedByItself, 'the failpoint must be passed').toBe(true)
  expect(exitCode, 'the worker must not end by itself').toBeNull()
  note(promises, acks)
  expect(await violations(home, promises)).toEqual([])
})

test('the harness expects nothing of an address that a batch without a receipt names as well', () => {
  const promises = noPromises()
  const [killed, undone] = [makeBatch(['https://a.example/1']), makeBatch(['https://a.example/1'])]
  note(promises, [{ kind: 'sending', batch: killed }])
  note(promises, [
    { kind: 'sending', batch: undone },
    { kind: 'batch', batch: undone },
    { kind: 'undone', batchId: undone.batchId },
  ])
  expect([...promises.undone]).toEqual([])
})

describe('the harness notices', () => {
  test.each([
    ['row-first', 'record:after-commit', /image-missing/],
    ['in-place', 'file:written', /torn file/],
    ['links-late', 'act:old-files-gone', /(?:image|original)-missing/],
  ] as const)('the mutant %s', async (mutant, killAt, symptom) => {
    using folder = temporaryFolder()
    const home = join(folder.path, 'home')
    const { acks } = await runUntilKilled({ home, seed: 1, killAt, count: 2, mutant })
    const promises = noPromises()
    note(promises, acks)
    expect(await violations(home, promises)).toContainEqual(expect.stringMatching(symptom))
  })
})

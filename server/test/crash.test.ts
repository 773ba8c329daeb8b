import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failpointNames } from '../src/store/types.ts'
import { noPromises, note, runUntilKilled, violations } from './support/crash.ts'
import { temporaryFolder } from './support/samples.ts'

const randomKills = Number(process.env.GLEANER_KILLS ?? 20)

test(`a process killed ${randomKills} times at random loses nothing it acknowledged`, {
  timeout: 60_000 + randomKills * 15_000,
}, async () => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const promises = noPromises()
  for (let kill = 0; kill < randomKills; kill += 1) {
    const killAfterMs = 10 + ((kill * 97) % 350)
    const { acks, exitCode } = await runUntilKilled({ home, seed: kill, killAfterMs })
    expect(exitCode, 'the worker must not end by itself').toBeNull()
    note(promises, acks)
    expect(await violations(home, promises), `kill ${kill}`).toEqual([])
  }
  expect(promises.batches.size).toBeGreaterThan(randomKills)
  expect(promises.images.size).toBeGreaterThan(randomKills)
})

test.each(failpointNames)('killed at %s, the next start finds everything in order', async killAt => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const promises = noPromises()
  const { acks, diedByItself } = await runUntilKilled({ home, seed: 1, killAt, count: 3 })
  expect(diedByItself, 'the failpoint must be passed').toBe(true)
  note(promises, acks)
  expect(await violations(home, promises)).toEqual([])
})

describe('the harness notices', () => {
  test.each([
    ['row-first', 'record:after-commit', /image-missing/],
    ['in-place', 'file:written', /torn file/],
  ] as const)('the mutant %s', async (mutant, killAt, symptom) => {
    using folder = temporaryFolder()
    const home = join(folder.path, 'home')
    const { acks } = await runUntilKilled({ home, seed: 1, killAt, count: 2, mutant })
    const promises = noPromises()
    note(promises, acks)
    expect(await violations(home, promises)).toContainEqual(expect.stringMatching(symptom))
  })
})

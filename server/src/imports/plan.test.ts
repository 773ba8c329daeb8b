import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { createNaming } from './class-map.ts'
import { nothingSaid, type Offered } from './offered.ts'
import { planLines, planName, writePlan } from './plan.ts'
import { createStagedFolder } from './staged-folder.ts'

const source = createStagedFolder([{ path: 'cat/1.jpg', place: '/nowhere/0', sizeBytes: 1 }])

async function* offers(count: number): AsyncGenerator<Offered> {
  for (let at = 0; at < count; at++) {
    await pause(at < 5 ? 1 : 0)
    yield { ...nothingSaid, file: 'cat/1.jpg', labels: ['cat'] }
  }
}

const planning = (folder: string, count: number) => ({
  ...{ source, offers: offers(count), folder, request: {}, mayFetch: false },
  naming: createNaming(undefined, 'class-folders'),
  signal: new AbortController().signal,
})

test('every picture that is to be taken has a line', async () => {
  using folder = temporaryFolder()
  expect(await writePlan(planning(folder.path, 3))).toEqual({ total: 3, skips: new Map() })
  const labels: string[] = []
  for await (const { planned } of planLines(folder.path, 0)) labels.push(planned.label)
  expect(labels).toEqual(['cat', 'cat', 'cat'])
})

test('a file that cannot be written is a failure of the plan, and of nothing else', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, planName))
  await expect(writePlan(planning(folder.path, 10))).rejects.toMatchObject({ code: 'EISDIR' })
})

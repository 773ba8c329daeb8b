/** Undo while the pipeline works: nothing of it comes back, and the same pictures can be collected again. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, names, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

let host: BadHost
let run: RunningIngest

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
beforeEach(async () => {
  host.reset()
  run = await runIngest()
})
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

const at = (path: string, name = 'img1.example') => host.url(path, name)
const all = (to: { batchId: string; class?: string }, manner = '/files') =>
  run.collect(
    names.map(name => candidate([at(`${manner}/${name}.jpg`, `${name}.example`)])),
    to,
  )
const idOf = (digit: string) => digit.repeat(32)

function undo(batchId: string) {
  const answer = run.home.undo('test', [batchId])
  run.ingest.wake()
  return answer
}

test('pictures go with their files, and come again with another class', async () => {
  const dataset = all({ batchId: idOf('1') })
  await run.settled()
  expect(undo(idOf('1'))).toEqual({ candidates: 10, images: 10 })
  await run.settled()
  expect(dataset.summary()).toMatchObject({ images: 0, counts: { cancelled: 10 } })

  all({ batchId: idOf('2'), class: 'Fox' })
  await run.settled()
  expect(dataset.counts(), 'they look like nothing that was removed').toMatchObject({
    stored: 10,
    cancelled: 0,
  })
  expect(dataset.classes().map(({ label, images }) => [label, images])).toEqual([
    ['Fox', 10],
    ['Red panda', 0],
  ])
})

test('collected again in the same moment, nothing is lost and nothing is there twice', async () => {
  const dataset = all({ batchId: idOf('1') })
  await run.settled()
  undo(idOf('1'))
  all({ batchId: idOf('2'), class: 'Fox' })
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 10, cancelled: 0, duplicate: 0 })
  expect(dataset.classes().find(({ label }) => label === 'Fox')).toMatchObject({ images: 10 })
})

test('what is in hand when it is undone is not recorded any more', async () => {
  const dataset = all({ batchId: idOf('1') }, '/slow/150')
  await expect.poll(() => run.ingest.activity().inHand).toBeGreaterThan(0)
  undo(idOf('1'))
  await run.settled()
  expect(dataset.summary()).toMatchObject({ images: 0, counts: { cancelled: 10 } })
})

test('of ten undos at any moments, each leaves the dataset sound and empty', async () => {
  for (let turn = 0; turn < 10; turn += 1) {
    const batchId = `${turn}`.padStart(32, '0')
    const dataset = all({ batchId })
    await expect
      .poll(() => dataset.counts().stored, { interval: 1, timeout: 30_000 })
      .toBeGreaterThanOrEqual(turn)
    undo(batchId)
    if (turn % 2 === 0) await run.settled()
  }
  await run.settled()
  expect(run.home.byName('Birds')?.summary()).toMatchObject({
    images: 0,
    counts: { cancelled: 10, stored: 0 },
  })
})

test('a copy that another collect found is tried anew', async () => {
  const dataset = run.collect([candidate([at('/files/two.jpg')])], { batchId: idOf('1') })
  await run.settled()
  run.collect([candidate([at('/files/copy-of-two.jpg')])])
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 1, duplicate: 1 })
  undo(idOf('1'))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 1, cancelled: 1, duplicate: 0 })
})

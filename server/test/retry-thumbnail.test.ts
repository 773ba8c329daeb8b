/** Trying the originals of stored thumbnails again, with the whole pipeline. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

let host: BadHost
let run: RunningIngest

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

async function start(): Promise<RunningIngest> {
  host.reset()
  run = await runIngest()
  return run
}

const at = (path: string, name = 'img1.example') => host.url(path, name)

test('the original of a stored thumbnail can be tried again, and takes its place when it arrives', async () => {
  const { collect, settled, rules, ingest } = await start()
  const paths = ['/flaky/6/one.jpg', '/status/403', '/files/none.jpg']
  const thumbnails = ['one-thumbnail', 'two', 'three']
  const dataset = collect(
    paths.map((path, place) =>
      candidate(
        [at(path), at(`/files/${thumbnails[place]}.jpg`, 'engine.example')],
        ['original', 'thumbnail'],
      ),
    ),
  )
  await settled()
  const imageIds = dataset.images(undefined, { limit: 5 }).images.map(({ id }) => id)
  const thumbnailHits = host.hits({ host: 'engine.example' })
  expect(dataset.counts()).toMatchObject({ stored: 3 })

  expect(dataset.retry({ code: 'STORED_THUMBNAIL' }, rules)).toBe(3)
  expect(dataset.summary().images).toBe(3)
  ingest.wake()
  await settled()
  const rows = dataset.candidates({}, { limit: 5 }).candidates
  expect(rows.map(({ imageId }) => imageId).sort()).toEqual(imageIds.sort())
  const upgraded = rows.filter(({ state }) => state === 'upgraded')
  expect(upgraded).toMatchObject([{ code: 'UPGRADED', sourceKind: 'original' }])
  expect(upgraded[0]?.explanation).toMatch(/^Took the place of its own thumbnail [0-9a-f]{8}…\.$/)
  expect(dataset.image(upgraded[0]?.imageId ?? '')).toMatchObject({ isThumbnail: false, width: 512 })
  const kept = rows.filter(({ state }) => state === 'stored')
  expect(kept).toHaveLength(2)
  for (const row of kept) {
    expect(row).toMatchObject({ code: 'STORED_THUMBNAIL', sourceKind: 'thumbnail' })
    expect(row.explanation).toMatch(/^Only the thumbnail could be had \(640 × 480 pixels\): the host /)
  }
  expect(host.hits({ host: 'engine.example' }), 'thumbnails are not fetched again').toBe(thumbnailHits)
})

test('an original that looks like another held picture, or not like its thumbnail, is told apart', async () => {
  const { collect, settled, rules, ingest } = await start()
  const dataset = collect([
    candidate([at('/flaky/5/one.jpg'), at('/files/two.jpg', 'engine.example')], ['original', 'thumbnail']),
    candidate([at('/flaky/5/four.jpg'), at('/files/five.jpg', 'engine.example')], ['original', 'thumbnail']),
    candidate([at('/files/one-again.jpg', 'img7.example')]),
  ])
  await settled()
  expect(dataset.counts()).toMatchObject({ stored: 3 })
  expect(dataset.retry({ code: 'STORED_THUMBNAIL' }, rules)).toBe(2)
  ingest.wake()
  await settled()
  const states = dataset.candidates({}, { limit: 5 }).candidates.map(row => `${row.state} ${row.code}`)
  expect(states.sort()).toEqual(['stored STORED', 'stored STORED_THUMBNAIL', 'upgraded UPGRADED'])
  const [kept] = dataset.candidates({ code: 'STORED_THUMBNAIL' }, { limit: 2 }).candidates
  expect(kept?.explanation).toMatch(/: same picture as [0-9a-f]{8}… \(distance \d+ of 256 bits\)\.$/)
})

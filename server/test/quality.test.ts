/** Scores come with the pictures, pictures of before are measured in the background, and the routes count problems. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { qualityMeasures, qualityVersion } from '@gleaner/shared/quality'
import {
  problemFilter,
  problemRules,
  type QualityOverview,
  worstFirst,
} from '@gleaner/shared/quality-problems'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasetStore, Home } from '../src/store/index.ts'
import { type BadHost, startBadHost } from './support/bad-host.ts'
import { jpeg, scene } from './support/copies-run.ts'
import { candidate, runIngest } from './support/run-ingest.ts'
import { startApp } from './support/running-app.ts'

let host: BadHost
let folder: string
beforeAll(async () => {
  const sharpest = await scene(1)
  const files = {
    'sharp.jpg': await jpeg(sharpest, 92),
    'blurred.jpg': await jpeg(sharp(await jpeg(await scene(2))).blur(6), 90),
    'dark.jpg': await jpeg(sharp(await jpeg(await scene(3))).linear(0.1, 0), 92),
  }
  host = await startBadHost({ files })
  folder = mkdtempSync(join(tmpdir(), 'gleaner-quality-'))
}, 60_000)
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Takes the scores away, as of pictures that were stored before there were any. */
function makeOld(datasetFolder: string) {
  const index = new Database(join(datasetFolder, 'gleaner.db'))
  index.exec('DELETE FROM quality WHERE image_seq <> 2; UPDATE quality SET version = 99999')
  index.close()
}

const scoresIn = async ({ gallery }: DatasetStore) => {
  const order = { by: 'stored', isDescending: false } as const
  const { images } = await gallery.page({ filter: {}, order, window: { offset: 0 }, limit: 9 })
  return images.map(({ scores }) => scores)
}

test('pictures are measured when they come, and those of before when nothing else is to be done', async () => {
  const home = join(folder, 'home')
  const first = await runIngest({ folder: home })
  const names = ['sharp', 'blurred', 'dark']
  const dataset = first.collect(
    names.map(name => candidate([host.url(`/files/${name}.jpg`, `${name}.example`)])),
  )
  await first.settled()
  const before = await scoresIn(dataset)
  expect(before).toHaveLength(3)
  for (const scores of before) expect(Object.keys(scores ?? {}).sort()).toEqual([...qualityMeasures].sort())
  expect(dataset.quality.nextUnmeasured(qualityVersion, 0).found).toBeUndefined()
  await first.stop()
  makeOld(dataset.folder)

  const second = await runIngest({ folder: home })
  const old = second.home.byName('Birds')
  if (!old) throw new Error('no dataset')
  expect(await scoresIn(old)).toEqual([null, before[1], null])
  second.ingest.wake()
  await second.settled()
  expect(old.quality.nextUnmeasured(qualityVersion, 0).found).toBeUndefined()
  expect(await scoresIn(old)).toEqual(before)
  await expectCounted(second.home, old)
  expect(await second.close()).toEqual([])
})

/** Problems are counted and ranked, with thresholds of the dataset. */
async function expectCounted(home: Home, dataset: DatasetStore): Promise<void> {
  const server = await startApp({}, { home })
  const ask = async <Answer>(method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${server.ownerToken}`, 'content-type': 'application/json' }
    const asked =
      body === undefined ? { headers: { authorization: headers.authorization } } : { headers, body }
    const answer = await server.ask(method, `/api/datasets/${dataset.id}${path}`, asked)
    return { status: answer.status, body: JSON.parse(answer.body) as Answer }
  }
  const { body } = await ask<QualityOverview>('GET', '/quality')
  expect([body.images, body.measured]).toEqual([3, 3])
  const of = ({ problems }: QualityOverview, name: string) => problems.find(each => each.problem === name)
  expect(of(body, 'blurry')).toMatchObject({ count: 1, threshold: problemRules.blurry.usual })
  expect(of(body, 'dark')).toMatchObject({ count: 1 })
  expect(body.problems.map(({ count }) => count)).toEqual(
    body.problems.map(({ count }) => count).sort((a, b) => b - a),
  )
  const { images } = await dataset.gallery.page({
    ...{ filter: problemFilter('blurry', problemRules.blurry.usual), order: worstFirst('blurry') },
    ...{ window: { offset: 0 }, limit: 9 },
  })
  expect(images).toMatchObject([{ host: 'blurred.example' }])

  const changed = await ask<QualityOverview>('PATCH', '/quality/thresholds', {
    thresholds: { blurry: 100, dark: 0 },
  })
  expect([of(changed.body, 'blurry'), of(changed.body, 'dark')]).toMatchObject([
    { count: 3, threshold: 100 },
    { count: 0, threshold: 0 },
  ])
  const usual = await ask<QualityOverview>('PATCH', '/quality/thresholds', {
    thresholds: { blurry: null, dark: null },
  })
  expect(usual.body).toEqual(body)
  for (const thresholds of [{}, { blurry: 101 }, { shiny: 3 }, { wide: 'three' }]) {
    expect((await ask('PATCH', '/quality/thresholds', { thresholds })).status).toBe(400)
  }
  await server.close()
}

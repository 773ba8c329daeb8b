import { join } from 'node:path'
import { type QualityScores, qualityMeasures } from '@gleaner/shared/quality'
import BetterSqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { collect, hold, imageOf, leaseOf } from '../../test/support/held-copies.ts'
import { makeEnd, temporaryDataset } from '../../test/support/samples.ts'
import { lookedThroughAtOnce } from './quality.ts'

const scoresFrom = (first: number) =>
  Object.fromEntries(qualityMeasures.map((measure, at) => [measure, first + at])) as QualityScores

const imageWith = (name: string, first: number, version = 1) =>
  imageOf(name, { quality: { version, scores: scoresFrom(first) } })

function rowsOf(folder: string): unknown[] {
  const index = new BetterSqlite(join(folder, 'gleaner.db'), { readonly: true })
  const rows = index.prepare('SELECT * FROM quality ORDER BY image_seq').all()
  index.close()
  return rows
}

test('scores are written with the picture, and replaced with it', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const imageId = await hold(store, 'one', 'robin', imageWith('one', 10))
  expect(rowsOf(folder)).toEqual([{ image_seq: 1, version: 1, ...scoresFrom(10) }])
  collect(store, 'better')
  const lease = leaseOf(store, 'better')
  await store.upgradeImage(lease, imageId, imageWith('better', 50), makeEnd(lease, { code: 'UPGRADED' }))
  expect(rowsOf(folder)).toEqual([{ image_seq: 1, version: 1, ...scoresFrom(50) }])
})

test('pictures without scores of the version are found one after the other, and completed', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const ids = [
    await hold(store, 'one', 'robin', imageOf('one')),
    await hold(store, 'two', 'robin', imageWith('two', 20)),
    await hold(store, 'three', 'robin', imageWith('three', 30, 2)),
  ] as const
  const { nextUnmeasured, complete } = store.quality
  const first = nextUnmeasured(1, 0)
  const { digest } = imageOf('one').original
  expect(first).toEqual({ found: { seq: 1, imageId: ids[0], originalDigest: digest }, lookedTo: 1 })
  expect(nextUnmeasured(1, 1)).toMatchObject({ found: { seq: 3, imageId: ids[2] }, lookedTo: 3 })
  expect(nextUnmeasured(1, 3)).toEqual({ found: undefined, lookedTo: undefined })
  expect(nextUnmeasured(2, 0)).toMatchObject({ found: { seq: 1 } })
  expect(nextUnmeasured(2, 1)).toMatchObject({ found: { seq: 2 } })

  expect(complete(ids[0], digest, { version: 1, scores: scoresFrom(5) })).toBe(true)
  expect(rowsOf(folder)[0]).toEqual({ image_seq: 1, version: 1, ...scoresFrom(5) })
  expect(nextUnmeasured(1, 0)).toMatchObject({ found: { seq: 3 } })
})

test('a picture that was replaced or removed meanwhile is not given scores of what it was', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const one = await hold(store, 'one', 'robin', imageOf('one'))
  const quality = { version: 1, scores: scoresFrom(5) }
  expect(store.quality.complete(one, imageOf('other').original.digest, quality)).toBe(false)
  await store.removeImage(one)
  expect(store.quality.complete(one, imageOf('one').original.digest, quality)).toBe(false)
  expect(store.quality.nextUnmeasured(1, 0)).toMatchObject({ found: undefined })
  expect(rowsOf(folder)).toEqual([])
})

test('only so many pictures are gone through at once', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  await hold(store, 'one', 'robin', imageWith('one', 10))
  const index = new BetterSqlite(join(folder, 'gleaner.db'))
  const last = 2 * lookedThroughAtOnce + 7
  index.prepare(`UPDATE sqlite_sequence SET seq = ? WHERE name = 'image'`).run(last - 1)
  index.close()
  await hold(store, 'last', 'robin', imageOf('last'))
  const { nextUnmeasured } = store.quality
  expect(nextUnmeasured(1, 0)).toEqual({ found: undefined, lookedTo: lookedThroughAtOnce })
  expect(nextUnmeasured(1, lookedThroughAtOnce)).toEqual({
    found: undefined,
    lookedTo: 2 * lookedThroughAtOnce,
  })
  expect(nextUnmeasured(1, 2 * lookedThroughAtOnce)).toMatchObject({ found: { seq: last }, lookedTo: last })
})

test('thresholds stay until they are brought back to the usual ones', () => {
  using made = temporaryDataset()
  const { thresholds, setThresholds } = made.store.quality
  expect(thresholds()).toEqual({})
  setThresholds({ blurry: 25, wide: 2.5 })
  setThresholds({ blurry: 30 })
  expect(thresholds()).toEqual({ blurry: 30, wide: 2.5 })
  setThresholds({ blurry: null })
  expect(thresholds()).toEqual({ wide: 2.5 })
})

/** Pictures that go while something else is done to them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import type { OpenDataset } from './dataset-store.ts'
import type { ImageId } from './types.ts'
import { verifyDataset } from './verify.ts'

const url = (name: string) => `https://${name}.example/1`
const findingsIn = async (folder: string) => (await verifyDataset(folder)).findings
const picturesIn = (folder: string) => readdirSync(join(folder, 'images'), { recursive: true })

function collect(store: OpenDataset, name: string) {
  const batch = makeBatch([url(name)])
  store.accept(clientId, batch, openRules)
  const held = store.lease(`${name}.example`, Date.now() + 60_000)
  if (!held) throw new Error('nothing to lease')
  return { batchIds: [batch.batchId], lease: held }
}

/** A thumbnail that is stored. */
async function collectThumbnail(store: OpenDataset) {
  const { batchIds, lease } = collect(store, 'thumb')
  const end = makeEnd(lease, { code: 'STORED_THUMBNAIL' })
  const result = await store.recordImage(lease, makeImage('thumb', { isThumbnail: true }), end)
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return { batchIds, imageId: result.imageId as ImageId }
}

test('a better copy that was already taking its place outlives the thumbnail', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const { batchIds, imageId } = await collectThumbnail(store)
  const { lease } = collect(store, 'full')
  const image = makeImage('full')
  const upgrade = store.upgradeImage(lease, imageId, image, makeEnd(lease, { code: 'UPGRADED' }))
  store.undo(clientId, batchIds)
  const [upgraded, gone] = await Promise.all([upgrade, store.tidy()])
  expect(upgraded).toMatchObject({ kind: 'recorded' })
  expect(gone).toBe(1)
  expect(store.isUntidy()).toBe(false)
  expect(picturesIn(folder)).toEqual([])
  expect(store.lookup([url('thumb'), url('full')])).toMatchObject([
    { state: 'cancelled', code: 'CANCELLED_UNDONE' },
    { state: 'queued', code: null },
  ])
  const again = store.lease('full.example', Date.now() + 60_000)
  expect(again && (await store.keptOriginal(again))?.bytes).toEqual(image.original.bytes)
  expect(await findingsIn(folder)).toEqual([])
})

test('a picture a person removed stays removed when its collect is undone', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const { batchIds, imageId } = await collectThumbnail(store)
  store.undo(clientId, batchIds)
  await store.removeImage(imageId)
  await store.tidy()
  expect(store.pictureState(imageId)).toBe('removed')
  expect(store.removedByDigest(makeImage('thumb').original.digest)).toBeDefined()
  expect(picturesIn(folder)).toEqual([])
  expect(await findingsIn(folder)).toEqual([])
})

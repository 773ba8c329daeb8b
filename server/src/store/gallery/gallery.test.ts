/** The gallery as a dataset offers it: a thread that follows what is written. */
import type { GalleryFilter, GalleryOrder } from '@gleaner/shared/gallery'
import { newestFirst } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../../test/support/samples.ts'
import type { DatasetStore } from '../types.ts'

/** Collects a picture of this name, and files it. */
async function collect(store: DatasetStore, name: string, label = 'robin') {
  store.accept(clientId, makeBatch([`https://a.example/${name}`], { class: label }), openRules)
  const lease = store.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const result = await store.recordImage(lease, makeImage(name), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

const pageOf = (store: DatasetStore, filter: GalleryFilter = {}, order: GalleryOrder = newestFirst) =>
  store.gallery.page({ filter, order, window: { offset: 0 }, limit: 100 })

test('every answer knows what was written before the question', async () => {
  using made = temporaryDataset()
  const { store } = made
  expect(await pageOf(store)).toMatchObject({ images: [], total: 0, cursor: null })
  const first = await collect(store, 'one')
  expect((await pageOf(store)).images.map(({ id }) => id)).toEqual([first])
  const second = await collect(store, 'two', 'wren')
  const both = await pageOf(store)
  expect(both.images.map(({ id }) => id)).toEqual([second, first])
  await store.removeImage(first)
  const left = await pageOf(store)
  expect(left.images.map(({ id }) => id)).toEqual([second])
  expect(left.revision).not.toBe(both.revision)
})

test('a dataset that is closed refuses what still waits for an answer, and everything later', async () => {
  using made = temporaryDataset()
  const { store } = made
  await collect(store, 'one')
  const waiting = pageOf(store)
  const refused = expect(waiting).rejects.toMatchObject({ code: 'PROTOCOL_INTERNAL' })
  store.close()
  await refused
  await expect(pageOf(store)).rejects.toMatchObject({ code: 'PROTOCOL_INTERNAL' })
})

test('a cursor that cannot be read is refused, and the next question is answered', async () => {
  using made = temporaryDataset()
  const { store } = made
  await collect(store, 'one')
  const ask = { filter: {}, order: newestFirst, window: { cursor: 'nonsense' }, limit: 2 }
  await expect(store.gallery.page(ask)).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' })
  expect((await pageOf(store)).total).toBe(1)
})

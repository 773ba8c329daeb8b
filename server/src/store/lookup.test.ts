/** What marks on a results page are drawn from. */
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

function leaseOne(store: OpenDataset, url: string) {
  store.accept(clientId, makeBatch([url], { class: 'wren' }), openRules)
  const lease = store.lease(new URL(url).hostname, Date.now())
  if (!lease) throw new Error('nothing to lease')
  return lease
}

test('a duplicate is known by the class of the picture it repeats, and whether only a thumbnail is held', async () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  const first = store.lease('a.example', Date.now())
  if (!first) throw new Error('nothing to lease')
  const end = makeEnd(first, { code: 'STORED_THUMBNAIL' })
  const stored = await store.recordImage(first, makeImage('1', { isThumbnail: true }), end)
  if (stored.kind !== 'recorded') throw new Error(stored.kind)
  const second = leaseOne(store, 'https://b.example/1')
  await store.finish(second, {
    ...{ state: 'duplicate', code: 'DUPLICATE_LOOK', explanation: 'Alike.', sourceIndex: 0, attempts: [] },
    ...{ imageId: stored.imageId, distanceBits: 3 },
  })
  leaseOne(store, 'https://c.example/1')
  const urls = ['https://c.example/1', 'https://b.example/1#part', 'https://a.example/1', 'no address']
  const known = [
    { state: 'leased', code: null, class: 'wren', isThumbnail: false },
    { state: 'duplicate', code: 'DUPLICATE_LOOK', class: 'robin', isThumbnail: true },
    { state: 'stored', code: 'STORED_THUMBNAIL', class: 'robin', isThumbnail: true },
    null,
  ]
  expect(store.lookup(urls)).toEqual(known)
  expect(store.lookup([...urls, ...urls]), 'the same address twice').toEqual([...known, ...known])

  await store.removeImage(stored.imageId)
  expect(store.lookup(['https://b.example/1'])).toEqual([
    { state: 'blocked', code: 'BLOCKED_REMOVED', class: 'wren', isThumbnail: false },
  ])
})

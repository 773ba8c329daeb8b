/** The same picture under other addresses: in other sizes, and under keys of earlier rules. */
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { type OpenDataset, openDataset } from './dataset-store.ts'
import type { LeasedCandidate } from './types.ts'
import { verifyDataset } from './verify.ts'

const at = 'https://a.example/p.jpg'

function collect(store: OpenDataset, url: string): LeasedCandidate {
  store.accept(clientId, makeBatch([url]), openRules)
  const lease = store.lease('a.example', Date.now() + 60_000)
  if (!lease) throw new Error('nothing to lease')
  return lease
}

async function hold(store: OpenDataset, url: string, seed = url) {
  const lease = collect(store, url)
  const result = await store.recordImage(lease, makeImage(seed), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

test('a smaller size of what is held leads to it, a larger one does not', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, `${at}?w=800`)
  expect(store.sameAddress(collect(store, `${at}?w=300`))).toEqual({
    imageId,
    state: 'stored',
    url: `${at}?w=800`,
  })
  expect(store.sameAddress(collect(store, `${at}?width=800&q=70`))).toMatchObject({ imageId })
  expect(store.sameAddress(collect(store, `${at}?w=801`)), 'may be a better copy').toBeUndefined()
  expect(store.sameAddress(collect(store, at)), 'asks for no size').toBeUndefined()
  expect(store.sameAddress(collect(store, `${at}?w=300&v=2`)), 'another address').toBeUndefined()
})

test('what is held by its plain address is held in all sizes', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, at)
  expect(store.sameAddress(collect(store, `${at}?w=3000`))).toEqual({ imageId, state: 'stored', url: at })
})

test('one that ended as a copy leads to the picture it is a copy of; one that failed leads nowhere', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'https://a.example/other.jpg', 'same')
  const copy = collect(store, `${at}?w=500`)
  await store.recordImage(copy, makeImage('same'), makeEnd(copy))
  expect(store.sameAddress(collect(store, `${at}?w=400`))).toMatchObject({ imageId })
  const failed = collect(store, 'https://a.example/q.jpg?w=500')
  await store.finish(failed, { ...makeEnd(failed), state: 'failed', code: 'DOWNLOAD_DNS' })
  expect(store.sameAddress(collect(store, 'https://a.example/q.jpg?w=400'))).toBeUndefined()
})

test('what was removed stays away in every size, unless a person wants it', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, `${at}?w=300`)
  await store.removeImage(imageId)
  const larger = collect(store, `${at}?w=1200`)
  expect(store.sameAddress(larger)).toMatchObject({ imageId, state: 'removed' })
  await store.finish(larger, { ...makeEnd(larger), state: 'failed', code: 'DOWNLOAD_DNS' })
  store.retry({ candidateIds: [larger.id] }, openRules)
  const again = store.lease('a.example', Date.now() + 60_000)
  expect(again && store.sameAddress(again)).toBeUndefined()
})

test('an address that was shared in a campaign is the same candidate', () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch([at]), openRules)
  const receipt = store.accept(clientId, makeBatch([`${at}?utm_source=news`]), openRules)
  expect(receipt).toMatchObject({ accepted: 0, known: 1 })
  expect(store.lookup([`${at}?fbclid=1`])).toMatchObject([{ state: 'queued' }])
})

test('keys of earlier rules are renewed once, and never two into one', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const urls = [`${at}?utm_source=1`, `${at}?b=1`, `${at}?b=2`, `${at}?w=300`]
  store.accept(clientId, makeBatch(urls), openRules)
  store.close()
  const db = openDatabase(`${folder}/gleaner.db`)
  const set = db.prepare(
    'UPDATE candidate SET url_key = ?, size_free_key = NULL, asked_side_px = NULL WHERE id = ?',
  )
  const earlier = [`${at}?utm_source=1`, `${at}?b=1&gclid=1`, `${at}?b=1&gclid=2`, `${at}?w=300&gclid=3`]
  for (const [place, key] of earlier.entries()) set.run(key, place + 1)
  db.exec('UPDATE dataset SET url_rules = 0')
  db.close()
  const again = openDataset({ folder, now: Date.now })
  expect(again.lookup([at, `${at}?b=1`, `${at}?b=1&gclid=9`])).toMatchObject([
    { state: 'queued' },
    { state: 'queued' },
    { state: 'queued' },
  ])
  expect(again.candidates({ state: 'queued' }, { limit: 9 }).candidates).toHaveLength(4)
  again.close()
  const after = openDatabase(`${folder}/gleaner.db`)
  const rows = after.prepare('SELECT url_key, size_free_key FROM candidate ORDER BY id').raw().all()
  expect(rows).toEqual([
    [at, null],
    [`${at}?b=1`, null],
    [`${at}?b=1&gclid=2`, null],
    [`${at}?w=300`, at],
  ])
  expect(after.prepare('SELECT url_rules FROM dataset').pluck().get()).toBe(1)
  after.close()
  expect((await verifyDataset(folder)).findings).toEqual([])
})

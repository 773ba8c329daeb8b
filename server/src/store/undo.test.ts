/** Taking a collect back: what waits is cancelled, pictures go with their files and may come again. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import { expect, test } from 'vitest'
import { findingsIn } from '../../test/support/findings.ts'
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
import type { ImageId, LeasedCandidate } from './types.ts'

const url = (name: string) => `https://${name}.example/1`

function collect(store: OpenDataset, names: readonly string[], patch: Partial<Batch> = {}): Batch {
  const batch = makeBatch(names.map(url), patch)
  store.accept(clientId, batch, openRules)
  return batch
}

function lease(store: OpenDataset, name: string): LeasedCandidate {
  const held = store.lease(`${name}.example`, Date.now() + 60_000)
  if (!held) throw new Error('nothing to lease')
  return held
}

async function record(store: OpenDataset, name: string, seed = name, isThumbnail = false): Promise<ImageId> {
  const held = lease(store, name)
  const end = makeEnd(held, isThumbnail ? { code: 'STORED_THUMBNAIL' } : {})
  const result = await store.recordImage(held, makeImage(seed, { isThumbnail }), end)
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

const states = (store: OpenDataset, ...names: string[]) =>
  store.lookup(names.map(url)).map(known => `${known?.state} ${known?.code}`)
const undo = (store: OpenDataset, ...batches: readonly Batch[]) =>
  store.undo(
    clientId,
    batches.map(({ batchId }) => batchId),
  )
const gone = 'cancelled CANCELLED_UNDONE'

test('everything a collect brought is taken back, in whatever state it is', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['queued', 'leased', 'stored', 'copy', 'failed', 'cancelled'])
  const imageId = await record(store, 'stored')
  const copy = lease(store, 'copy')
  const duplicate = { state: 'duplicate', code: 'DUPLICATE_LOOK', distanceBits: 3 } as const
  await store.finish(copy, { ...makeEnd(copy), ...duplicate, imageId })
  const failed = lease(store, 'failed')
  await store.finish(failed, { ...makeEnd(failed), state: 'failed', code: 'DOWNLOAD_DNS' })
  const held = lease(store, 'leased')

  expect(undo(store, batch)).toEqual({ candidates: 6, images: 1 })
  expect(states(store, 'queued', 'leased', 'stored', 'copy', 'failed', 'cancelled')).toEqual(
    Array(6).fill(gone),
  )
  expect(store.counts()).toMatchObject({ cancelled: 6, queued: 0, leased: 0 })
  expect(await store.recordImage(held, makeImage('late'), makeEnd(held)), 'the late hand').toEqual({
    kind: 'stale',
  })
  expect(await findingsIn(folder), 'said while it is under way').toMatchObject([
    { kind: 'unfinished-removal' },
  ])

  expect(store.isUntidy()).toBe(true)
  expect(await store.tidy()).toBe(1)
  expect(store.isUntidy()).toBe(false)
  expect(store.pictureState(imageId)).toBeUndefined()
  expect(readdirSync(join(folder, 'images'))).toEqual([])
  expect(
    readdirSync(join(folder, 'originals')).flatMap(sub => readdirSync(join(folder, 'originals', sub))),
  ).toEqual([])
  expect(await findingsIn(folder)).toEqual([])
})

test('the same question gets the same answer, and changes nothing more', async () => {
  using made = temporaryDataset()
  const { store } = made
  const [one, other] = [collect(store, ['a', 'b']), collect(store, ['c'])]
  expect(undo(store, one)).toEqual({ candidates: 2, images: 0 })
  expect(undo(store, one)).toEqual({ candidates: 2, images: 0 })
  expect(undo(store, other, one)).toEqual({ candidates: 3, images: 0 })
  expect(undo(store, makeBatch([url('d')])), 'unknown').toEqual({ candidates: 0, images: 0 })
  expect(store.undo('somebody else', [one.batchId])).toEqual({ candidates: 0, images: 0 })
})

test('nobody takes back the batch of somebody else', () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = collect(store, ['a'])
  store.undo('d'.repeat(32), [batch.batchId])
  expect(states(store, 'a')).toEqual(['queued null'])
})

test('what another collect names as well stays', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  collect(store, ['a'])
  const later = collect(store, ['a', 'b'])
  const first = collect(store, ['c'])
  collect(store, ['c'])
  await record(store, 'a')
  await record(store, 'c')
  expect(undo(store, later, first)).toEqual({ candidates: 1, images: 0 })
  expect(states(store, 'a', 'b', 'c')).toEqual(['stored STORED', gone, 'stored STORED'])
  expect(await findingsIn(folder)).toEqual([])
})

test('copies of a picture that goes are tried anew', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['a'])
  collect(store, ['b'])
  await record(store, 'a', 'same')
  const copy = lease(store, 'b')
  expect(await store.recordImage(copy, makeImage('same'), makeEnd(copy))).toMatchObject({ kind: 'duplicate' })
  undo(store, batch)
  expect(states(store, 'b'), 'its picture is still there').toEqual(['duplicate DUPLICATE_DIGEST'])
  await store.tidy()
  expect(states(store, 'b')).toEqual(['queued null'])
  await record(store, 'b', 'same')
  expect(states(store, 'a', 'b')).toEqual([gone, 'stored STORED'])
  expect(await findingsIn(folder)).toEqual([])
})

test('a better copy that replaced a picture from elsewhere stays', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  collect(store, ['thumb'])
  const imageId = await record(store, 'thumb', 'thumb', true)
  const batch = collect(store, ['full'])
  const full = lease(store, 'full')
  await store.upgradeImage(full, imageId, makeImage('full'), makeEnd(full, { code: 'UPGRADED' }))
  expect(undo(store, batch)).toEqual({ candidates: 0, images: 0 })
  expect(states(store, 'thumb', 'full')).toEqual(['stored STORED_THUMBNAIL', 'upgraded UPGRADED'])
  expect(await findingsIn(folder)).toEqual([])
})

test('a better copy outlives the thumbnail it replaced: it is drawn again from the original', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['thumb'])
  const imageId = await record(store, 'thumb', 'thumb', true)
  collect(store, ['full'], { class: 'wren' })
  const full = lease(store, 'full')
  const image = makeImage('full')
  await store.upgradeImage(full, imageId, image, makeEnd(full, { code: 'UPGRADED' }))
  expect(undo(store, batch)).toEqual({ candidates: 1, images: 1 })
  await store.tidy()
  expect(states(store, 'thumb', 'full')).toEqual([gone, 'queued null'])
  const again = lease(store, 'full')
  expect((await store.keptOriginal(again))?.bytes).toEqual(image.original.bytes)
  await store.recordImage(again, image, makeEnd(again))
  expect(store.lookup([url('full')])).toMatchObject([{ state: 'stored', class: 'wren' }])
  expect(await findingsIn(folder)).toEqual([])
})

test('a better copy that stayed goes with the picture it had replaced', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['thumb'])
  const imageId = await record(store, 'thumb', 'thumb', true)
  const better = collect(store, ['full'])
  const full = lease(store, 'full')
  await store.upgradeImage(full, imageId, makeImage('full'), makeEnd(full, { code: 'UPGRADED' }))
  undo(store, better)
  undo(store, batch)
  await store.tidy()
  expect(states(store, 'thumb', 'full')).toEqual([gone, gone])
  expect(await findingsIn(folder)).toEqual([])
})

test('a better copy that stayed is not fetched anew when its picture is lost; the thumbnail is', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  collect(store, ['thumb'])
  const imageId = await record(store, 'thumb', 'thumb', true)
  const better = collect(store, ['full'])
  const full = lease(store, 'full')
  await store.upgradeImage(full, imageId, makeImage('full'), makeEnd(full, { code: 'UPGRADED' }))
  undo(store, better)
  expect(await store.requeueImage(imageId, 'Lost.')).toBe(1)
  expect(states(store, 'thumb', 'full')).toEqual(['queued null', gone])
  expect(await store.keptOriginal(lease(store, 'thumb'))).toBeUndefined()
  expect(await findingsIn(folder)).toEqual([])
})

test('a thumbnail whose original is tried again goes, too, also with its original in its place', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = makeBatch([
    [url('a'), 'https://t.example/1'],
    [url('b'), 'https://t.example/2'],
  ])
  const candidates = batch.candidates.map(({ sources: [first, second] }) => ({
    sources: [first, { ...second, kind: 'thumbnail' }],
  })) as Batch['candidates']
  store.accept(clientId, { ...batch, candidates }, openRules)
  for (const name of ['a', 'b']) {
    const held = lease(store, name)
    await store.postpone(held, {
      ...{
        dueAtMs: 0,
        code: 'DOWNLOAD_NOT_FOUND',
        countsAsAttempt: false,
        sourceIndex: 1,
        host: 't.example',
      },
      attempts: [],
    })
    const thumbnail = lease(store, 't')
    const end = makeEnd(thumbnail, { code: 'STORED_THUMBNAIL' })
    await store.recordImage(thumbnail, makeImage(`thumb ${name}`, { isThumbnail: true }), end)
  }
  expect(store.retry({ code: 'STORED_THUMBNAIL' }, openRules)).toBe(2)
  const full = lease(store, 'a')
  await store.upgradeImage(
    full,
    full.heldImageId as ImageId,
    makeImage('full'),
    makeEnd(full, { code: 'UPGRADED' }),
  )
  expect(states(store, 'a', 'b')).toEqual(['upgraded UPGRADED', 'queued null'])
  expect(undo(store, { ...batch, candidates })).toEqual({ candidates: 2, images: 2 })
  await store.tidy()
  expect(states(store, 'a', 'b')).toEqual([gone, gone])
  expect(store.summary().images).toBe(0)
  expect(await findingsIn(folder)).toEqual([])
})

test('what a person removed stays removed', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['a', 'b'])
  await store.removeImage(await record(store, 'a'))
  const doomed = await record(store, 'b')
  undo(store, batch)
  await store.removeImage(doomed)
  expect(await store.tidy()).toBe(0)
  expect(states(store, 'a', 'b')).toEqual(['blocked BLOCKED_REMOVED', gone])
  expect(store.pictureState(doomed)).toBe('removed')
  collect(store, ['a', 'b'])
  const held = lease(store, 'b')
  expect(await store.recordImage(held, makeImage('b'), makeEnd(held))).toEqual({ kind: 'blocked' })
  expect(states(store, 'a', 'b')).toEqual(['blocked BLOCKED_REMOVED', 'blocked BLOCKED_REMOVED'])
  expect(await findingsIn(folder)).toEqual([])
})

test('collected again it begins anew: with the class, the ways and the title of then', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  undo(store, collect(store, ['a', 'b']))
  const again = makeBatch([[url('a'), 'https://mirror.example/1']], { class: 'wren' })
  const [first] = again.candidates
  const batch = { ...again, candidates: [{ ...first, title: 'A wren' }] } as Batch
  expect(store.accept(clientId, batch, openRules)).toMatchObject({ accepted: 1, known: 0, refused: 0 })
  expect(store.accept(clientId, batch, openRules)).toMatchObject({ accepted: 1, known: 0 })
  expect(store.lookup([url('a'), url('b')])).toMatchObject([
    { state: 'queued', code: null, class: 'wren' },
    { state: 'cancelled', code: 'CANCELLED_UNDONE' },
  ])
  expect(lease(store, 'a')).toMatchObject({ title: 'A wren', attempts: 0, sources: [{}, {}] })
  expect(await findingsIn(folder)).toEqual([])
  expect(undo(store, batch)).toEqual({ candidates: 1, images: 0 })
  expect(await findingsIn(folder)).toEqual([])
})

test('the same picture may be collected again at once, before its files have gone', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['a'])
  await record(store, 'a')
  undo(store, batch)
  collect(store, ['a'], { class: 'wren' })
  const held = lease(store, 'a')
  expect(await store.recordImage(held, makeImage('a'), makeEnd(held))).toMatchObject({ kind: 'duplicate' })
  await store.tidy()
  const imageId = await record(store, 'a')
  expect(store.image(imageId)).toMatchObject({ classLabel: 'wren' })
  expect(store.image(imageId)?.sightings, 'the collect that was undone is no sighting').toHaveLength(1)
  expect(await findingsIn(folder)).toEqual([])
})

test('one whose addresses are refused on its return is rejected', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  undo(store, collect(store, ['a']))
  const rules = { ...openRules, judge: () => 'DOWNLOAD_URL_REFUSED' as const }
  expect(store.accept(clientId, makeBatch([url('a')]), rules)).toMatchObject({ accepted: 0, refused: 1 })
  expect(states(store, 'a')).toEqual(['rejected DOWNLOAD_URL_REFUSED'])
  expect(await findingsIn(folder)).toEqual([])
})

test('it cannot be retried: its collect is undone', () => {
  using made = temporaryDataset()
  const { store } = made
  undo(store, collect(store, ['a']))
  const { candidates } = store.candidates({}, { limit: 1 })
  const candidateIds = candidates.map(({ id }) => id)
  expect(store.retry({ code: 'CANCELLED_UNDONE', candidateIds }, openRules)).toBe(0)
})

test('a better copy on its way to a picture that has gone meanwhile is no better copy any more', async () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = collect(store, ['thumb'])
  const imageId = await record(store, 'thumb', 'thumb', true)
  collect(store, ['full'])
  const full = lease(store, 'full')
  undo(store, batch)
  await store.tidy()
  const end = makeEnd(full, { code: 'UPGRADED' })
  expect(await store.upgradeImage(full, imageId, makeImage('full'), end)).toEqual({ kind: 'withdrawn' })
  expect(await store.recordImage(full, makeImage('full'), makeEnd(full))).toMatchObject({ kind: 'recorded' })
})

test('a start ends an undo that was begun', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const batch = collect(store, ['a', 'b'])
  const imageId = await record(store, 'a')
  lease(store, 'b')
  undo(store, batch)
  store.close()
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toMatchObject({ undone: 1, freedLeases: 0, orphans: 0 })
  expect(again.imageFile(imageId)).toBeUndefined()
  expect(existsSync(join(folder, 'images', 'robin'))).toBe(false)
  again.close()
  expect(await findingsIn(folder)).toEqual([])
})

test.each([
  ['a stored one back into the queue', `state = 'queued', image_id = NULL WHERE state = 'stored'`],
  ['an undone one, by a retry', `state = 'queued' WHERE state = 'cancelled'`],
])('the schema refuses to take %s without leave', async (_name, change) => {
  using made = temporaryDataset()
  const { store, folder } = made
  undo(store, collect(store, ['a']))
  collect(store, ['b'])
  await record(store, 'b')
  store.close()
  const db = openDatabase(join(folder, 'gleaner.db'))
  db.exec(`INSERT INTO action (id, kind, about, at_ms) VALUES (99, 'retry', '{}', 1)`)
  const [set, where] = change.split(' WHERE ')
  const update = db.prepare(`UPDATE candidate SET ${set}, action_id = 99 WHERE ${where}`)
  expect(() => update.run()).toThrow(/left only by a logged/)
  db.close()
})

test.each(['record', 'upgrade'] as const)(
  'nobody waits to write together with a candidate that was undone in hand (%s)',
  async how => {
    using made = temporaryDataset({ groupLimits: { waitMs: 60_000 } })
    const { store } = made
    collect(store, ['thumbnail', 'other'])
    const imageId = await record(store, 'thumbnail', 'thumbnail', true)
    const batch = collect(store, ['undone'])
    const [undone, other] = [lease(store, 'undone'), lease(store, 'other')]
    const failed = store.finish(other, { ...makeEnd(other), state: 'failed', code: 'DOWNLOAD_DNS' })
    undo(store, batch)
    const image = makeImage('undone')
    const result =
      how === 'record'
        ? await store.recordImage(undone, image, makeEnd(undone))
        : await store.upgradeImage(undone, imageId, image, makeEnd(undone))
    expect(result).toEqual({ kind: 'stale' })
    expect(await failed, 'long before the timer').toBe(true)
  },
)

/** Trying the original of a stored thumbnail again: the thumbnail stays until something better is in its place. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CandidateSource } from '@gleaner/shared/candidate'
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
import type { CandidateEnd, LeasedCandidate } from './types.ts'

const later = Date.now() + 24 * 3_600_000
const code = 'STORED_THUMBNAIL'
const original: CandidateSource = { kind: 'original', url: 'https://a.example/1' }
const thumbnail: CandidateSource = { kind: 'thumbnail', url: 'https://engine.example/1' }

function leaseOne(store: OpenDataset, host: string): LeasedCandidate {
  const lease = store.lease(host, later)
  if (!lease) throw new Error('nothing to lease')
  return lease
}

/** A dataset with one candidate that was stored with its thumbnail. */
async function datasetWithThumbnail(sources: readonly CandidateSource[] = [original, thumbnail]) {
  const made = temporaryDataset()
  const { store } = made
  const title = 'Wren'
  store.accept(clientId, makeBatch([], { candidates: [{ sources: [...sources], title }] }), openRules)
  let lease = leaseOne(store, new URL(sources[0]?.url ?? '').hostname)
  const sourceIndex = sources.length - 1
  if (sourceIndex > 0) {
    const host = 'engine.example'
    const at = { dueAtMs: 0, countsAsAttempt: false, attempts: [] }
    await store.postpone(lease, { ...at, code: 'DOWNLOAD_NOT_FOUND', sourceIndex, host })
    lease = leaseOne(store, host)
  }
  const end = makeEnd(lease, { code, explanation: 'Only the thumbnail could be had.' })
  const result = await store.recordImage(lease, makeImage('thumb', { isThumbnail: true }), end)
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return { ...made, imageId: result.imageId }
}

const rowOf = (store: OpenDataset) => store.candidates({}, { limit: 2 }).candidates[0]

test('it waits with its picture, beginning with its first way', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  expect(store.retry({ code }, openRules)).toBe(1)
  expect(rowOf(store)).toMatchObject({ state: 'queued', code: null, imageId })
  expect(store.image(imageId)).toMatchObject({ isThumbnail: true, attempts: [{ code: 'STORED' }] })
  expect(await findingsIn(folder)).toEqual([])
  const lease = leaseOne(store, 'a.example')
  expect(lease).toMatchObject({ sourceIndex: 0, attempts: 0, heldImageId: imageId })
  expect(await findingsIn(folder)).toEqual([])
  expect(store.release(lease)).toBe(true)
  expect(rowOf(store)).toMatchObject({ state: 'queued', imageId })
})

test('it can be named by its id', async () => {
  using made = await datasetWithThumbnail()
  const { store } = made
  expect(store.retry({ candidateIds: [rowOf(store)?.id ?? 0] }, openRules)).toBe(1)
})

test('it is left alone when there is only the thumbnail', async () => {
  using made = await datasetWithThumbnail([thumbnail])
  expect(made.store.retry({ code }, openRules)).toBe(0)
  expect(rowOf(made.store)).toMatchObject({ state: 'stored', code })
})

test('it is left alone when another copy has replaced the thumbnail', async () => {
  using made = await datasetWithThumbnail()
  const { store, imageId } = made
  store.accept(clientId, makeBatch(['https://b.example/1']), openRules)
  const lease = leaseOne(store, 'b.example')
  await store.upgradeImage(lease, imageId, makeImage('full'), makeEnd(lease, { code: 'UPGRADED' }))
  expect(store.retry({ code }, openRules)).toBe(0)
})

test('the original takes the place of the thumbnail and its id', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  const lease = leaseOne(store, 'a.example')
  const end = makeEnd(lease, { code: 'UPGRADED' })
  expect(await store.upgradeImage(lease, imageId, makeImage('full'), end)).toMatchObject({ imageId })
  expect(rowOf(store)).toMatchObject({ state: 'upgraded', code: 'UPGRADED', imageId, sourceKind: 'original' })
  expect(store.image(imageId)).toMatchObject({ isThumbnail: false, attempts: [{}, {}] })
  expect(readdirSync(join(folder, 'images', 'robin'))).toEqual([`${imageId}_2.jpg`])
  expect(await findingsIn(folder)).toEqual([])
})

const otherEnds: [string, (imageId: string) => Partial<CandidateEnd>][] = [
  ['failed', () => ({ state: 'failed', code: 'DOWNLOAD_NOT_FOUND' })],
  ['rejected', () => ({ state: 'rejected', code: 'IMAGE_CORRUPT' })],
  ['opted_out', () => ({ state: 'opted_out', code: 'DOWNLOAD_OPTED_OUT' })],
  [
    'duplicate',
    imageId => ({ state: 'duplicate', code: 'DUPLICATE_DIGEST', imageId, distanceBits: 0 }) as CandidateEnd,
  ],
]
test.each(otherEnds)(
  'an original that ends as %s leaves the thumbnail where it was',
  async (_name, endOf) => {
    using made = await datasetWithThumbnail()
    const { store, folder, imageId } = made
    store.retry({ code }, openRules)
    const lease = leaseOne(store, 'a.example')
    const explanation = 'The host no longer has this picture.'
    const end = { ...makeEnd(lease), explanation, ...endOf(imageId) } as CandidateEnd
    expect(await store.finish(lease, end)).toBe(true)
    expect(rowOf(store)).toMatchObject({
      ...{ state: 'stored', code, imageId, sourceKind: 'thumbnail' },
      explanation: 'Only the thumbnail could be had (800 × 600 pixels): the host no longer has this picture.',
    })
    expect(store.image(imageId)?.isThumbnail).toBe(true)
    expect(await findingsIn(folder)).toEqual([])
    expect(store.retry({ code }, openRules), 'again and again').toBe(1)
  },
)

test('an original that is blocked leaves the thumbnail where it was', async () => {
  using made = await datasetWithThumbnail()
  const { store, imageId } = made
  store.accept(clientId, makeBatch(['https://b.example/1']), openRules)
  const other = leaseOne(store, 'b.example')
  const unwanted = await store.recordImage(other, makeImage('unwanted'), makeEnd(other))
  if (unwanted.kind !== 'recorded') throw new Error(unwanted.kind)
  await store.removeImage(unwanted.imageId)
  store.retry({ code }, openRules)
  const lease = leaseOne(store, 'a.example')
  const blocked = { state: 'blocked', code: 'BLOCKED_REMOVED', imageId: unwanted.imageId } as const
  expect(await store.finish(lease, { ...makeEnd(lease), ...blocked })).toBe(true)
  expect(store.image(imageId)?.isThumbnail).toBe(true)
  expect(store.retry({ code }, openRules), 'again and again').toBe(1)
})

test('bytes the dataset knows already leave the thumbnail where it was', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  const lease = leaseOne(store, 'a.example')
  const end = makeEnd(lease, { code: 'UPGRADED' })
  await store.upgradeImage(lease, imageId, makeImage('thumb'), end)
  expect(rowOf(store)).toMatchObject({ state: 'stored', code, imageId })
  expect(await findingsIn(folder)).toEqual([])
})

test('it never becomes another picture', async () => {
  using made = await datasetWithThumbnail()
  const { store } = made
  store.retry({ code }, openRules)
  const lease = leaseOne(store, 'a.example')
  await expect(store.recordImage(lease, makeImage('full'), makeEnd(lease))).rejects.toThrow()
  expect(store.summary().images).toBe(1)
})

test('when the thumbnail was replaced meanwhile, that is how it ends', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  store.accept(clientId, makeBatch(['https://b.example/1']), openRules)
  const other = leaseOne(store, 'b.example')
  await store.upgradeImage(other, imageId, makeImage('full'), makeEnd(other, { code: 'UPGRADED' }))
  const lease = leaseOne(store, 'a.example')
  const end = { ...makeEnd(lease), state: 'failed', code: 'DOWNLOAD_DNS' } as const
  await store.finish(lease, end)
  expect(store.candidates({ state: 'stored' }, { limit: 2 }).candidates).toMatchObject([
    { code: 'STORED', imageId, explanation: 'A better copy took the place of its thumbnail meanwhile.' },
  ])
  expect(await findingsIn(folder)).toEqual([])
})

test.each(['queued', 'leased'])('a person may remove the picture while it is %s', async state => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  const lease = state === 'leased' ? leaseOne(store, 'a.example') : undefined
  await store.removeImage(imageId)
  expect(rowOf(store)).toMatchObject({ state: 'blocked', code: 'BLOCKED_REMOVED' })
  if (lease) {
    const end = makeEnd(lease, { code: 'UPGRADED' })
    expect(await store.upgradeImage(lease, imageId, makeImage('full'), end)).toEqual({ kind: 'stale' })
  }
  expect(await findingsIn(folder)).toEqual([])
})

test('cancelling the retry leaves it stored', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  expect(store.cancelQueued()).toBe(1)
  expect(rowOf(store)).toMatchObject({ state: 'stored', code, imageId, sourceKind: 'thumbnail' })
  expect(rowOf(store)?.explanation).toBe('Only the thumbnail could be had.')
  expect(await findingsIn(folder)).toEqual([])
})

test('a picture that is lost meanwhile is fetched anew', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  expect(await store.requeueImage(imageId, 'The file was lost.')).toBe(1)
  expect(rowOf(store)).toMatchObject({ state: 'queued', imageId: null })
  expect(await findingsIn(folder)).toEqual([])
})

test('it keeps its picture over a restart in mid-flight', async () => {
  using made = await datasetWithThumbnail()
  const { store, folder, imageId } = made
  store.retry({ code }, openRules)
  leaseOne(store, 'a.example')
  store.close()
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toMatchObject({ freedLeases: 1, orphans: 0, requeued: 0 })
  expect(leaseOne(again, 'a.example').heldImageId).toBe(imageId)
  again.close()
  expect(await findingsIn(folder)).toEqual([])
})

test.each([
  [`state = 'cancelled', code = 'CANCELLED'`],
  [`image_id = NULL`],
  [`state = 'blocked', code = 'BLOCKED_REMOVED'`],
])('the schema refuses to let go of the picture: %s', async change => {
  using made = await datasetWithThumbnail()
  const { store, folder } = made
  store.retry({ code }, openRules)
  store.close()
  const db = openDatabase(join(folder, 'gleaner.db'))
  expect(() => db.prepare(`UPDATE candidate SET ${change}`).run()).toThrow(/keeps its picture/)
  db.close()
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  clientId,
  digestOf,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import type { OpenDataset } from './dataset-store.ts'
import type { CandidateEnd, LeasedCandidate } from './types.ts'

const later = Date.now() + 24 * 3_600_000

function leaseOne(store: OpenDataset, host = 'a.example'): LeasedCandidate {
  const lease = store.lease(host, later)
  if (!lease) throw new Error('nothing to lease')
  return lease
}

function endOf(lease: LeasedCandidate, end: Partial<CandidateEnd>): CandidateEnd {
  return { ...makeEnd(lease), explanation: 'Because.', ...end } as CandidateEnd
}

async function storeOne(store: OpenDataset, url: string, seed = url, label = 'robin') {
  store.accept(clientId, makeBatch([url], { class: label }), openRules)
  const lease = leaseOne(store, new URL(url).hostname)
  const result = await store.recordImage(lease, makeImage(seed), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

test('a candidate goes from the batch to its class folder', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const receipt = store.accept(clientId, makeBatch(['https://a.example/1.png']), openRules)
  expect(receipt).toMatchObject({ accepted: 1, known: 0, refused: 0, datasetId: 'birds' })
  expect(store.readyHosts(later)).toMatchObject([{ host: 'a.example', queued: 1 }])

  const lease = leaseOne(store)
  expect(lease).toMatchObject({ classFolder: 'robin', attempts: 0, sourceIndex: 0, title: 'Picture 0' })
  expect(store.readyHosts(later)).toEqual([])
  const image = makeImage('one')
  const result = await store.recordImage(lease, image, makeEnd(lease))
  const imageId = digestOf(image.original.bytes).slice(0, 20)
  expect(result).toEqual({ kind: 'recorded', imageId })

  expect(readdirSync(join(folder, 'images'))).toEqual(['robin'])
  expect(readFileSync(join(folder, 'images', 'robin', `${imageId}.jpg`))).toEqual(image.rendered.bytes)
  const detail = store.image(imageId)
  expect(readFileSync(join(folder, detail?.original.file ?? ''))).toEqual(image.original.bytes)
  expect(detail?.sightings).toMatchObject([{ engine: 'page', query: 'robin', rank: 1 }])
  expect(detail?.attempts).toHaveLength(1)
  expect(store.summary()).toMatchObject({ images: 1, counts: { stored: 1, queued: 0, leased: 0 } })
  expect(store.imageByDigest(image.original.digest)).toBe(imageId)
  expect(store.looks()).toMatchObject([{ imageId, meanChroma: [1.5, -2.5] }])
  expect(readdirSync(join(folder, '.work'))).toEqual([])
})

test('the same bytes a second time are a duplicate, and leave no file', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const imageId = await storeOne(store, 'https://a.example/1', 'same')
  store.accept(clientId, makeBatch(['https://a.example/2'], { class: 'wren' }), openRules)
  const lease = leaseOne(store)
  const result = await store.recordImage(lease, makeImage('same'), makeEnd(lease))
  expect(result).toEqual({ kind: 'duplicate', imageId, distanceBits: 0 })
  expect(readdirSync(join(folder, 'images'))).toEqual(['robin'])
  expect(store.image(imageId)?.duplicates).toBe(1)
})

test('two hands with the same bytes at once store them once', async () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch(['https://a.example/1', 'https://a.example/2']), openRules)
  const leases = [leaseOne(store), leaseOne(store)]
  const results = await Promise.all(
    leases.map(lease => store.recordImage(lease, makeImage('same'), makeEnd(lease))),
  )
  expect(results.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'recorded'])
})

test('what the hooks find inside the transaction makes a duplicate by look, and its files go', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const imageId = await storeOne(store, 'https://a.example/1')
  store.accept(clientId, makeBatch(['https://a.example/2'], { class: 'wren' }), openRules)
  const lease = leaseOne(store)
  const image = makeImage('alike')
  const result = await store.recordImage(lease, image, makeEnd(lease), {
    decide: () => ({ imageId, distanceBits: 7 }),
    committed: () => expect.unreachable(),
  })
  expect(result).toEqual({ kind: 'duplicate', imageId, distanceBits: 7 })
  expect(readdirSync(join(folder, 'images'))).toEqual(['robin'])
  expect(
    readdirSync(join(folder, 'originals')).flatMap(name => readdirSync(join(folder, 'originals', name))),
  ).toHaveLength(1)
  expect(store.imageByDigest(image.original.digest)).toBe(imageId)
  expect(store.candidates({ state: 'duplicate' }, { limit: 10 }).candidates).toMatchObject([
    { code: 'DUPLICATE_LOOK', imageId, distanceBits: 7 },
  ])
})

test('a better copy replaces the files and keeps the id', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  store.accept(clientId, makeBatch(['https://a.example/thumb', 'https://a.example/full']), openRules)
  const first = leaseOne(store)
  const thumbnail = makeImage('thumb', { isThumbnail: true })
  const stored = await store.recordImage(first, thumbnail, makeEnd(first, { code: 'STORED_THUMBNAIL' }))
  if (stored.kind !== 'recorded') throw new Error(stored.kind)
  const second = leaseOne(store)
  const full = makeImage('full')
  const result = await store.upgradeImage(second, stored.imageId, full, makeEnd(second, { code: 'UPGRADED' }))
  expect(result).toEqual({ kind: 'recorded', imageId: stored.imageId })
  expect(readdirSync(join(folder, 'images', 'robin'))).toEqual([`${stored.imageId}_2.jpg`])
  expect(store.image(stored.imageId)).toMatchObject({
    isThumbnail: false,
    original: { digest: full.original.digest },
  })
  expect(store.imageByDigest(thumbnail.original.digest)).toBe(stored.imageId)
  expect(store.counts()).toMatchObject({ stored: 1, upgraded: 1 })
  expect(store.image(stored.imageId)?.attempts).toHaveLength(2)
})

test('a removed picture never comes back, by digest or by address', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const imageId = await storeOne(store, 'https://a.example/1', 'unwanted')
  await store.removeImage(imageId)
  expect(readdirSync(join(folder, 'images'))).toEqual([])
  expect(store.image(imageId)?.file, 'in the trash').toMatch(/^originals\/..\/[0-9a-f]{64}\.jpg$/)
  await store.acts.emptyTrash({ key: 'e'.repeat(32) }, 'dashboard')
  expect(store.image(imageId)).toBeUndefined()
  expect(store.imageFile(imageId)).toBeUndefined()
  expect(store.removedByDigest(makeImage('unwanted').original.digest)).toBeDefined()
  expect(store.counts()).toMatchObject({ blocked: 1, stored: 0 })
  await expect(store.removeImage(imageId)).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })

  store.accept(clientId, makeBatch(['https://a.example/other']), openRules)
  const lease = leaseOne(store)
  expect(await store.recordImage(lease, makeImage('unwanted'), makeEnd(lease))).toEqual({ kind: 'blocked' })
  expect(store.retry({ code: 'BLOCKED_REMOVED' }, openRules)).toBe(0)
})

test('the way that led to a removed picture is blocked on arrival', async () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch([['https://a.example/gone', 'https://b.example/mirror']]), openRules)
  const first = leaseOne(store)
  await store.postpone(first, {
    dueAtMs: 0,
    code: 'DOWNLOAD_NOT_FOUND',
    countsAsAttempt: true,
    sourceIndex: 1,
    host: 'b.example',
    attempts: [],
  })
  const second = leaseOne(store, 'b.example')
  expect(second).toMatchObject({ sourceIndex: 1, attempts: 0, lastCode: 'DOWNLOAD_NOT_FOUND' })
  const result = await store.recordImage(second, makeImage('x'), makeEnd(second))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  await store.removeImage(result.imageId)
  store.accept(clientId, makeBatch(['https://b.example/mirror']), openRules)
  expect(store.lookup(['https://b.example/mirror', 'https://b.example/new'])).toMatchObject([
    { state: 'blocked', class: 'robin', isThumbnail: false },
    null,
  ])
})

test('only the latest holder of a lease may end it', async () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  const old = leaseOne(store)
  expect(store.release(old)).toBe(true)
  const current = leaseOne(store)
  const end = endOf(old, { state: 'failed', code: 'DOWNLOAD_DNS' })
  expect(await store.finish(old, end)).toBe(false)
  expect(store.release(old)).toBe(false)
  expect(await store.recordImage(old, makeImage('x'), makeEnd(old))).toEqual({ kind: 'stale' })
  expect(store.counts()).toMatchObject({ leased: 1 })
  expect(await store.finish(current, end)).toBe(true)
  expect(await store.finish(current, end)).toBe(false)
  expect(store.counts()).toMatchObject({ leased: 0, failed: 1 })
})

test('a due time far ahead comes from a wrong clock and counts as due', () => {
  using made = temporaryDataset({ now: () => 10_000_000_000 })
  const { store } = made
  store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  expect(store.lease('a.example', 10_000_000_000 - 1000)).toBeUndefined()
  const nowMs = 10_000_000_000 - 24 * 3_600_000
  expect(store.readyHosts(nowMs)).toEqual([{ host: 'a.example', dueAtMs: nowMs, queued: 1 }])
  expect(store.lease('a.example', nowMs)).toBeDefined()
})

test('tries of one way are counted, and start over with the next way', async () => {
  using made = temporaryDataset()
  const { store } = made
  store.accept(clientId, makeBatch([['https://a.example/1', 'https://a.example/2']]), openRules)
  const postponed = { dueAtMs: 0, code: 'DOWNLOAD_DNS', host: 'a.example', attempts: [] } as const
  await store.postpone(leaseOne(store), { ...postponed, countsAsAttempt: true, sourceIndex: 0 })
  await store.postpone(leaseOne(store), { ...postponed, countsAsAttempt: false, sourceIndex: 0 })
  const third = leaseOne(store)
  expect(third.attempts).toBe(1)
  await store.postpone(third, { ...postponed, countsAsAttempt: true, sourceIndex: 1 })
  expect(leaseOne(store)).toMatchObject({ attempts: 0, sourceIndex: 1 })
})

test('ended candidates go back into the queue by reason or by id; stored ones stay', async () => {
  using made = temporaryDataset()
  const { store } = made
  await storeOne(store, 'https://a.example/0')
  store.accept(clientId, makeBatch(['https://a.example/1', 'https://a.example/2']), openRules)
  for (const code of ['DOWNLOAD_DNS', 'DOWNLOAD_TIMEOUT'] as const) {
    const lease = leaseOne(store)
    await store.finish(lease, endOf(lease, { state: 'failed', code }))
  }
  expect(store.retry({ code: 'DOWNLOAD_DNS' }, openRules)).toBe(1)
  expect(store.retry({ candidateIds: [1, 2, 3] }, openRules)).toBe(1)
  expect(store.retry({ code: 'STORED' }, openRules)).toBe(0)
  expect(store.counts()).toMatchObject({ queued: 2, stored: 1, failed: 0 })
  expect(store.cancelQueued()).toBe(2)
  expect(store.counts()).toMatchObject({ cancelled: 2 })
})

test('a duplicate of a picture removed in the meantime is blocked', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await storeOne(store, 'https://a.example/1')
  store.accept(clientId, makeBatch(['https://a.example/2']), openRules)
  const lease = leaseOne(store)
  await store.removeImage(imageId)
  const copy = digestOf('copy')
  const end = { state: 'duplicate', code: 'DUPLICATE_LOOK', imageId, distanceBits: 3, digest: copy } as const
  expect(await store.finish(lease, endOf(lease, end))).toBe(true)
  expect(store.counts()).toMatchObject({ blocked: 2 })
  expect(store.removedByDigest(copy)).toBeDefined()
})

test('pictures are listed by class, newest first, page by page', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1) ids.unshift(await storeOne(store, `https://a.example/${n}`))
  await storeOne(store, 'https://a.example/wren', 'wren', 'wren')
  const robin = store.classes().find(({ label }) => label === 'robin')
  const first = store.images(robin?.id, { limit: 3 })
  const second = store.images(robin?.id, { limit: 3, cursor: first.cursor ?? '' })
  expect([...first.images, ...second.images].map(({ id }) => id)).toEqual(ids)
  expect(second.cursor).toBeNull()
  expect(store.images(undefined, { limit: 50 }).images).toHaveLength(6)
  expect(() => store.images(undefined, { limit: 1, cursor: 'x' })).toThrow(/form/)
  expect(store.classes().map(({ label, images }) => [label, images])).toEqual([
    ['wren', 1],
    ['robin', 5],
  ])
})

test('candidates are filtered and searched', () => {
  let nowMs = 1000
  using made = temporaryDataset({ now: () => nowMs++ })
  const { store } = made
  const urls = Array.from({ length: 30 }, (_, n) => `https://a.example/${n % 3 === 0 ? '100%' : 'x'}/${n}`)
  store.accept(clientId, makeBatch(urls), openRules)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = store.candidates({ state: 'queued', text: '100%' }, { limit: 4, cursor })
    seen.push(...page.candidates.map(({ url }) => url))
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual(urls.filter(url => url.includes('100%')).reverse())
  expect(store.candidates({ text: 'PICTURE 7' }, { limit: 9 }).candidates).toHaveLength(1)
  expect(store.candidates({ state: 'failed' }, { limit: 9 }).candidates).toHaveLength(0)
  expect(store.reasons()).toEqual({ reasons: [{ state: 'queued', code: null, count: 30 }] })
})

test('goals, names and settings are kept', () => {
  using made = temporaryDataset({ newName: 'Birds', isNameTaken: name => name === 'Taken' })
  const { store } = made
  const { id } = store.ensureClass('  Köln \u202e cat ')
  store.setGoal(id, 200)
  expect(store.classes()).toMatchObject([{ label: 'Köln cat', goal: 200 }])
  expect(() => store.setGoal(99, 1)).toThrow()
  expect(() => store.ensureClass(' \u200b ')).toThrow(/class name/)
  store.update({ name: 'Vögel', settings: { ...store.settings(), keepOriginals: false } })
  expect(store.summary().name).toBe('Vögel')
  expect(store.settings().keepOriginals).toBe(false)
  expect(() => store.update({ name: 'Taken' })).toThrow(/name exists/)
})

test('without originals only the rendered file is written', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  store.update({ settings: { ...store.settings(), keepOriginals: false } })
  const imageId = await storeOne(store, 'https://a.example/1')
  expect(store.originalFile(imageId)).toBeUndefined()
  expect(readdirSync(join(folder, 'originals'))).toEqual([])
  expect(existsSync(store.imageFile(imageId)?.path ?? '')).toBe(true)
})

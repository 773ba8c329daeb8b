/** Bytes from the browser: durable once taken, for exactly one way, and gone when nobody needs them. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findingsIn } from '../../test/support/findings.ts'
import {
  clientId,
  digestOf,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import { type OpenDataset, openDataset } from './dataset-store.ts'
import { repairDataset } from './repair.ts'
import type { LeasedCandidate } from './types.ts'
import { verifyDataset } from './verify.ts'

const url = 'https://a.example/1'
const thumbnailUrl = 'https://t.example/1'
const bytes = Buffer.from('brought by the browser')
const what = { kind: 'bytes', bytes, digest: digestOf(bytes), format: 'png' } as const
const browser = { position: 0, url, pacingKey: 'a.example', code: 'DOWNLOAD_FORBIDDEN' } as const

function lease(store: OpenDataset, host: string): LeasedCandidate {
  const held = store.lease(host, Date.now() + 60_000)
  if (!held) throw new Error('nothing to lease')
  return held
}

/** One candidate whose host refused the server; it waits for the browser, its thumbnail after that. */
async function refusedByHost(waitMs = 50_000) {
  const made = temporaryDataset()
  const { store } = made
  const sources = [
    { kind: 'original', url },
    { kind: 'thumbnail', url: thumbnailUrl },
  ] as const
  store.accept(clientId, makeBatch([], { candidates: [{ sources: [...sources] }] }), openRules)
  await store.postpone(lease(store, 'a.example'), {
    ...{ dueAtMs: Date.now() + waitMs, code: 'DOWNLOAD_FORBIDDEN', countsAsAttempt: false, sourceIndex: 1 },
    ...{ host: 't.example', attempts: [], browser },
  })
  const [asked] = store.browserFetches(clientId, undefined, 9)
  const way = { candidateId: asked?.candidateId ?? 0, position: asked?.position ?? 0 }
  return { ...made, asked, way }
}

const originals = (folder: string) =>
  readdirSync(join(folder, 'originals'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => name)

test('the way is asked for with its address and its reason', async () => {
  using made = await refusedByHost()
  expect(made.asked).toMatchObject({ url, code: 'DOWNLOAD_FORBIDDEN', isWaiting: true, position: 0 })
  expect(made.store.browserHosts(clientId, 9)).toEqual([{ host: 'a.example', scheme: 'https', pictures: 1 }])
  expect(made.store.browserFetches(clientId, ['b.example'], 9)).toEqual([])
})

test('where the browser may not fetch nobody waits for it, and it is asked all the same', async () => {
  using made = await refusedByHost()
  const { store } = made
  expect(store.waitNoMore('somebody else', ['a.example'])).toBe(0)
  expect(store.waitNoMore(clientId, ['b.example'])).toBe(0)
  expect(store.waitNoMore(clientId, ['b.example', 'a.example'])).toBe(1)
  expect(store.waitNoMore(clientId, ['a.example'])).toBe(0)
  expect(lease(store, 't.example')).toMatchObject({ sourceIndex: 1 })
  expect(store.browserFetches(clientId, ['a.example'], 9)).toHaveLength(1)
})

test('one whose thumbnail failed waits for the host of that, whatever the browser may do', async () => {
  using made = await refusedByHost(0)
  const { store, way } = made
  await store.postpone(lease(store, 't.example'), {
    ...{ dueAtMs: Date.now() + 50_000, code: 'DOWNLOAD_TIMEOUT', countsAsAttempt: true, sourceIndex: 1 },
    ...{ host: 't.example', attempts: [] },
  })
  expect(store.waitNoMore(clientId, ['a.example'])).toBe(0)
  store.refuseDelivery(clientId, way, 'BROWSER_FETCH_FAILED')
  expect(store.lease('t.example', Date.now())).toBeUndefined()
})

test('what was brought is on the disk, and outlives the process', async () => {
  using made = await refusedByHost()
  const { store, folder, way } = made
  expect(await store.deliver(clientId, way, what)).toBe(true)
  expect(await findingsIn(folder)).toEqual([])
  store.close()
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toMatchObject({ orphans: 0, lostOriginals: 0 })
  const held = lease(again, 'browser')
  expect(held).toMatchObject({ sourceIndex: 0, attempts: 0, lastCode: 'DOWNLOAD_FORBIDDEN' })
  expect(await again.broughtByBrowser(held)).toMatchObject({ kind: 'bytes', bytes, digest: what.digest })
  again.close()
})

test('it is taken once', async () => {
  using made = await refusedByHost()
  const { store, way } = made
  const both = await Promise.all([store.deliver(clientId, way, what), store.deliver(clientId, way, what)])
  expect(both).toEqual([true, false])
  expect(originals(made.folder)).toHaveLength(1)
  expect(store.isBrowserAsked(clientId, way)).toBe(false)
})

test('the thumbnail in hand is given up for it', async () => {
  using made = await refusedByHost(0)
  const { store, way } = made
  const late = lease(store, 't.example')
  expect(await store.deliver(clientId, way, what)).toBe(true)
  expect(await store.recordImage(late, makeImage('thumb'), makeEnd(late))).toEqual({ kind: 'stale' })
  expect(lease(store, 'browser').sourceIndex).toBe(0)
})

test('when it is of no use, it goes', async () => {
  using made = await refusedByHost()
  const { store, folder, way } = made
  await store.deliver(clientId, way, what)
  const held = lease(store, 'browser')
  await store.postpone(held, {
    ...{ dueAtMs: 0, code: 'IMAGE_CORRUPT', countsAsAttempt: false, sourceIndex: 1, host: 't.example' },
    attempts: [],
  })
  expect(await store.broughtByBrowser({ ...held, sourceIndex: 0 })).toBeUndefined()
  expect(store.isUntidy()).toBe(true)
  await store.tidy()
  expect(originals(folder)).toEqual([])
  expect(await findingsIn(folder)).toEqual([])
})

test('a person may cancel what waits with it', async () => {
  using made = await refusedByHost()
  const { store, folder, way } = made
  await store.deliver(clientId, way, what)
  expect(store.cancelQueued()).toBe(1)
  await store.tidy()
  expect(originals(folder)).toEqual([])
  expect(await findingsIn(folder)).toEqual([])
})

test('as the original of a picture it stays', async () => {
  using made = await refusedByHost()
  const { store, folder, way } = made
  await store.deliver(clientId, way, what)
  const held = lease(store, 'browser')
  const image = makeImage('x')
  const original = { ...image.original, bytes, digest: what.digest }
  await store.recordImage(held, { ...image, original }, makeEnd(held))
  await store.tidy()
  expect(originals(folder)).toEqual([`${what.digest}.png`])
  expect(await findingsIn(folder)).toEqual([])
})

test('a file that is damaged meanwhile is lost, and the host is asked again at its own pace', async () => {
  using made = await refusedByHost()
  const { store, folder, way } = made
  await store.deliver(clientId, way, what)
  const [file = ''] = originals(folder)
  writeFileSync(join(folder, 'originals', file.slice(0, 2), file), 'damaged by the browser')
  const held = lease(store, 'browser')
  expect(await store.broughtByBrowser(held)).toMatchObject({ kind: 'lost' })
  store.release(held)
  const report = await verifyDataset(folder)
  expect(report.findings).toMatchObject([{ kind: 'original-changed' }])
  expect(await repairDataset(store, report)).toMatchObject({ forgottenOriginals: 1 })
  expect(await findingsIn(folder)).toEqual([])
  expect(lease(store, 'a.example')).toMatchObject({ sourceIndex: 0 })
})

test('what is fetched anew after its picture was lost is paced by its host again', async () => {
  using made = await refusedByHost()
  const { store, way } = made
  store.update({ settings: { ...store.settings(), keepOriginals: false } })
  await store.deliver(clientId, way, what)
  const held = lease(store, 'browser')
  const result = await store.recordImage(held, makeImage('x'), makeEnd(held))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  await store.requeueImage(result.imageId, 'Lost.')
  expect(lease(store, 'a.example')).toMatchObject({ sourceIndex: 0 })
})

test('when the browser is refused as well, the candidate goes on at once', async () => {
  using made = await refusedByHost()
  const { store, way } = made
  expect(store.refuseDelivery('somebody else', way, 'BROWSER_FETCH_REFUSED')).toBe(false)
  expect(store.lease('t.example', Date.now())).toBeUndefined()
  expect(store.refuseDelivery(clientId, way, 'BROWSER_FETCH_REFUSED')).toBe(true)
  expect(store.lease('t.example', Date.now())).toMatchObject({ sourceIndex: 1 })
  expect(store.refuseDelivery(clientId, way, 'BROWSER_FETCH_REFUSED')).toBe(false)
})

test('nothing is asked for whose thumbnail was replaced by another copy', async () => {
  using made = await refusedByHost(0)
  const { store, way } = made
  const thumbnail = lease(store, 't.example')
  const end = makeEnd(thumbnail, { code: 'STORED_THUMBNAIL' })
  const stored = await store.recordImage(thumbnail, makeImage('thumb', { isThumbnail: true }), end)
  if (stored.kind !== 'recorded') throw new Error(stored.kind)
  expect(store.isBrowserAsked(clientId, way)).toBe(true)
  store.accept(clientId, makeBatch(['https://b.example/1']), openRules)
  const full = lease(store, 'b.example')
  await store.upgradeImage(full, stored.imageId, makeImage('full'), makeEnd(full, { code: 'UPGRADED' }))
  expect(store.isBrowserAsked(clientId, way)).toBe(false)
  expect(store.browserFetches(clientId, undefined, 9)).toEqual([])
  expect(store.browserHosts(clientId, 9)).toEqual([])
})

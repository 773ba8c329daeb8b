import { existsSync, readdirSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryFolder,
} from '../../test/support/samples.ts'
import { openDataset } from './dataset-store.ts'
import { verifyDataset } from './verify.ts'

async function withPictures(root: string, count: number) {
  const folder = join(root, 'birds')
  const store = openDataset({ folder, now: Date.now })
  const urls = Array.from({ length: count }, (_, n) => `https://a.example/${n}`)
  store.accept(clientId, makeBatch(urls), openRules)
  const ids: string[] = []
  for (const url of urls) {
    const lease = store.lease('a.example', Date.now())
    if (!lease) throw new Error('nothing to lease')
    const result = await store.recordImage(lease, makeImage(url), makeEnd(lease))
    if (result.kind === 'recorded') ids.push(result.imageId)
  }
  return { folder, store, ids }
}

const nothing = {
  freedLeases: 0,
  temporaries: 0,
  removals: 0,
  undone: 0,
  orphans: 0,
  requeued: 0,
  lostOriginals: 0,
}

test('after a clean end there is nothing to do', async () => {
  using root = temporaryFolder()
  const { folder, store } = await withPictures(root.path, 2)
  store.close()
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toEqual(nothing)
  again.close()
})

test('leases, temporary files and orphans of an earlier process go', async () => {
  using root = temporaryFolder()
  const { folder, store } = await withPictures(root.path, 2)
  store.accept(clientId, makeBatch(['https://a.example/more']), openRules)
  const lost = store.lease('a.example', Date.now())
  store.close()
  writeFileSync(join(folder, '.work/9-9'), 'half')
  writeFileSync(join(folder, 'images/robin', `${'a'.repeat(20)}.jpg`), 'orphan')
  writeFileSync(join(folder, 'images/robin', 'holiday.jpg'), 'put here by a person')
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toEqual({ ...nothing, freedLeases: 1, temporaries: 1, orphans: 1 })
  expect(existsSync(join(folder, 'images/robin/holiday.jpg'))).toBe(true)
  expect(lost && again.release(lost), 'the old lease is void').toBe(false)
  expect(again.counts()).toMatchObject({ queued: 1, leased: 0, stored: 2 })
  again.close()
})

test('what led to a missing or short picture is queued again; a lost original is only forgotten', async () => {
  using root = temporaryFolder()
  const { folder, store, ids } = await withPictures(root.path, 3)
  const [gone, short, bare] = ids
  const original = store.originalFile(bare ?? '')
  store.close()
  unlinkSync(join(folder, 'images/robin', `${gone}.jpg`))
  truncateSync(join(folder, 'images/robin', `${short}.jpg`), 3)
  unlinkSync(original?.path ?? '')
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toEqual({ ...nothing, requeued: 2, lostOriginals: 1 })
  expect(again.counts()).toMatchObject({ queued: 2, stored: 1 })
  expect(again.image(bare ?? '')?.original.file).toBeNull()
  expect(readdirSync(join(folder, 'images/robin'))).toEqual([`${bare}.jpg`])
  again.close()
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test('a removal that was begun is ended', async () => {
  using root = temporaryFolder()
  const { folder, store, ids } = await withPictures(root.path, 1)
  store.close()
  const db = new Database(join(folder, 'gleaner.db'))
  db.exec(`UPDATE image SET state = 'deleting';
           INSERT INTO action (id, kind, about, at_ms) VALUES (1, 'remove', '{}', 0);
           UPDATE candidate SET state = 'blocked', action_id = 1`)
  db.close()
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toEqual({ ...nothing, removals: 1 })
  expect(readdirSync(join(folder, 'images'))).toEqual([])
  expect(again.removedByDigest(makeImage('https://a.example/0').original.digest)).toBeDefined()
  expect(again.image(ids[0] ?? '')).toBeUndefined()
  again.close()
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test('the original of a picture that is gone stays until the picture is there again, whatever happens', async () => {
  using root = temporaryFolder()
  const { folder, store, ids } = await withPictures(root.path, 3)
  const paths = ids.map(id => store.originalFile(id)?.path ?? '')
  store.update({ settings: { ...store.settings(), keepOriginals: false } })
  store.close()
  renameSync(join(folder, 'images'), join(root.path, 'away'))
  const again = openDataset({ folder, now: Date.now })
  expect(await again.recover()).toEqual({ ...nothing, requeued: 3 })
  expect(paths.map(path => existsSync(path))).toEqual([true, true, true])

  const lease = again.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const kept = await again.keptOriginal(lease)
  expect(kept?.bytes.toString()).toBe('original of https://a.example/0')
  await again.recordImage(lease, makeImage('https://a.example/0'), makeEnd(lease))
  expect(again.originalFile(ids[0] ?? '')?.path, 'kept before, kept now').toBe(paths[0])
  const failing = again.lease('a.example', Date.now())
  if (!failing) throw new Error('nothing to lease')
  await again.finish(failing, {
    ...makeEnd(failing),
    state: 'failed',
    code: 'DOWNLOAD_DNS',
    explanation: 'The host is gone.',
  })
  again.close()
  expect((await verifyDataset(folder)).findings).toEqual([])

  const third = openDataset({ folder, now: Date.now })
  expect(await third.recover()).toEqual(nothing)
  expect(paths.map(path => existsSync(path))).toEqual([true, true, true])
  expect(third.retry({ code: 'DOWNLOAD_DNS' }, openRules)).toBe(1)
  const anew = third.lease('a.example', Date.now())
  writeFileSync(paths[2] ?? '', 'original of https://a.example/X')
  expect(anew && (await third.keptOriginal(anew)), 'one that is damaged is of no use').toBeUndefined()
  third.close()
  expect((await verifyDataset(folder)).findings.map(({ kind }) => kind)).toEqual(['original-changed'])
})

test('an original that other bytes have served for is let go', async () => {
  using root = temporaryFolder()
  const { folder, store, ids } = await withPictures(root.path, 1)
  const path = store.originalFile(ids[0] ?? '')?.path ?? ''
  store.close()
  rmSync(join(folder, 'images'), { recursive: true })
  const again = openDataset({ folder, now: Date.now })
  await again.recover()
  const lease = again.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  await again.recordImage(lease, makeImage('another copy'), makeEnd(lease))
  expect(existsSync(path)).toBe(true)
  expect(await again.recover()).toEqual({ ...nothing, orphans: 1 })
  expect(existsSync(path)).toBe(false)
  again.close()
  expect((await verifyDataset(folder)).findings).toEqual([])
})

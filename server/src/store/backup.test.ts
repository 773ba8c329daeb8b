import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryFolder,
} from '../../test/support/samples.ts'
import { backUp } from './backup.ts'
import { openHome } from './home.ts'
import type { ImageId } from './types.ts'
import { verifyDataset } from './verify.ts'

/** A home with one dataset of three pictures in two classes, one candidate queued, and a place for the copy. */
async function setUp(root: string) {
  const home = await openHome({ folder: join(root, 'home'), now: Date.now })
  const urls = Array.from({ length: 4 }, (_, n) => `https://a.example/${n}`)
  home.accept(clientId, makeBatch(urls.slice(0, 1)), openRules)
  home.accept(clientId, makeBatch(urls.slice(1), { class: 'wren' }), openRules)
  const store = home.byName('Birds')
  if (!store) throw new Error('no dataset')
  const ids: ImageId[] = []
  const record = async (seed: string) => {
    const lease = store.lease('a.example', Date.now())
    if (!lease) throw new Error('nothing to lease')
    const result = await store.recordImage(lease, makeImage(seed), makeEnd(lease))
    if (result.kind === 'recorded') ids.push(result.imageId)
  }
  for (const seed of ['0', '1', '2']) await record(seed)
  const target = join(root, 'copies', 'monday')
  const options = { home: home.folder, datasetIds: ['birds'], target }
  return { home, store, ids, record, target, options }
}

const soundCopy = async (target: string) => {
  const report = await verifyDataset(join(target, 'birds'))
  expect(report.findings).toEqual([])
  return report
}

test('the copy of a home at work is whole, and can be used as a home', async () => {
  using root = temporaryFolder()
  const { home, target, options } = await setUp(root.path)
  const counts = { images: 3, originals: 3, candidates: 4, batches: 2 }
  expect(await backUp(options)).toEqual([{ id: 'birds', ...counts }])
  expect(await soundCopy(target)).toMatchObject(counts)
  expect(readdirSync(join(target, 'birds')).sort()).toEqual(['.work', 'gleaner.db', 'images', 'originals'])
  expect(readdirSync(join(target, '..'))).toEqual(['monday'])
  home.close()

  const restored = await openHome({ folder: target, now: Date.now })
  const store = restored.byName('Birds')
  expect(store?.counts()).toMatchObject({ stored: 3, queued: 1 })
  expect(restored.recovered.get('birds')).toMatchObject({ requeued: 0, orphans: 0, lostOriginals: 0 })
  restored.close()
})

test('what happens to the original does not happen to the copy', async () => {
  using root = temporaryFolder()
  const { home, store, ids, target, options } = await setUp(root.path)
  await backUp(options)
  for (const id of ids) writeFileSync(store.imageFile(id)?.path ?? '', 'overwritten')
  home.close()
  expect(await soundCopy(target)).toMatchObject({ images: 3 })
})

test('pictures that go or come while they are copied leave a whole copy of a later moment', async () => {
  using root = temporaryFolder()
  const { home, store, ids, record, target, options } = await setUp(root.path)
  let isFirst = true
  const changes: Promise<unknown>[] = []
  const onProgress = () => {
    if (!isFirst) return
    isFirst = false
    for (const id of ids) changes.push(store.removeImage(id))
    changes.push(record('3'))
  }
  // Their rows are marked at once, their files go while the copy is made.
  const [copy] = await backUp({ ...options, onProgress })
  await Promise.all(changes)
  home.close()
  expect(await soundCopy(target)).toMatchObject({ images: copy?.images })
  // The drill: opened as a home, what was under way is ended, and nothing is wrong.
  const restored = await openHome({ folder: target, now: Date.now })
  expect(restored.broken()).toEqual([])
  restored.close()
  await soundCopy(target)
})

test('nothing is ever overwritten, and a failure leaves nothing behind', async () => {
  using root = temporaryFolder()
  const { home, target, options, store, ids } = await setUp(root.path)
  const fails = (code: string) => expect(backUp(options)).rejects.toMatchObject({ code })
  mkdirSync(target, { recursive: true })
  await fails('BACKUP_EXISTS')
  rmSync(target, { recursive: true })
  rmSync(store.imageFile(ids[1] ?? '')?.path ?? '')
  await fails('BACKUP_UNSOUND')
  writeFileSync(join(home.folder, 'birds', 'images', 'wren', `${ids[1]}.jpg`), 'something else')
  await fails('BACKUP_UNSOUND')
  expect(existsSync(target)).toBe(false)
  expect(readdirSync(join(target, '..'))).toEqual([])
  home.close()
})

test.each(['', 'inner', 'birds/inner'])('no copy goes into the data folder itself (%s)', async inner => {
  using root = temporaryFolder()
  const { home, options } = await setUp(root.path)
  const target = join(home.folder, inner)
  await expect(backUp({ ...options, target })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  home.close()
})

test('an index of a newer program is left alone', async () => {
  using root = temporaryFolder()
  const { home, options } = await setUp(root.path)
  home.close()
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(join(options.home, 'birds', 'gleaner.db'))
  db.pragma('user_version = 9999')
  db.close()
  await expect(backUp(options)).rejects.toMatchObject({ code: 'STORE_NEWER', facts: { found: 9999 } })
})

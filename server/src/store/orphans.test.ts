import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
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
import { createClaimedFiles } from './claimed-files.ts'
import { openDataset } from './dataset-store.ts'
import { sweepOrphans } from './orphans.ts'
import { openParts } from './parts.ts'

async function withPicture(folder: string) {
  const store = openDataset({ folder, now: Date.now })
  store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  const lease = store.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const image = makeImage('https://a.example/1')
  const result = await store.recordImage(lease, image, makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  store.close()
  return { id: result.imageId, digest: image.original.digest }
}

const none = () => ({ images: createClaimedFiles(), originals: createClaimedFiles() })
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name => name.includes('.') && !name.includes('gleaner'),
  )

test('files with the names of the store that no row claims go, wherever they are, and nothing else', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'birds')
  const { id, digest } = await withPicture(folder)
  const held = filesOf(folder)
  const image = join(folder, 'images/robin', `${id}.jpg`)
  const shelf = digest.slice(0, 2)
  mkdirSync(join(folder, 'images/wren'))
  mkdirSync(join(folder, 'originals/zz'))
  copyFileSync(image, join(folder, 'images/robin', `${id}_2.jpg`))
  copyFileSync(image, join(folder, 'images/wren', `${id}.jpg`))
  copyFileSync(image, join(folder, 'originals', shelf, `${digest}.gif`))
  copyFileSync(image, join(folder, 'originals', shelf, `${digest.slice(0, 2)}${'0'.repeat(62)}.jpg`))
  copyFileSync(image, join(folder, 'originals/zz', `${digest}.jpg`))
  const own = ['images/robin/notes.txt', `images/robin/${id}_1.jpg`, `originals/${shelf}/read me.jpg`]
  for (const name of own) writeFileSync(join(folder, name), 'put here by a person')
  mkdirSync(join(folder, 'images/robin', `${'b'.repeat(20)}.jpg`))

  const store = openDataset({ folder, now: Date.now })
  expect(await store.recover()).toMatchObject({ orphans: 5, requeued: 0, lostOriginals: 0 })
  store.close()
  expect(filesOf(folder).sort()).toEqual([...held, ...own, `images/robin/${'b'.repeat(20)}.jpg`].sort())
})

test('what a row claims stays, also when the start did not come by it', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'birds')
  await withPicture(folder)
  const held = filesOf(folder)
  const parts = openParts({ folder, now: Date.now })
  expect(await sweepOrphans(parts, none())).toBe(0)
  expect(filesOf(folder)).toEqual(held)
  parts.log.stop()
  parts.logSync.close()
  parts.db.close()
})

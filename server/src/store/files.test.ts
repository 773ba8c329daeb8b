import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { createFiles, type Place } from './files.ts'
import type { FailpointName } from './types.ts'

const place: Place = { folders: ['images', 'robin'], name: 'a.jpg' }
const bytes = Buffer.from('a picture')
const unsafe = expect.objectContaining({ code: 'STORE_UNSAFE_PATH' })

function setUp(root: string) {
  const dataset = join(root, 'dataset')
  const outside = join(root, 'outside')
  mkdirSync(dataset, { mode: 0o700 })
  mkdirSync(outside)
  writeFileSync(join(outside, 'a.jpg'), 'precious')
  return { dataset, outside }
}

/** The disk may be busy. */
const soon = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 })

test('a file is there, whole and private, and nothing else', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  const files = createFiles(dataset)
  await files.place(place, bytes)
  await files.place({ ...place, name: 'b.jpg' }, bytes)
  expect(readFileSync(join(dataset, 'images/robin/a.jpg'))).toEqual(bytes)
  expect(statSync(join(dataset, 'images/robin/a.jpg')).mode & 0o077).toBe(0)
  expect(readdirSync(join(dataset, '.work'))).toEqual([])
  await files.takeOut(place)
  expect(readdirSync(join(dataset, 'images'))).toEqual(['robin'])
  await files.takeOut({ ...place, name: 'b.jpg' })
  expect(readdirSync(join(dataset, 'images'))).toEqual([])
  await files.takeOut(place)
})

test.each([0, 1, 256 * 1024, 256 * 1024 + 1, 5_000_000])('a file of %i bytes arrives whole', async size => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  const given = Buffer.from(Uint8Array.from({ length: size }, (_, at) => at * 31))
  await createFiles(dataset).place(place, given)
  expect(readFileSync(join(dataset, 'images/robin/a.jpg')).equals(given)).toBe(true)
})

test('a class folder is never seen empty', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  const failpoint = () => {
    const images = join(dataset, 'images')
    if (!existsSync(images)) return
    for (const name of readdirSync(images)) expect(readdirSync(join(images, name))).not.toEqual([])
  }
  const files = createFiles(dataset, { failpoint })
  await Promise.all(['a', 'b', 'c'].map(name => files.place({ ...place, name }, bytes)))
  expect(readdirSync(join(dataset, 'images/robin')).sort()).toEqual(['a', 'b', 'c'])
})

test('every step is announced, in order', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  const steps: FailpointName[] = []
  await createFiles(dataset, { failpoint: name => steps.push(name) }).place(place, bytes)
  expect(steps).toEqual(['file:created', 'file:written', 'file:synced', 'file:renamed', 'file:folder-synced'])
})

test.each(['..', '.', '', 'a/b', 'a\\b', 'a\0b'])('a folder or file called %j is refused', async folder => {
  using root = temporaryFolder()
  const { dataset, outside } = setUp(root.path)
  const files = createFiles(dataset)
  await expect(files.place({ folders: ['images', folder], name: 'a.jpg' }, bytes)).rejects.toThrow(unsafe)
  await expect(files.place({ folders: ['images'], name: folder }, bytes)).rejects.toThrow(unsafe)
  await expect(files.takeOut({ folders: [folder], name: 'a.jpg' })).rejects.toThrow(unsafe)
  expect(readFileSync(join(outside, 'a.jpg'), 'utf8')).toBe('precious')
})

test('links planted in place of any folder are not followed', async () => {
  for (const planted of ['images', 'images/robin', '.work']) {
    using root = temporaryFolder()
    const { dataset, outside } = setUp(root.path)
    const files = createFiles(dataset)
    mkdirSync(join(dataset, 'images'))
    rmSync(join(dataset, planted), { recursive: true, force: true })
    symlinkSync(outside, join(dataset, planted))
    mkdirSync(join(outside, 'robin'), { recursive: true })
    await expect(files.place(place, bytes)).rejects.toThrow(unsafe)
    if (planted !== '.work') await expect(files.takeOut(place)).rejects.toThrow(unsafe)
    expect(readdirSync(outside).sort()).toEqual(['a.jpg', 'robin'])
    expect(readdirSync(join(outside, 'robin'))).toEqual([])
    expect(readFileSync(join(outside, 'a.jpg'), 'utf8')).toBe('precious')
  }
})

test('a link planted between two steps changes nothing outside', async () => {
  using root = temporaryFolder()
  const { dataset, outside } = setUp(root.path)
  const files = createFiles(dataset, {
    failpoint: name => {
      if (name !== 'file:synced') return
      mkdirSync(join(dataset, 'images'), { recursive: true })
      symlinkSync(outside, join(dataset, 'images/robin'))
    },
  })
  await expect(files.place(place, bytes)).rejects.toThrow(unsafe)
  expect(readdirSync(outside)).toEqual(['a.jpg'])
  expect(readdirSync(join(dataset, '.work'))).toEqual([])
})

test('a link in place of a file is replaced, not followed', async () => {
  using root = temporaryFolder()
  const { dataset, outside } = setUp(root.path)
  const files = createFiles(dataset)
  await files.place({ ...place, name: 'b.jpg' }, bytes)
  symlinkSync(join(outside, 'a.jpg'), join(dataset, 'images/robin/a.jpg'))
  await files.place(place, bytes)
  expect(readFileSync(join(dataset, 'images/robin/a.jpg'))).toEqual(bytes)
  expect(readFileSync(join(outside, 'a.jpg'), 'utf8')).toBe('precious')
})

test('a root that was exchanged is noticed', async () => {
  using root = temporaryFolder()
  const { dataset, outside } = setUp(root.path)
  const files = createFiles(dataset)
  renameSync(dataset, join(root.path, 'moved'))
  symlinkSync(outside, dataset)
  await expect(files.place(place, bytes)).rejects.toThrow(unsafe)
  expect(() => createFiles(dataset)).toThrow(unsafe)
  expect(readdirSync(outside)).toEqual(['a.jpg'])
})

/** Syncs of folders that end when they are told to; those of other folders than `held` end at once. */
function heldSyncs(held: string) {
  const begun: { readonly end: (error?: Error) => void }[] = []
  const syncFolder = (path: string) =>
    path !== held
      ? Promise.resolve()
      : new Promise<void>((resolve, reject) => {
          begun.push({ end: error => (error ? reject(error) : resolve()) })
        })
  return { begun, syncFolder }
}

test('no second file of a new folder is reported before the folder itself is on the disk', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  mkdirSync(join(dataset, 'images'))
  const { begun, syncFolder } = heldSyncs(join(dataset, 'images'))
  const steps: FailpointName[] = []
  const files = createFiles(dataset, { syncFolder, failpoint: name => steps.push(name) })
  const placed: string[] = []
  const put = (name: string) => files.place({ ...place, name }, bytes).then(() => placed.push(name))
  const both = Promise.all([put('a'), put('b')])
  await soon(() => expect(steps.filter(step => step === 'file:synced')).toHaveLength(2))
  await soon(() => expect(steps).toContain('file:renamed'))
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  expect(begun, 'one sync, begun after the rename').toHaveLength(1)
  expect(placed).toEqual([])
  begun[0]?.end()
  await both
  expect(placed.sort()).toEqual(['a', 'b'])
  await put('c')
  expect(begun, 'once for a new folder').toHaveLength(1)
})

test('a folder whose sync failed is synced by the next who fills it', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  mkdirSync(join(dataset, 'images'))
  const { begun, syncFolder } = heldSyncs(join(dataset, 'images'))
  const files = createFiles(dataset, { syncFolder })
  const first = files.place(place, bytes)
  await soon(() => expect(begun).toHaveLength(1))
  begun[0]?.end(Object.assign(new Error('too many files'), { code: 'EMFILE' }))
  await expect(first).rejects.toThrow()
  expect(existsSync(join(dataset, 'images/robin')), 'the folder is there').toBe(true)
  const second = files.place({ ...place, name: 'b.jpg' }, bytes)
  await soon(() => expect(begun).toHaveLength(2))
  begun[1]?.end()
  await second
})

test('a folder that was taken out is synced anew when it comes back', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  const synced: string[] = []
  const files = createFiles(dataset, { syncFolder: async path => void synced.push(path) })
  await files.place(place, bytes)
  await files.takeOut(place)
  synced.length = 0
  await files.place(place, bytes)
  expect(synced).toContain(join(dataset, 'images'))
})

test('a folder an earlier process left is synced once: nobody knows whether it lasts', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  mkdirSync(join(dataset, 'images/robin'), { recursive: true })
  const synced: string[] = []
  const files = createFiles(dataset, { syncFolder: async path => void synced.push(path) })
  await files.place(place, bytes)
  await files.place({ ...place, name: 'b.jpg' }, bytes)
  expect(synced.filter(path => path === dataset || path === join(dataset, 'images'))).toEqual([
    dataset, // for the folder of temporary files, made anew
    join(dataset, 'images'),
  ])
})

test('after an fsync that failed nobody believes in the folder, though the next one would seem to work', async () => {
  using root = temporaryFolder()
  const { dataset } = setUp(root.path)
  mkdirSync(join(dataset, 'images'))
  const { begun, syncFolder } = heldSyncs(join(dataset, 'images'))
  const files = createFiles(dataset, { syncFolder })
  const both = ['a', 'b'].map(name => files.place({ ...place, name }, bytes))
  const ends = Promise.allSettled(both)
  await soon(() => expect(begun).toHaveLength(1))
  begun[0]?.end(Object.assign(new Error('lost'), { code: 'EIO', syscall: 'fsync' }))
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(begun).toHaveLength(1)
})

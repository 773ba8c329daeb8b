import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import { readArchive } from '../readers/archive.ts'
import { wrap } from './wrap.ts'

/** Random enough to be larger once compressed; larger than the buffer that is written from. */
const picture = Buffer.concat(
  Array.from({ length: 160_000 }, (_, nth) => createHash('sha256').update(String(nth)).digest()),
)
const contents: Readonly<Record<string, Buffer>> = {
  'train/b/2.jpg': picture.subarray(0, 70_000),
  'train/a/1.jpg': picture,
  'train/a/empty.txt': Buffer.alloc(0),
  'zz.txt': Buffer.from('last'),
  'labels.csv': Buffer.from('a,b\n'.repeat(800_000)),
  [`test/${'é'.repeat(60)}/${'x'.repeat(120)}.png`]: picture.subarray(5, 600),
}

let base = ''
let folder = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'gleaner-wrap-'))
  folder = join(base, 'folder')
  for (const [path, bytes] of Object.entries(contents)) put(path, bytes)
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

function put(path: string, bytes: Buffer) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), bytes)
}

const expected = Object.entries(contents)
  .map(([path, bytes]) => ({
    path: `set/${path}`,
    sizeBytes: bytes.length,
    digest: createHash('sha256').update(bytes).digest('hex'),
  }))
  .sort((a, b) => (a.path < b.path ? -1 : 1))

async function filesOf(path: string) {
  const files = []
  for await (const file of readArchive(path)) files.push(file)
  return files
}

describe.each(['tar', 'tgz', 'zip'] as const)('%s', container => {
  test('holds every file under one folder, in order, and says its own size', async () => {
    const target = join(base, `set.${container}`)
    const told: number[] = []
    const done = await wrap({ folder, container, target, onProgress: files => told.push(files) })
    expect(await filesOf(target)).toEqual(expected)
    expect(done).toEqual({ files: expected.length, sizeBytes: readFileSync(target).length })
    expect(told).toEqual([0])
  })

  test('is the same bytes whenever and wherever the files were made', async () => {
    await wrap({ folder, container, target: join(base, 'first'), root: 'set' })
    rmSync(folder, { recursive: true })
    for (const [path, bytes] of Object.entries(contents).reverse()) put(path, bytes)
    utimesSync(join(folder, 'labels.csv'), 1, 1)
    await wrap({ folder, container, target: join(base, 'second'), root: 'set' })
    expect(readFileSync(join(base, 'first')).equals(readFileSync(join(base, 'second')))).toBe(true)
  })

  test('leaves nothing behind when it is cancelled, or a file cannot be read', async () => {
    const target = join(base, `set.${container}`)
    const stop = new AbortController()
    const wrapping = wrap({
      ...{ folder, container, target, signal: stop.signal },
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(wrapping).rejects.toThrow('enough')
    expect(existsSync(target)).toBe(false)
    await expect(wrap({ folder: join(base, 'none'), container, target })).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(existsSync(target)).toBe(false)
  })

  test('does not follow links out of the folder', async () => {
    writeFileSync(join(base, 'secret.txt'), 'secret')
    symlinkSync(join(base, 'secret.txt'), join(folder, 'link.txt'))
    const target = join(base, `set.${container}`)
    await wrap({ folder, container, target })
    expect(await filesOf(target)).toEqual(expected)
  })
})

test('text is compressed, pictures are not tried', async () => {
  const target = join(base, 'set.zip')
  const sizes = { files: expected.length, sizeBytes: expect.any(Number) }
  const { sizeBytes } = await wrap({ folder, container: 'zip', target })
  const pictures = picture.length + 70_000 + 595
  expect(sizeBytes).toBeGreaterThan(pictures)
  expect(sizeBytes).toBeLessThan(pictures + 20_000)
  expect(await wrap({ folder, container: 'tgz', target })).toEqual(sizes)
  expect(readFileSync(target).length).toBeLessThan(pictures + 20_000)
  // Of one member, which every reader takes.
  expect(gunzipSync(readFileSync(target)).length).toBeGreaterThan(pictures + 3_000_000)
})

test('readers from front to back find sizes and checksums before the bytes', async () => {
  const target = join(base, 'set.zip')
  await wrap({ folder, container: 'zip', target })
  const zip = await openPromise(target)
  for await (const entry of zip.eachEntry()) {
    const local = await zip.readLocalFileHeaderPromise(entry)
    expect([local.crc32, local.compressedSize, local.uncompressedSize]).toEqual([
      ...[entry.crc32, entry.compressedSize, entry.uncompressedSize],
    ])
  }
})

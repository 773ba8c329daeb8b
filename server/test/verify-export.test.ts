/** An export is checked from its files alone: by whoever got it, without the dataset. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ExportFormat } from '@gleaner/shared/exports'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { createFingerprintFile } from '../src/cli/duplicates/fingerprint-file.ts'
import { verifyExport } from '../src/cli/verify-export.ts'
import { createExports } from '../src/exports/exports.ts'
import { wrap } from '../src/exports/writers/wrap.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { madeUpDataset, plainPictures } from './support/exported-dataset.ts'
import { temporaryFolder } from './support/samples.ts'

const maker = createPictureMaker({ children: 1 })
const decoders = createDecoders({ children: 1 })
afterAll(() => Promise.all([maker.close(), decoders.close()]))

let folder: ReturnType<typeof temporaryFolder>
let root: string

async function exportAs(format: ExportFormat): Promise<void> {
  const pictures = plainPictures(1).map(one => ({ ...one, width: 64, height: 64 }))
  using made = await madeUpDataset(folder.path, pictures)
  const deps = { datasets: () => [made.dataset], maker, now: () => performance.now(), trouble: () => {} }
  const exports = createExports(deps)
  await exports.begin(made.dataset.id, { versionId: 1, format, name: 'mine' }, 'test')
  await exports.idle()
  root = join(folder.path, 'exports/mine')
}

beforeEach(() => {
  folder = temporaryFolder()
  return () => {
    vi.unstubAllEnvs()
    folder[Symbol.dispose]()
  }
})

async function verified(path = root) {
  const fingerprints = createFingerprintFile()
  const { signal } = new AbortController()
  try {
    return await verifyExport(path, { decoders, fingerprints, signal, onProgress: () => {} })
  } finally {
    fingerprints.close()
  }
}

const pictureIn = (split: string) => {
  const [name = ''] = readdirSync(join(root, split, 'cat'))
  return join(root, split, 'cat', name)
}

test('one that is as it was written is sound, and no copies straddle its splits', async () => {
  await exportAs('class-folders')
  expect(await verified()).toMatchObject({ images: 6, findings: [], pairsAcrossSplits: 0, certifiedPairs: 0 })
})

test('what is missing, changed, or does not belong is named', async () => {
  await exportAs('class-folders')
  rmSync(join(root, 'classes.txt'))
  writeFileSync(
    join(root, 'CREDITS.csv'),
    readFileSync(join(root, 'CREDITS.csv'), 'utf8').replace('cat', 'dog'),
  )
  writeFileSync(join(root, 'notes.txt'), 'mine')
  const { findings } = await verified()
  expect([...findings].sort()).toEqual([
    'changed: CREDITS.csv',
    'missing: classes.txt',
    'not of this export: notes.txt',
  ])
})

test('a copy that was put on the other side is found by its look', async () => {
  await exportAs('class-folders')
  copyFileSync(pictureIn('train'), pictureIn('test'))
  const { findings, pairsAcrossSplits } = await verified()
  expect(pairsAcrossSplits).toBe(1)
  expect(findings).toContain('1 pairs of copies straddle splits, not 0')
})

test('a copy is found among raw pixels, too', async () => {
  await exportAs('cifar-binary')
  expect(await verified()).toMatchObject({ images: 6, findings: [], pairsAcrossSplits: 0 })
  const batches = join(root, 'cifar-10-batches-bin')
  const rowBytes = 1 + 3 * 32 * 32
  const train = readdirSync(batches).filter(name => name.startsWith('data_batch'))
  const rows = train.map(name => readFileSync(join(batches, name))).find(({ length }) => length > 0)
  appendFileSync(join(batches, 'test_batch.bin'), rows?.subarray(0, rowBytes) ?? '')
  const { findings, pairsAcrossSplits } = await verified()
  expect(pairsAcrossSplits).toBe(1)
  expect(findings).toContain('7 pictures are found in it, not 6')
})

test('an archive is looked at as its folder is, whatever its kind, and leaves nothing behind', async () => {
  await exportAs('class-folders')
  const temporary = join(folder.path, 'temporary')
  mkdirSync(temporary)
  vi.stubEnv('TMPDIR', temporary)
  const target = join(folder.path, 'mine.archive')
  for (const container of ['zip', 'tar', 'tgz'] as const) {
    await wrap({ folder: root, container, target, root: 'mine' })
    expect(await verified(target), container).toMatchObject({
      ...{ folder: target, images: 6, findings: [], pairsAcrossSplits: 0 },
    })
  }
  const outer = join(folder.path, 'outer')
  copyFileSync(pictureIn('train'), pictureIn('test'))
  mkdirSync(outer)
  renameSync(root, join(outer, 'mine'))
  writeFileSync(join(outer, 'notes.txt'), 'mine')
  await wrap({ folder: outer, container: 'tar', target, root: '.' })
  const { findings, pairsAcrossSplits } = await verified(target)
  expect(pairsAcrossSplits).toBe(1)
  expect(findings).toEqual([
    'not of this export: notes.txt',
    expect.stringMatching(/^changed: test\/cat\//),
    '1 pairs of copies straddle splits, not 0',
  ])
  expect(readdirSync(temporary)).toEqual([])
})

test('paths of the record lead nowhere else', async () => {
  await exportAs('class-folders')
  const path = join(root, 'gleaner-export.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"path":"classes.txt"', '"path":"../classes.txt"'))
  const { findings } = await verified()
  expect(findings).toContain('no path within an export: ../classes.txt')
})

test('what holds no export is none', async () => {
  root = join(folder.path, 'file')
  await expect(verified()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  writeFileSync(root, 'no archive')
  await expect(verified()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await exportAs('class-folders')
  rmSync(join(root, 'gleaner-export.json'))
  await expect(verified()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  const target = join(folder.path, 'mine.zip')
  await wrap({ folder: root, container: 'zip', target })
  await expect(verified(target)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

/** An export is checked from its files alone: by whoever got it, without the dataset. */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createFingerprintFile } from '../src/cli/duplicates/fingerprint-file.ts'
import { verifyExport } from '../src/cli/verify-export.ts'
import { createExports } from '../src/exports/exports.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { madeUpDataset, plainPictures } from './support/exported-dataset.ts'
import { temporaryFolder } from './support/samples.ts'

const maker = createPictureMaker({ children: 1 })
const decoders = createDecoders({ children: 1 })
afterAll(() => Promise.all([maker.close(), decoders.close()]))

let folder: ReturnType<typeof temporaryFolder>
let root: string

beforeEach(async () => {
  folder = temporaryFolder()
  const pictures = plainPictures(1).map(one => ({ ...one, width: 64, height: 64 }))
  using made = await madeUpDataset(folder.path, pictures)
  const deps = { datasets: () => [made.dataset], maker, now: () => performance.now(), trouble: () => {} }
  const exports = createExports(deps)
  await exports.begin(made.dataset.id, { versionId: 1, format: 'class-folders', name: 'mine' }, 'test')
  await exports.idle()
  root = join(folder.path, 'exports/mine')
  return () => folder[Symbol.dispose]()
})

async function verified() {
  const fingerprints = createFingerprintFile()
  const { signal } = new AbortController()
  try {
    return await verifyExport(root, { decoders, fingerprints, signal, onProgress: () => {} })
  } finally {
    fingerprints.close()
  }
}

const pictureIn = (split: string) => {
  const [name = ''] = readdirSync(join(root, split, 'cat'))
  return join(root, split, 'cat', name)
}

test('one that is as it was written is sound, and no copies straddle its splits', async () => {
  expect(await verified()).toMatchObject({ images: 6, findings: [], pairsAcrossSplits: 0, certifiedPairs: 0 })
})

test('what is missing, changed, or does not belong is named', async () => {
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
  copyFileSync(pictureIn('train'), pictureIn('test'))
  const { findings, pairsAcrossSplits } = await verified()
  expect(pairsAcrossSplits).toBe(1)
  expect(findings).toContain('1 pairs of copies straddle splits, not 0')
})

test('a folder that holds no export is none', async () => {
  rmSync(join(root, 'gleaner-export.json'))
  await expect(verified()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

/** Exports from a version to files under a final name, with real decoder processes. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportRequest, ExportSummary } from '@gleaner/shared/exports'
import type { ExportRecord } from '@gleaner/shared/versions'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { openCopyCount } from '../src/cli/duplicates/straddling.ts'
import { createExports } from '../src/exports/exports.ts'
import { readArchive } from '../src/exports/readers/archive.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { filedPath, type MadeUpDataset, madeUpDataset, plainPictures } from './support/exported-dataset.ts'
import { temporaryFolder } from './support/samples.ts'

const maker = createPictureMaker({ children: 1 })
afterAll(maker.close)

function exportsOf({ dataset }: MadeUpDataset) {
  const troubles: unknown[] = []
  const exports = createExports({
    datasets: () => [dataset],
    maker,
    countCopies: openCopyCount,
    now: () => performance.now(),
    trouble: error => troubles.push(error),
  })
  return {
    ...exports,
    troubles,
    /** Begins, waits, and says what became of it. */
    whole: async (request: Partial<ExportRequest>): Promise<ExportSummary> => {
      const { id } = await exports.begin(
        dataset.id,
        { versionId: 1, format: 'class-folders', ...request },
        'test',
      )
      await exports.idle()
      const ended = exports.list(dataset.id).find(one => one.id === id)
      if (!ended) throw new Error('it is gone')
      return ended
    },
  }
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Every file below a folder, by path, with its digest. */
function contentsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  )
  const pathOf = (entry: (typeof entries)[number]) => join(entry.parentPath, entry.name)
  return Object.fromEntries(
    entries
      .map(entry => [pathOf(entry).slice(folder.length + 1), digestOf(readFileSync(pathOf(entry)))])
      .sort(),
  )
}

test('a version becomes class folders with all that lies beside them, byte for byte as it was filed', async () => {
  using folder = temporaryFolder()
  using made = await madeUpDataset(folder.path, plainPictures())
  const exports = exportsOf(made)
  const ended = await exports.whole({})
  expect(ended).toMatchObject({
    state: 'done',
    name: 'first-class-folders',
    path: 'exports/first-class-folders',
  })
  expect(ended.proof).toMatchObject({ images: 18, classes: 2, digestsCompared: 18 })
  const root = join(folder.path, 'exports/first-class-folders')
  const contents = contentsOf(root)
  for (const { id, label, split, rendered } of made.images) {
    const path = `${split === 'validation' ? 'val' : split}/${label}/${id}.jpg`
    expect(contents[path]).toBe(rendered.digest)
    // Whoever changes an export does not change the dataset.
    expect(statSync(join(root, path)).ino).not.toBe(statSync(filedPath(folder.path, label, id)).ino)
  }
  const record = JSON.parse(readFileSync(join(root, 'gleaner-export.json'), 'utf8')) as ExportRecord
  const listed = Object.fromEntries(record.files.map(({ path, digest }) => [path, digest]))
  const { 'gleaner-export.json': _, ...others } = contents
  expect(listed).toEqual(others)
  expect(Object.keys(others).filter(path => !path.includes('/'))).toEqual([
    ...['CREDITS.csv', 'DATASHEET.md', 'README.md', 'classes.txt', 'croissant.json'],
  ])
  expect(readdirSync(join(folder.path, '.exports'))).toEqual([])
  expect(exports.troubles).toEqual([])
})

test('the same version twice gives the same bytes, also where pictures are made anew', async () => {
  using folder = temporaryFolder()
  using made = await madeUpDataset(folder.path, plainPictures(2))
  const { whole, remove } = exportsOf(made)
  const request = {
    name: 'same',
    render: { sidePx: 32, fit: 'pad', format: 'png' },
    balance: { classWeights: true, oversampleList: true },
  } satisfies Partial<ExportRequest>
  const first = await whole(request)
  const before = contentsOf(join(folder.path, 'exports/same'))
  await remove(made.dataset.id, first.id)
  expect(readdirSync(join(folder.path, 'exports'))).toEqual([])
  expect((await whole(request)).state).toBe('done')
  expect(contentsOf(join(folder.path, 'exports/same'))).toEqual(before)
  const archives: string[] = []
  for (const container of ['tar', 'tgz', 'zip', 'tar', 'tgz', 'zip'] as const) {
    const { id, path, state } = await whole({ ...request, name: 'packed', container })
    expect(state).toBe('done')
    archives.push(digestOf(readFileSync(join(folder.path, path ?? ''))))
    await remove(made.dataset.id, id)
  }
  expect(archives.slice(3)).toEqual(archives.slice(0, 3))
})

test('an archive holds the very files of the folder, under one folder of its own name', async () => {
  using folder = temporaryFolder()
  using made = await madeUpDataset(folder.path, plainPictures(1))
  const { whole } = exportsOf(made)
  const { path } = await whole({ name: 'packed', container: 'zip' })
  const files: string[] = []
  for await (const file of readArchive(join(folder.path, path ?? ''))) files.push(file.path)
  expect(files).toContain('packed/gleaner-export.json')
  expect(files.every(file => file.startsWith('packed/'))).toBe(true)
  expect(files.filter(file => file.endsWith('.jpg'))).toHaveLength(6)
})

describe('pictures', () => {
  const sizes = async (folder: string) => {
    const paths = Object.keys(contentsOf(folder)).filter(path => /\.(?:jpg|png|webp)$/.test(path))
    return Promise.all(paths.map(path => sharp(join(folder, path)).metadata()))
  }

  test.each([
    ['inside', [[128, 107]]],
    ['cover', [[128, 128]]],
    ['pad', [[128, 128]]],
    ['stretch', [[128, 128]]],
  ] as const)('are made from the original where a larger size is asked for (%s)', async (fit, expected) => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, [{ label: 'cat', split: null, width: 240, height: 200 }])
    const { whole } = exportsOf(made)
    const { path, state } = await whole({ render: { sidePx: 128, fit } })
    expect(state).toBe('done')
    const found = await sizes(join(folder.path, path ?? ''))
    expect(found.map(({ width, height }) => [width, height])).toEqual(expected)
  })

  test.each(['plain', 'lying', 'cmyk', 'transparent', 'webp'] as const)(
    'stand upright, in three channels and without metadata, whatever the original is (%s)',
    async original => {
      using folder = temporaryFolder()
      using made = await madeUpDataset(folder.path, [
        { label: 'cat', split: null, width: 200, height: 120, original },
      ])
      const { whole } = exportsOf(made)
      const { path, state } = await whole({ render: { sidePx: 100, format: 'png' } })
      expect(state).toBe('done')
      const [name = ''] = readdirSync(join(folder.path, path ?? '', 'cat'))
      const file = join(folder.path, path ?? '', 'cat', name)
      expect(await sharp(file).metadata()).toMatchObject({
        width: 100,
        height: 60,
        channels: 3,
        hasAlpha: false,
      })
      expect((await sharp(file).metadata()).orientation).toBeUndefined()
      const corner = sharp(file).extract({ left: 2, top: 2, width: 8, height: 8 })
      const [red, green, blue] = await corner.resize(1, 1).raw().toBuffer()
      expect((red ?? 0) - Math.max(green ?? 255, blue ?? 255)).toBeGreaterThan(60)
    },
  )

  test('are cut to their crop, and boxes go with them', async () => {
    using folder = temporaryFolder()
    const box = { label: 'cat', author: 'test' }
    using made = await madeUpDataset(folder.path, [
      {
        ...{ label: 'cat', split: null, width: 200, height: 100 },
        crop: { x: 100, y: 0, width: 80, height: 80 },
        boxes: [
          { ...box, x: 120, y: 20, width: 40, height: 20 },
          { ...box, x: 0, y: 0, width: 20, height: 20 },
        ],
      },
    ])
    const { whole, preflight } = exportsOf(made)
    const request = { versionId: 1, format: 'jsonl', render: { sidePx: 40 } } as const
    const { findings } = await preflight(made.dataset.id, request)
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'EXPORT_BOXES_CUT', count: 1, weight: 'lost' }),
    )
    const { path } = await whole(request)
    const lines = readFileSync(join(folder.path, path ?? '', 'manifest.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { width: 40, height: 40, boxes: [{ x: 10, y: 10, width: 20, height: 10, label: 'cat' }] },
    ])
  })

  test('are grey with one channel, or padded with themselves, where that is asked for', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, [{ label: 'cat', split: null, width: 60, height: 20 }])
    const { whole } = exportsOf(made)
    const { path } = await whole({
      render: { sidePx: 60, fit: 'pad', padding: 'mirror', isGrey: true, format: 'png' },
    })
    const [name = ''] = readdirSync(join(folder.path, path ?? '', 'cat'))
    const file = join(folder.path, path ?? '', 'cat', name)
    expect(await sharp(file).metadata()).toMatchObject({ width: 60, height: 60, channels: 1 })
    const raw = await sharp(file).toColourspace('b-w').raw().toBuffer()
    const rowAt = (row: number) => raw.subarray(row * 60, row * 60 + 60)
    expect(rowAt(19)).toEqual(rowAt(20))
    expect(rowAt(40)).toEqual(rowAt(39))
  })
})

describe('what goes wrong', () => {
  test('a picture that was changed in its place is found when the set is read again, and nothing gets the name', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, plainPictures(1))
    const [victim] = made.images
    const path = filedPath(folder.path, victim?.label ?? '', victim?.id ?? '')
    const bytes = readFileSync(path)
    bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1
    writeFileSync(path, bytes)
    const { whole } = exportsOf(made)
    const ended = await whole({})
    expect(ended).toMatchObject({ state: 'failed', code: 'EXPORT_PROOF_FAILED', path: null, proof: null })
    expect(existsSync(join(folder.path, 'exports'))).toBe(false)
    expect(readdirSync(join(folder.path, '.exports'))).toEqual([])
    // Its name is free again.
    writeFileSync(path, bytes.fill((bytes.at(-3) ?? 0) ^ 1, bytes.length - 3, bytes.length - 2))
    expect((await whole({ name: ended.name })).state).toBe('done')
  })

  test('a changed original is not made into anything', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, [{ label: 'cat', split: null, width: 200, height: 200 }])
    const [victim] = made.images
    const path = join(folder.path, 'originals', victim?.original.digest ?? '')
    writeFileSync(path, Buffer.alloc(victim?.original.sizeBytes ?? 0))
    const ended = await exportsOf(made).whole({ render: { sidePx: 128 } })
    expect(ended).toMatchObject({ state: 'failed', code: 'EXPORT_PICTURE_UNREADABLE' })
    expect(ended.facts).toContain(victim?.id)
  })

  test('a name that is taken is not written over', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, plainPictures(1))
    const { whole, begin } = exportsOf(made)
    await whole({ name: 'mine' })
    const again = begin(made.dataset.id, { versionId: 1, format: 'class-folders', name: 'mine' }, 'test')
    await expect(again).rejects.toMatchObject({ code: 'EXPORT_NAME_TAKEN' })
    expect((await whole({})).name).toBe('first-class-folders')
    expect((await whole({})).name).toBe('first-class-folders-2')
  })

  test('what is refused is not begun, and the fix that is offered lets it through', async () => {
    using folder = temporaryFolder()
    const pictures = [...plainPictures(1), { label: 'rare', split: 'train' } as const]
    using made = await madeUpDataset(folder.path, pictures)
    const { whole, begin, preflight, list } = exportsOf(made)
    const request = { versionId: 1, format: 'class-folders' } as const
    await expect(begin(made.dataset.id, request, 'test')).rejects.toMatchObject({
      ...{ code: 'EXPORT_REFUSED', facts: { codes: 'EXPORT_CLASS_MISSING' } },
    })
    expect(list(made.dataset.id)).toEqual([])
    const { findings } = await preflight(made.dataset.id, request)
    const fix = findings[0]?.fix
    expect(fix).toEqual({ leaveOut: ['rare'] })
    expect(await whole({ ...request, ...fix })).toMatchObject({ state: 'done', proof: { images: 6 } })
  })

  test('pictures whose files are gone stop an export, or are left out by the fix that is offered', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, plainPictures(2))
    const { whole, begin, preflight } = exportsOf(made)
    const [victim] = made.images
    const held = victim && made.dataset.versions.files(victim)
    for (const file of [held?.rendered, held?.original]) if (file) rmSync(file.path, { force: true })
    const request = { versionId: 1, format: 'class-folders' } as const
    await expect(begin(made.dataset.id, request, 'test')).rejects.toMatchObject({ code: 'EXPORT_REFUSED' })
    const { findings, images } = await preflight(made.dataset.id, request)
    expect(findings[0]).toMatchObject({ code: 'EXPORT_FILES_GONE', count: 1, fix: { leaveOutGone: true } })
    const ended = await whole({ ...request, ...findings[0]?.fix })
    expect(ended).toMatchObject({ state: 'done', proof: { images: images - 1 } })
  })

  test('one that waits in line is cancelled at once, whatever is before it', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, plainPictures(1))
    const gate = Promise.withResolvers<void>()
    const make: typeof maker.make = async (...given) => {
      await gate.promise
      return maker.make(...given)
    }
    const { begin, cancel, idle, list } = createExports({
      ...{ datasets: () => [made.dataset], maker: { ...maker, make }, now: () => performance.now() },
      trouble: () => {},
    })
    const request = { versionId: 1, format: 'class-folders', render: { sidePx: 40, format: 'png' } } as const
    await begin(made.dataset.id, { ...request, name: 'one' }, 'test')
    const second = await begin(made.dataset.id, { ...request, name: 'two' }, 'test')
    expect(await cancel(made.dataset.id, second.id)).toMatchObject({ state: 'cancelled', path: null })
    gate.resolve()
    await idle()
    expect(list(made.dataset.id).map(({ name, state }) => [name, state])).toEqual([
      ['two', 'cancelled'],
      ['one', 'done'],
    ])
  })

  test('a cancelled export leaves nothing, and those behind it go on', async () => {
    using folder = temporaryFolder()
    using made = await madeUpDataset(folder.path, plainPictures(4))
    const { begin, cancel, idle, list } = exportsOf(made)
    const request = { versionId: 1, format: 'class-folders', render: { sidePx: 40, format: 'png' } } as const
    const first = await begin(made.dataset.id, { ...request, name: 'one' }, 'test')
    await begin(made.dataset.id, { ...request, name: 'two' }, 'test')
    expect(await cancel(made.dataset.id, first.id)).toMatchObject({ state: 'cancelled', path: null })
    await idle()
    expect(list(made.dataset.id).map(({ name, state }) => [name, state])).toEqual([
      ['two', 'done'],
      ['one', 'cancelled'],
    ])
    expect(readdirSync(join(folder.path, 'exports'))).toEqual(['two'])
    expect(readdirSync(join(folder.path, '.exports'))).toEqual([])
  })
})

test('copies across splits are counted anew where that is wished for, and the files are the same', async () => {
  using folder = temporaryFolder()
  const large = plainPictures(1).map(one => ({ ...one, width: 64, height: 64 }))
  const copy = { label: 'dog', split: 'test', width: 60, height: 60, shows: 1 } as const
  using made = await madeUpDataset(folder.path, [...large, copy])
  const exports = exportsOf(made)
  const plain = await exports.whole({ name: 'plain' })
  const counted = await exports.whole({ name: 'counted', recount: true })
  expect(plain.proof?.pairsAcrossSplits).toBeNull()
  expect(counted.proof?.pairsAcrossSplits).toBe(1)
  const contents = (name: string) => contentsOf(join(folder.path, 'exports', name))
  expect(contents('counted')).toEqual(contents('plain'))
  const [first] = made.images
  if (!first) throw new Error('no picture')
  // Whole by its beginning and end, and by its digest.
  const path = filedPath(folder.path, first.label, first.id)
  const whole = readFileSync(path)
  const torn = Buffer.concat([whole.subarray(0, whole.length - 300), Buffer.from([0xff, 0xd9])])
  writeFileSync(path, torn)
  Object.assign(first.rendered, { digest: digestOf(torn), sizeBytes: torn.length })
  expect(await exports.whole({ name: 'torn', recount: true })).toMatchObject({
    ...{ state: 'failed', code: 'EXPORT_PROOF_FAILED' },
    facts: expect.stringContaining('cannot be decoded'),
  })
})

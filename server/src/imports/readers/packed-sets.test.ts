/** Sets with pictures inside of large files, written by our exporters and read as if they were somebody else's. */
import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import { roomIn } from '../../../test/support/import-room.ts'
import { picture } from '../../../test/support/pictures.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import type { ExportSet } from '../../exports/exporter.ts'
import { hfParquet } from '../../exports/exporters/hf-parquet.ts'
import { tfds } from '../../exports/exporters/tfds.ts'
import { tfrecord } from '../../exports/exporters/tfrecord.ts'
import { webdataset } from '../../exports/exporters/webdataset.ts'
import { createSourceFolder } from '../../exports/readers/source-folder.ts'
import { readers, recognise } from '../formats.ts'
import type { Offered, Room } from '../offered.ts'
import { type ParquetLimits, readParquet } from '../packed/parquet.ts'
import { TooLarge } from '../packed/protocol.ts'
import { readTfrecord } from '../packed/tfrecord.ts'

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function offersIn(folder: string, room: Room, only?: string) {
  const source = createSourceFolder(folder)
  const format = await recognise(source)
  if (!format) throw new Error('not recognised')
  const problems: unknown[] = []
  const found: Offered[] = []
  const options = { only, room, problem: (problem: unknown) => problems.push(problem) }
  for await (const one of readers[format](source, options)) found.push(one)
  return { format, found, problems }
}

/** Label, split and digest of each, and its boxes in pixels. */
async function expectedOf(set: ExportSet) {
  const all: string[] = []
  for await (const {
    class: { label },
    split,
    digest,
    boxes,
    width,
    height,
  } of set.pictures()) {
    const drawn = boxes.map(box => [box.label, ...[box.x, box.y, box.width, box.height].map(Math.round)])
    all.push(JSON.stringify([label, split, digest, drawn, [width, height]]))
  }
  return all.sort()
}

function asExpected(found: readonly Offered[]) {
  return found
    .map(({ labels, split, place, boxes, size }) => {
      const across = (unit: string) => (unit === 'px' ? 1 : (size?.width ?? Number.NaN))
      const down = (unit: string) => (unit === 'px' ? 1 : (size?.height ?? Number.NaN))
      const drawn = boxes.map(({ label, x, y, width, height, unit }) => [
        label,
        ...[x * across(unit), y * down(unit), width * across(unit), height * down(unit)].map(Math.round),
      ])
      const bytes = readFileSync(place ?? '')
      return JSON.stringify([labels[0], split, digestOf(bytes), drawn, [size?.width, size?.height]])
    })
    .sort()
}

test.each([
  ['hf-parquet', hfParquet],
  ['tfrecord', tfrecord],
  ['webdataset', webdataset],
] as const)('%s: pictures, classes, splits and boxes are found', async (format, exporter) => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(exporter as typeof hfParquet, set)
  using put = temporaryFolder()
  const read = await offersIn(folder, roomIn(put.path))
  expect(read).toMatchObject({ format, problems: [] })
  expect(asExpected(read.found)).toEqual(await expectedOf(set))
  const isFrom = read.found.some(({ about }) => about.sourceUrl !== undefined)
  expect(isFrom, 'and where they are from, where that is kept').toBe(format !== 'tfrecord')
  expect(read.found.map(({ about }) => about.digest).filter(digest => digest !== undefined)).toEqual([])
})

test('TensorFlow Datasets: names of classes lie beside', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(tfds, set)
  using put = temporaryFolder()
  const { format, found } = await offersIn(folder, roomIn(put.path))
  expect(format).toBe('tfrecord')
  const withoutSize = (all: readonly string[]) => all.map(line => JSON.parse(line).slice(0, 3).join()).sort()
  expect(withoutSize(asExpected(found))).toEqual(withoutSize(await expectedOf(set)))
  expect(found.flatMap(({ boxes }) => boxes).length).toBeGreaterThan(0)
})

test('Parquet without types: names of columns say what they are, and a missing class is none', async () => {
  const bytes = await picture(1)
  using folder = temporaryFolder()
  parquetWriteFile({
    filename: join(folder.path, 'test.parquet'),
    codec: 'SNAPPY',
    columnData: [
      { name: 'image', data: [bytes, bytes, new Uint8Array(0)], type: 'BYTE_ARRAY' },
      { name: 'label', data: ['cat', '', 'dog'], type: 'STRING' },
      { name: 'other', data: [1, 2, 3], type: 'INT32' },
    ],
  })
  using put = temporaryFolder()
  const { format, found, problems } = await offersIn(folder.path, roomIn(put.path), 'test.parquet')
  expect(format).toBe('hf-parquet')
  expect(found.map(({ labels, split }) => [labels, split])).toEqual([
    [['cat'], 'test'],
    [[], 'test'],
  ])
  expect(problems).toEqual([
    { file: 'test.parquet', line: 3, say: 'a row without a picture', lost: 'without-picture' },
  ])
})

test.each([
  ['train.parquet', Buffer.from(`PAR1${'x'.repeat(64)}PAR1`), 'IMPORT_DAMAGED'],
  ['train.tfrecord', Buffer.from('x'.repeat(64)), 'IMPORT_DAMAGED'],
])('%s that is none is refused', async (name, bytes, code) => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, name), bytes)
  using put = temporaryFolder()
  await expect(offersIn(folder.path, roomIn(put.path))).rejects.toMatchObject({ code })
})

test('a file that ends in the middle of a picture is refused', async () => {
  const { folder } = await exported(tfrecord, await madeUpSet())
  using put = temporaryFolder()
  const path = join(folder, 'test-00000-of-00001.tfrecord')
  truncateSync(path, readFileSync(path).length - 10)
  await expect(offersIn(folder, roomIn(put.path))).rejects.toMatchObject({ code: 'IMPORT_DAMAGED' })
})

test.each([
  ['entries', { entries: 3 }],
  ['bytes in all', { totalBytes: 1_000 }],
])('a set is held to the same bound of %s as an archive', async (limit, limits) => {
  const { folder } = await exported(hfParquet, await madeUpSet())
  using put = temporaryFolder()
  await expect(offersIn(folder, roomIn(put.path, limits))).rejects.toMatchObject({
    ...{ code: 'IMPORT_TOO_LARGE', facts: { limit } },
  })
})

test('a set that is given up ends with why', async () => {
  const { folder } = await exported(hfParquet, await madeUpSet())
  using put = temporaryFolder()
  const giving = new AbortController()
  const mayWrite = () => giving.abort(new Error('given up'))
  const room = { ...roomIn(put.path), signal: giving.signal, mayWrite }
  await expect(offersIn(folder, room)).rejects.toThrow('given up')
})

test('more than is taken into memory at once is refused before it is', async () => {
  const { folder } = await exported(hfParquet, await madeUpSet())
  const place = join(folder, 'data/test-00000-of-00001.parquet')
  const all = (limits: Partial<ParquetLimits>) =>
    everyOf(readParquet({ path: 'x', place }, new Map(), limits))
  for (const limits of [{ columnBytes: 100 }, { groupBytes: 100 }, { groupRows: 1 }])
    await expect(all(limits)).rejects.toThrow(TooLarge)
  expect((await all({})).length).toBeGreaterThan(1)
})

test('a record that is longer than a picture may be is not taken into memory', async () => {
  const { folder } = await exported(tfrecord, await madeUpSet())
  const place = join(folder, 'test-00000-of-00001.tfrecord')
  const all = (most?: number) => everyOf(readTfrecord({ path: 'x', place }, new Map(), most))
  await expect(all(100)).rejects.toThrow('too long')
  expect((await all()).length).toBeGreaterThan(1)
})

/** Sets as others lay them out: splits in names of folders, one file alone, names of classes beside. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { parquetWriteFile } from 'hyparquet-writer'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import { roomIn } from '../../../test/support/import-room.ts'
import { picture } from '../../../test/support/pictures.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { tfrecord } from '../../exports/exporters/tfrecord.ts'
import { webdataset } from '../../exports/exporters/webdataset.ts'
import { createSourceFolder } from '../../exports/readers/source-folder.ts'
import { readers } from '../formats.ts'
import { namesIn } from '../packed/labels.ts'
import { lookThrough } from '../reading.ts'
import { createStagedFolder } from '../staged-folder.ts'
import { unpack } from '../unpack.ts'
import { createUploads } from '../uploads.ts'

async function splitsIn(format: 'hf-parquet' | 'tfrecord' | 'webdataset', folder: string) {
  using put = temporaryFolder()
  const options = { only: undefined, room: roomIn(put.path), problem: () => {} }
  const found = await everyOf(readers[format](createSourceFolder(folder), options))
  return [...new Set(found.map(({ split }) => split))]
}

/** Writes a file for sets of the form to a place. */
const writers = {
  'hf-parquet': async (filename: string) => {
    const data = [await picture(1)]
    parquetWriteFile({ filename, codec: 'SNAPPY', columnData: [{ name: 'image', data, type: 'BYTE_ARRAY' }] })
  },
  tfrecord: async (place: string) =>
    copyFileSync(await oneOf(tfrecord as typeof webdataset, '.tfrecord'), place),
  webdataset: async (place: string) => copyFileSync(await oneOf(webdataset, '.tar'), place),
} as const

async function oneOf(exporter: typeof webdataset, ending: string): Promise<string> {
  const { folder } = await exported(exporter, await madeUpSet())
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(file => file.endsWith(ending))
  if (name === undefined) throw new Error('no such file')
  return join(folder, name)
}

test.each([
  ['hf-parquet', 'test/00000.parquet'],
  ['tfrecord', 'test/00000.tfrecord'],
  ['webdataset', 'test/00000.tar'],
] as const)('%s: a folder that is named like a split is one', async (form, path) => {
  using set = temporaryFolder()
  mkdirSync(join(set.path, dirname(path)))
  await writers[form](join(set.path, path))
  expect(await splitsIn(form, set.path)).toEqual(['test'])
})

async function tarOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content)
  archive.finalize()
  return buffer(archive)
}

test('a shard that is named alone has its split, and names of classes from the file beside it', async () => {
  using set = temporaryFolder()
  using put = temporaryFolder()
  const archive = join(set.path, 'validation-000000.tar')
  const shard = await tarOf({ '0.jpg': await picture(1), '0.cls': '2' })
  writeFileSync(archive, shard)
  writeFileSync(join(set.path, 'classes.txt'), 'cat\n\ndog\n')
  const room = roomIn(join(put.path, 'files'))
  const files = await unpack('tar', { ...room, archive, archiveBytes: shard.length })
  const lone = { name: basename(archive), beside: createSourceFolder(set.path) }
  const options = { only: undefined, lone, room, problem: () => {} }
  const found = await everyOf(readers.webdataset(createStagedFolder(files), options))
  expect(found).toMatchObject([{ split: 'validation', labels: ['dog'] }])
  const parts = { home: { serverFolder: put.path }, ingest: { mayAccept: () => true } }
  const uploads = createUploads(join(put.path, 'uploads'))
  const seen = await lookThrough(parts, { path: archive }, uploads, join(put.path, 'looked'), room.signal)
  expect(seen).toMatchObject({ format: 'webdataset', names: [{ name: 'dog' }] })
})

test('a line without a name keeps the numbers of those after it', () => {
  const namesOf = (text: string) => [...namesIn(new Map([['labels.txt', text]]), 'labels.txt')]
  expect(namesOf('cat\n\ndog\n')).toEqual([
    [0, 'cat'],
    [2, 'dog'],
  ])
  expect(namesOf('1:cat\r\n\r\n7: dog\r\n')).toEqual([
    [1, 'cat'],
    [7, 'dog'],
  ])
})

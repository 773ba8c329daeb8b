import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { parquetWriteFile } from 'hyparquet-writer'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { picture } from '../../test/support/pictures.ts'
import { temporaryFolder } from '../../test/support/samples.ts'
import type { DatasetStore } from '../store/types.ts'
import { read } from './reading.ts'
import { createUploads } from './uploads.ts'

type ImportPlan = Parameters<DatasetStore['imports']['plan']>[1]

/** @returns what is planned of a folder */
async function planned(folder: string, limits = {}): Promise<ImportPlan | undefined> {
  using own = temporaryFolder()
  let told: ImportPlan | undefined
  const plan = (_id: number, found: ImportPlan) => {
    told = found
    return true
  }
  const store = { imports: { folder: () => join(own.path, 'import'), plan } }
  const parts = { home: { serverFolder: own.path }, ingest: { mayAccept: () => true }, limits }
  const request = { path: folder, dataset: 'birds', class: 'Robin' }
  const uploads = createUploads(join(own.path, 'uploads'))
  await read(parts, store, { id: 1, request }, uploads, new AbortController().signal)
  return told
}

test('rows without a picture, and pictures that are too large, are counted beside those that come', async () => {
  using set = temporaryFolder()
  const one = await picture(1)
  const data = [one, new Uint8Array(0), Buffer.concat([one, Buffer.alloc(100_000)])]
  parquetWriteFile({
    ...{ filename: join(set.path, 'train.parquet'), codec: 'SNAPPY' },
    columnData: [{ name: 'image', data, type: 'BYTE_ARRAY' }],
  })
  expect(await planned(set.path, { fileBytes: 90_000 })).toMatchObject({
    total: 1,
    skipped: { 'without-picture': 1, 'file-too-large': 1 },
  })
})

test('a name of a class that is very long does not refuse the others', async () => {
  using set = temporaryFolder()
  const one = await picture(1)
  parquetWriteFile({
    ...{ filename: join(set.path, 'train.parquet'), codec: 'SNAPPY' },
    columnData: [
      { name: 'image', data: [one, one], type: 'BYTE_ARRAY' },
      { name: 'label', data: ['x'.repeat(9000), 'cat'], type: 'STRING' },
    ],
  })
  expect(await planned(set.path)).toMatchObject({ total: 2, skipped: {} })
})

test('samples without a picture, and shards that are no archives, are counted', async () => {
  using set = temporaryFolder()
  const archive = pack()
  archive.entry({ name: '0.cls' }, '1')
  archive.entry({ name: '1.jpg' }, await picture(1))
  archive.finalize()
  writeFileSync(join(set.path, 'train-000000.tar'), await buffer(archive))
  writeFileSync(join(set.path, 'train-000001.tar'), 'nothing of the kind')
  expect(await planned(set.path)).toMatchObject({
    total: 1,
    skipped: { 'without-picture': 1, 'no-archive': 1 },
  })
})

test('rows whose file is not there are counted', async () => {
  using set = temporaryFolder()
  writeFileSync(join(set.path, 'a.jpg'), await picture(1))
  writeFileSync(join(set.path, 'list.csv'), 'file\na.jpg\nb.jpg\n')
  expect(await planned(set.path)).toMatchObject({ total: 1, skipped: { 'file-missing': 1 } })
})

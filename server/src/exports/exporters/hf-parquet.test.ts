import { readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetMetadataAsync } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { hfParquet } from './hf-parquet.ts'

const filesOf = (folder: string) => readdirSync(join(folder, 'data')).sort()

async function metadataOf(folder: string, name: string) {
  const bytes = readFileSync(join(folder, 'data', name))
  const slice = (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer
  return parquetMetadataAsync({ byteLength: bytes.length, slice })
}

describe('hf-parquet', () => {
  test('gives every picture, label and split back, and is the same bytes twice', async () => {
    const set = await madeUpSet()
    const first = await exported(hfParquet, set)
    expect(asFound(first.read)).toEqual(await expectedOf(set, 'label'))
    expect(first.steps).toBe(set.count)
    expect(filesOf(first.folder)).toEqual([
      'test-00000-of-00001.parquet',
      'train-00000-of-00001.parquet',
      'validation-00000-of-00001.parquet',
    ])
    const second = await exported(hfParquet, set)
    for (const name of filesOf(first.folder))
      expect(readFileSync(join(first.folder, 'data', name))).toEqual(
        readFileSync(join(second.folder, 'data', name)),
      )
  })

  test('says the types of its columns, labels as they were given', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { folder } = await exported(hfParquet, set)
    const metadata = await metadataOf(folder, 'train-00000-of-00001.parquet')
    const said = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
    const { features } = JSON.parse(said ?? '').info
    expect(features.image).toEqual({ _type: 'Image' })
    expect(features.label).toEqual({ _type: 'ClassLabel', names: set.classes.map(({ label }) => label) })
    expect(features.label.names).toContain('test tube')
    expect(features.width).toEqual({ dtype: 'int64', _type: 'Value' })
    expect(Object.keys(features)).toEqual(
      metadata.schema.filter(isColumn(metadata.schema)).map(({ name }) => name),
    )
  })

  test('does not compress pictures, nor keeps the smallest and largest of them in the footer', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(hfParquet, set)
    const metadata = await metadataOf(folder, 'train-00000-of-00001.parquet')
    for (const { columns } of metadata.row_groups)
      for (const { meta_data } of columns) {
        const isPicture = meta_data?.path_in_schema[0] === 'image'
        expect(meta_data?.codec).toBe(isPicture ? 'UNCOMPRESSED' : 'SNAPPY')
        if (isPicture) expect(meta_data?.statistics?.max_value).toBeUndefined()
      }
  })

  test('is parted into files of the size that was asked for, numbered of their count', async () => {
    const set = await madeUpSet({
      ...{ width: 400, height: 300 },
      classes: [{ label: 'Dog', counts: [14, 0, 0] }],
    })
    const { folder, read } = await exported(hfParquet, set, { shardMb: 1 })
    const files = filesOf(folder)
    expect(files).toEqual(files.map((_, nth) => `train-0000${nth}-of-0000${files.length}.parquet`))
    expect(files.length).toBeGreaterThan(1)
    for (const name of files) {
      const handle = await open(join(folder, 'data', name))
      expect((await handle.stat()).size).toBeLessThan(1_050_000)
      await handle.close()
    }
    expect(asFound(read)).toEqual(await expectedOf(set, 'label'))
  })

  test('keeps boxes in pixels with labels of their own', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { read } = await exported(hfParquet, set)
    const boxes = new Map(read.map(({ digest, boxes: found }) => [digest, found]))
    for await (const picture of set.pictures())
      expect(boxes.get(picture.digest)).toEqual(
        picture.boxes.map(({ label, x, y, width, height }) => ({ label, x, y, width, height })),
      )
  })

  test('calls everything train where nothing is split', async () => {
    const set = await madeUpSet({ isSplit: false })
    const { folder, read } = await exported(hfParquet, set)
    expect(filesOf(folder)).toEqual(['train-00000-of-00001.parquet'])
    expect(read).toHaveLength(set.count)
    expect(hfParquet.frontMatter?.(set, { shardMb: 500 })).toEqual({
      configs: [{ config_name: 'default', data_files: [{ split: 'train', path: 'data/train-*' }] }],
    })
  })

  test('a damaged file is not read', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(hfParquet, set)
    const handle = await open(join(folder, 'data', 'train-00000-of-00001.parquet'), 'r+')
    await handle.truncate(2_000)
    await handle.close()
    await expect(async () => {
      for await (const _ of hfParquet.read(folder, { shardMb: 500 }));
    }).rejects.toThrow()
  })
})

/** Elements of the first level of a schema, which lists each one before its children. */
function isColumn(schema: readonly { readonly num_children?: number }[]) {
  let skip = 1
  const first = new Set<number>()
  const end = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = end(next)
    return next
  }
  for (; skip < schema.length; skip = end(skip)) first.add(skip)
  return (_: unknown, at: number) => first.has(at)
}

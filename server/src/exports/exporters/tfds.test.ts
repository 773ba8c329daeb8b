import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { tfds } from './tfds.ts'

const usual = { name: '', version: '1.0.0', shardMb: 150 }

describe('tfds', () => {
  test('gives every picture, label and split back, and is the same bytes twice', async () => {
    const set = await madeUpSet()
    const first = await exported(tfds, set)
    expect(asFound(first.read)).toEqual(await expectedOf(set, 'label'))
    expect(first.steps).toBe(set.count)
    const files = readdirSync(join(first.folder, 'made_up_things', '1.0.0')).sort()
    expect(files).toEqual([
      ...['dataset_info.json', 'features.json', 'label.labels.txt'],
      ...['test', 'train', 'validation'].map(split => `made_up_things-${split}.tfrecord-00000-of-00001`),
    ])
    const second = await exported(tfds, set)
    for (const name of files)
      expect(readFileSync(join(first.folder, 'made_up_things', '1.0.0', name))).toEqual(
        readFileSync(join(second.folder, 'made_up_things', '1.0.0', name)),
      )
  })

  test('says what is in its shards as TensorFlow Datasets does', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(tfds, set, { name: 'things', version: '2.1.0' })
    const at = join(folder, 'things', '2.1.0')
    const info = JSON.parse(readFileSync(join(at, 'dataset_info.json'), 'utf8'))
    expect(info).toMatchObject({ name: 'things', version: '2.1.0', fileFormat: 'tfrecord' })
    expect(info.splits).toEqual(
      (['train', 'validation', 'test'] as const).map(name => ({
        name,
        shardLengths: [String(set.countIn(name))],
        numBytes: String(readFileSync(join(at, `things-${name}.tfrecord-00000-of-00001`)).length),
        filepathTemplate: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
      })),
    )
    const { features } = JSON.parse(readFileSync(join(at, 'features.json'), 'utf8')).featuresDict
    expect(features.image.image).toEqual({
      ...{ shape: { dimensions: ['-1', '-1', '3'] }, dtype: 'uint8', encodingFormat: 'jpeg' },
    })
    expect(features.label.classLabel).toEqual({ numClasses: '4' })
  })

  test('keeps boxes as a sequence of edges and labels', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { read } = await exported(tfds, set)
    const boxes = new Map(read.map(({ digest, boxes: found }) => [digest, found]))
    for await (const picture of set.pictures()) {
      const found = boxes.get(picture.digest) ?? []
      expect(found.map(({ label }) => label)).toEqual(picture.boxes.map(({ label }) => label))
      for (const [nth, box] of picture.boxes.entries()) {
        expect(found[nth]?.x).toBeCloseTo(box.x, 3)
        expect(found[nth]?.height).toBeCloseTo(box.height, 3)
      }
    }
  })

  test('refuses what it cannot decode', async () => {
    const { planned, count } = await madeUpSet({ format: 'webp' })
    expect(await tfds.preflight(planned, usual)).toMatchObject([
      { code: 'EXPORT_PICTURE_FORMAT', weight: 'refused', count },
    ])
  })

  test('a missing shard and a wrong count are found', async () => {
    const { folder } = await exported(tfds, await madeUpSet())
    const at = join(folder, 'made_up_things', '1.0.0')
    const info = join(at, 'dataset_info.json')
    const said = readFileSync(info, 'utf8')
    const reading = async () => {
      for await (const _ of tfds.read(folder, usual));
    }
    writeFileSync(info, said.replace(/"12"/, '"11"'))
    expect(readFileSync(info, 'utf8')).not.toBe(said)
    await expect(reading).rejects.toThrow('12 examples, not 11')
    writeFileSync(info, said)
    rmSync(join(at, 'made_up_things-test.tfrecord-00000-of-00001'))
    await expect(reading).rejects.toThrow('ENOENT')
  })
})

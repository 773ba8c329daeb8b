import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { readExamples } from '../readers/tfrecord.ts'
import { crc32c } from '../writers/crc32c.ts'
import { tfrecord } from './tfrecord.ts'

const usual = { shardMb: 150 }

async function firstOf(path: string) {
  for await (const example of readExamples(path)) return example
  throw new Error('no example')
}

describe('tfrecord', () => {
  test('gives every picture, label and split back, and is the same bytes twice', async () => {
    const set = await madeUpSet()
    const first = await exported(tfrecord, set)
    expect(asFound(first.read)).toEqual(await expectedOf(set, 'label'))
    expect(first.steps).toBe(set.count)
    const files = readdirSync(first.folder).sort()
    expect(files).toEqual([
      'labels.txt',
      ...['test', 'train', 'validation'].map(split => `${split}-00000-of-00001.tfrecord`),
    ])
    const second = await exported(tfrecord, set)
    for (const name of files)
      expect(readFileSync(join(first.folder, name))).toEqual(readFileSync(join(second.folder, name)))
  })

  test('has the usual keys', async () => {
    const set = await madeUpSet({ width: 30, height: 20 })
    const { folder } = await exported(tfrecord, set)
    const example = await firstOf(join(folder, 'train-00000-of-00001.tfrecord'))
    const told = (key: string) =>
      example.get(`image/${key}`)?.map(value => (typeof value === 'number' ? value : String(value)))
    expect([told('height'), told('width'), told('channels')]).toEqual([[20], [30], [3]])
    expect([told('format'), told('colorspace')]).toEqual([['jpeg'], ['RGB']])
    expect(told('filename')?.[0]).toMatch(/^[0-9a-f]{20}\.jpg$/)
    const [label = -1] = told('class/label') ?? []
    expect(told('class/text')).toEqual([set.classes[Number(label)]?.label])
    expect([...example.keys()].filter(key => key.includes('object'))).toEqual([])
    expect(readFileSync(join(folder, 'labels.txt'), 'utf8')).toBe(
      set.classes.map(({ label: text }, nth) => `${nth}:${text}\n`).join(''),
    )
  })

  test('boxes are shares of the sides, their numbers begin at 1', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { folder, read } = await exported(tfrecord, set)
    const map = readFileSync(join(folder, 'label_map.pbtxt'), 'utf8')
    expect(map.split('\n').slice(0, 4)).toEqual([
      'item {',
      '  id: 1',
      `  name: ${JSON.stringify(set.classes[0]?.label)}`,
      '}',
    ])
    const boxes = new Map(read.map(({ digest, boxes: found }) => [digest, found]))
    for await (const picture of set.pictures()) {
      const found = boxes.get(picture.digest) ?? []
      expect(found.map(({ label }) => label)).toEqual(picture.boxes.map(({ label }) => label))
      for (const [nth, { x, y, width, height }] of picture.boxes.entries()) {
        expect(found[nth]?.x).toBeCloseTo(x, 3)
        expect(found[nth]?.y).toBeCloseTo(y, 3)
        expect(found[nth]?.width).toBeCloseTo(width, 3)
        expect(found[nth]?.height).toBeCloseTo(height, 3)
      }
    }
  })

  test('is parted into files of the size that was asked for', async () => {
    const classes = [{ label: 'Dog', counts: [14, 0, 0] as const }]
    const set = await madeUpSet({ classes, width: 400, height: 300 })
    const { folder, read } = await exported(tfrecord, set, { shardMb: 1 })
    const files = readdirSync(folder).filter(name => name.endsWith('.tfrecord'))
    expect(files).toEqual(files.map((_, nth) => `train-0000${nth}-of-0000${files.length}.tfrecord`))
    expect(files.length).toBeGreaterThan(1)
    expect(asFound(read)).toEqual(await expectedOf(set, 'label'))
  })

  test.each([
    [
      'a flipped bit in a picture',
      (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500),
      'data is corrupted',
    ],
    [
      'a flipped bit in a length',
      (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(1) ^ 1, 1),
      'length is corrupted',
    ],
  ])('%s is found', async (_, damage, said) => {
    const { folder } = await exported(tfrecord, await madeUpSet())
    const path = join(folder, 'train-00000-of-00001.tfrecord')
    const bytes = readFileSync(path)
    damage(bytes)
    writeFileSync(path, bytes)
    const reading = async () => {
      for await (const __ of tfrecord.read(folder, usual));
    }
    await expect(reading).rejects.toThrow(said)
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expect(reading).rejects.toThrow(/cut short|corrupted/)
  })

  test('WebP is told to be lost on older TensorFlow', async () => {
    const { planned, count } = await madeUpSet({ format: 'webp' })
    expect(await tfrecord.preflight(planned, usual)).toMatchObject([
      { code: 'EXPORT_PICTURE_FORMAT', weight: 'lost', count, fix: { render: { format: 'jpeg' } } },
    ])
  })
})

test('CRC-32C is that of RFC 3720, at every length', () => {
  const of = (bytes: readonly number[]) => crc32c(Uint8Array.from(bytes)).toString(16)
  expect(of([...Buffer.from('123456789')])).toBe('e3069283')
  expect(of(new Array(32).fill(0))).toBe('8a9136aa')
  expect(of(new Array(32).fill(0xff))).toBe('62a8ab43')
  expect(of(Array.from({ length: 32 }, (_, nth) => nth))).toBe('46dd794e')
  expect(of([])).toBe('0')
})

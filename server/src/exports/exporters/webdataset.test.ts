import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import type { PlannedSet } from '../exporter.ts'
import { readWebdataset } from '../readers/webdataset.ts'
import { tarOf } from '../writers/tar.ts'
import { webdataset } from './webdataset.ts'

const usual = { shardMb: 1000, shardPictures: 10_000 }

async function filesIn(path: string): Promise<[name: string, content: string][]> {
  const files = extract()
  createReadStream(path).pipe(files)
  const found: [string, string][] = []
  for await (const entry of files) found.push([entry.header.name, await text(entry)])
  return found
}

describe('webdataset', () => {
  test('gives every picture, label and split back, and is the same bytes twice', async () => {
    const set = await madeUpSet()
    const first = await exported(webdataset, set)
    expect(asFound(first.read)).toEqual(await expectedOf(set, 'label'))
    expect(first.steps).toBe(set.count)
    const shards = readdirSync(first.folder).sort()
    expect(shards).toEqual(['test-000000.tar', 'train-000000.tar', 'validation-000000.tar'])
    const second = await exported(webdataset, set)
    for (const shard of shards)
      expect(readFileSync(join(first.folder, shard))).toEqual(readFileSync(join(second.folder, shard)))
  })

  test('every sample has the same fields side by side, under a key without a dot', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { folder } = await exported(webdataset, set)
    const files = await filesIn(join(folder, 'train-000000.tar'))
    expect(files).toHaveLength(3 * set.countIn('train'))
    for (let at = 0; at < files.length; at += 3) {
      const names = files.slice(at, at + 3).map(([name]) => name)
      const [key] = names[0]?.split('.') ?? []
      expect(names).toEqual([`${key}.jpg`, `${key}.cls`, `${key}.json`])
      expect(files[at + 1]?.[1]).toMatch(/^[0-3]$/)
      const facts = JSON.parse(files[at + 2]?.[1] ?? '')
      // What differs from sample to sample in type is refused by Hugging Face: nothing is null, and no list is empty.
      const types = Object.entries(facts).map(([name, value]) => `${name}: ${typeof value}`)
      expect(types).toEqual([
        ...['id: string', 'label: string', 'class: string', 'superclass: string', 'sha256: string'],
        ...['width: number', 'height: number', 'title: string', 'source_url: string', 'landing_url: string'],
        ...['engine: string', 'query: string', 'license: string', 'boxes: string'],
      ])
    }
  })

  test('is shuffled before it is parted, and closes shards at either bound', async () => {
    const classes = ['a', 'b'].map(label => ({ label, counts: [20, 0, 0] as const }))
    const set = await madeUpSet({ classes, width: 64, height: 64 })
    const { folder, read } = await exported(webdataset, set, { shardPictures: 10 })
    expect(readdirSync(folder).sort()).toEqual([0, 1, 2, 3].map(nth => `train-00000${nth}.tar`))
    const shuffled: string[] = []
    for await (const { digest } of set.pictures({ isShuffled: true })) shuffled.push(digest)
    expect(read.map(({ digest }) => digest)).toEqual(shuffled)
    for (let at = 0; at < 40; at += 10)
      expect(new Set(read.slice(at, at + 10).map(({ label }) => label)).size).toBe(2)
    const large = await madeUpSet({ classes, width: 300, height: 300 })
    const bySize = await exported(webdataset, large, { shardMb: 1 })
    expect(readdirSync(bySize.folder).length).toBeGreaterThan(1)
    expect(asFound(bySize.read)).toEqual(await expectedOf(large, 'label'))
  })

  test('keeps boxes', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { read } = await exported(webdataset, set)
    const boxes = new Map(read.map(({ digest, boxes: found }) => [digest, found]))
    for await (const picture of set.pictures())
      expect(boxes.get(picture.digest)).toEqual(
        picture.boxes.map(({ label, x, y, width, height }) => ({ label, x, y, width, height })),
      )
  })

  test('pictures of two kinds are refused, for their samples would have different fields', async () => {
    const { planned } = await madeUpSet()
    const mixed: PlannedSet = {
      ...planned,
      images: async function* () {
        let nth = 0
        for await (const image of planned.images()) yield { ...image, extension: nth++ === 3 ? 'png' : 'jpg' }
      },
    }
    expect(await webdataset.preflight(planned, usual)).toEqual([])
    expect(await webdataset.preflight(mixed, usual)).toMatchObject([
      { code: 'EXPORT_MIXED_FORMATS', weight: 'refused', count: 1, fix: { render: { format: 'jpeg' } } },
    ])
    const webp = await madeUpSet({ format: 'webp' })
    expect(await webdataset.preflight(webp.planned, usual)).toMatchObject([
      { code: 'EXPORT_PICTURE_FORMAT', weight: 'lost', count: webp.count },
    ])
  })

  test.each([
    [
      'a name with a second dot splits off fields',
      ['k.jpg', 'k.cls', 'k.json', 'm.b1.jpg', 'm.cls', 'm.json'],
      'other fields',
    ],
    ['a field twice in one sample', ['k.jpg', 'k.jpg'], 'twice'],
    [
      'a key in two places',
      ['k.jpg', 'k.cls', 'k.json', 'm.jpg', 'm.cls', 'm.json', 'k.jpg', 'k.cls', 'k.json'],
      'twice',
    ],
    ['a reserved key', ['__k.jpg'], 'no file of a sample'],
  ])('%s is found by the reader', async (_, names, said) => {
    const set = await madeUpSet()
    const { folder } = await exported(webdataset, set)
    const json = JSON.stringify({ label: 'a', width: 1, height: 1 })
    const content = (name: string) => Buffer.from(name.endsWith('json') ? json : '0')
    const chunks = []
    for await (const chunk of tarOf(names.map(path => ({ path, bytes: content(path) }))))
      chunks.push(Buffer.from(chunk))
    for (const shard of readdirSync(folder)) writeFileSync(join(folder, shard), Buffer.concat(chunks))
    await expect(async () => {
      for await (const __ of readWebdataset(folder));
    }).rejects.toThrow(said)
  })
})

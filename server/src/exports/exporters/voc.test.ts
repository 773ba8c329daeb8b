import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import type { ExportSet } from '../exporter.ts'
import { voc } from './voc.ts'

const usual = { unboxed: 'background', year: '2007', classLists: true } as const

test('corners are whole pixels from 1, both ends included', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(voc, set)
  for await (const { id, boxes } of set.pictures()) {
    if (boxes.length === 0) continue
    const xml = readFileSync(join(folder, `VOCdevkit/VOC2007/Annotations/${id}.xml`), 'utf8')
    const corners = [...xml.matchAll(/<([xy]m(?:in|ax))>(.*?)</g)].map(
      ([, name, value]) => `${name} ${value}`,
    )
    // x 2 to 9.5 and y 3 to 9; then the last five columns of 24 and the last four rows of 16.
    expect(corners).toEqual([
      ...['xmin 3', 'ymin 4', 'xmax 10', 'ymax 9'],
      ...['xmin 20', 'ymin 13', 'xmax 24', 'ymax 16'],
    ])
    expect(xml).toMatch(/<width>24<\/width>\s*<height>16<\/height>\s*<depth>3<\/depth>/)
  }
})

test('lists hold stems, and of each class whether a picture is of it', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(voc, set)
  const list = (name: string) =>
    readFileSync(join(folder, 'VOCdevkit/VOC2007/ImageSets/Main', `${name}.txt`), 'utf8')
      .split('\n')
      .slice(0, -1)
  expect(list('train')).toHaveLength(set.countIn('train'))
  expect(list('val')).toHaveLength(set.countIn('validation'))
  expect(list('test')).toHaveLength(set.countIn('test'))
  expect(list('trainval').sort()).toEqual([...list('train'), ...list('val')].sort())
  const tubes = list('testtube_train')
  expect(tubes.map(line => line.slice(0, 20))).toEqual(list('train'))
  expect(tubes.filter(line => line.endsWith('  1'))).toHaveLength(3)
  expect(tubes.filter(line => line.endsWith(' -1'))).toHaveLength(set.countIn('train') - 3)
})

test('lists of classes are left away on request', async () => {
  const { folder } = await exported(voc, await madeUpSet({ hasBoxes: true }), { classLists: false })
  expect(existsSync(join(folder, 'VOCdevkit/VOC2007/ImageSets/Main/train.txt'))).toBe(true)
  expect(existsSync(join(folder, 'VOCdevkit/VOC2007/ImageSets/Main/cat_train.txt'))).toBe(false)
})

test('names with the signs of XML come back as they were', async () => {
  const label = 'a <b> & "c" \u0001 d'
  const set = await madeUpSet({ classes: [{ label, name: 'odd', counts: [1, 0, 0] }], hasBoxes: true })
  const { read } = await exported(voc, set)
  expect(read[0]?.boxes?.[0]?.label).toBe('a <b> & "c"   d')
})

test('a box thinner than a pixel is one pixel', async () => {
  const set = await madeUpSet({ classes: [{ label: 'cat', counts: [1, 0, 0] }] })
  const thin = [
    { x: 4.6, y: 3, width: 0.2, height: 2, label: 'cat', author: 'dashboard' },
    { x: 23.9, y: 15.8, width: 0.1, height: 0.2, label: 'cat', author: 'dashboard' },
  ]
  const withThin: ExportSet = {
    ...set,
    pictures: async function* () {
      for await (const picture of set.pictures()) yield { ...picture, boxes: thin }
    },
  }
  const { read } = await exported(voc, withThin)
  expect(read[0]?.boxes).toEqual([
    { label: 'cat', x: 5, y: 3, width: 1, height: 2 },
    { label: 'cat', x: 23, y: 15, width: 1, height: 1 },
  ])
  const images = async function* () {
    for await (const image of set.planned.images()) yield { ...image, boxes: thin }
  }
  const found = await voc.preflight({ ...set.planned, images }, usual)
  expect(found).toMatchObject([{ code: 'EXPORT_BOX_TINY', weight: 'note', count: 1 }])
})

test('JPEG is asked for, and nothing else written', async () => {
  expect(voc.render?.(usual)).toEqual({ format: 'jpeg' })
  const { planned } = await madeUpSet({ format: 'png', hasBoxes: true })
  const found = await voc.preflight(planned, usual)
  expect(found).toContainEqual(
    expect.objectContaining({ code: 'EXPORT_PICTURE_FORMAT', weight: 'refused', count: planned.count }),
  )
})

test('test pictures under a year for which torchvision reads no list of them are told of', async () => {
  const { planned } = await madeUpSet({ hasBoxes: true })
  const found = await voc.preflight(planned, { ...usual, year: '2012' })
  expect(found).toContainEqual(
    expect.objectContaining({
      ...{ code: 'EXPORT_SPLIT_UNREAD', weight: 'lost', count: planned.countIn('test') },
      fix: { options: { ...usual, year: '2007' } },
    }),
  )
  expect(await voc.preflight(planned, usual)).not.toContainEqual(
    expect.objectContaining({ code: 'EXPORT_SPLIT_UNREAD' }),
  )
})

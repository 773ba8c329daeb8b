import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { exported, madeUpSet, oddClasses } from '../../../test/support/export-set.ts'
import { coco } from './coco.ts'

const annotationsIn = (folder: string, name: string) =>
  JSON.parse(readFileSync(join(folder, 'annotations', name), 'utf8'))

test('annotations are numbered from 1 and carry what the evaluation needs', async () => {
  const { folder } = await exported(coco, await madeUpSet({ hasBoxes: true }))
  const { annotations, images } = annotationsIn(folder, 'instances_train.json')
  expect(annotations[0]).toMatchObject({
    id: 1,
    iscrowd: 0,
    segmentation: [],
    bbox: [2, 3, 7.5, 6],
    area: 45,
  })
  expect(annotations.every(({ area }: { area: number }) => area > 0)).toBe(true)
  expect(Math.min(...images.map(({ id }: { id: number }) => id))).toBe(1)
})

test('numbers go on from split to split, and every split has the same categories', async () => {
  const { folder } = await exported(coco, await madeUpSet({ hasBoxes: true }))
  const files = ['train', 'val', 'test'].map(word => annotationsIn(folder, `instances_${word}.json`))
  for (const part of ['images', 'annotations']) {
    const ids: number[] = files.flatMap(file => file[part].map(({ id }: { id: number }) => id))
    expect(ids).toEqual(ids.map((_, at) => at + 1))
  }
  const categories = files.map(file => file.categories)
  expect(categories[1]).toEqual(categories[0])
  expect(categories[2]).toEqual(categories[0])
  expect(categories[0].map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4])
  expect(categories[0]).toContainEqual({ id: expect.any(Number), name: 'test tube', supercategory: 'thing' })
})

test('what older readers stumble over when it is missing is there', async () => {
  const { folder } = await exported(coco, await madeUpSet({ hasBoxes: true }))
  const file = annotationsIn(folder, 'instances_train.json')
  expect(file.info).toMatchObject({ year: 2026, date_created: '2026/01/01', version: 'first' })
  const licenses: { id: number; name: string }[] = file.licenses
  expect(licenses.map(({ name }) => name).sort()).toEqual(['CC BY-SA 4.0', 'unknown'])
  for (const { license } of file.images) expect(licenses.map(({ id }) => id)).toContain(license)
})

test('without any box it is refused, and a box round each picture offered', async () => {
  const { planned } = await madeUpSet()
  const found = await coco.preflight(planned, { unboxed: 'background' })
  expect(found).toMatchObject([
    {
      code: 'EXPORT_NO_BOXES',
      weight: 'refused',
      count: planned.count,
      fix: { options: { unboxed: 'full' } },
    },
  ])
  expect(await coco.preflight(planned, { unboxed: 'full' })).toEqual([])
})

test('a box round the whole picture is of its class', async () => {
  const set = await madeUpSet()
  const { read } = await exported(coco, set, { unboxed: 'full' })
  for await (const { digest, class: ofClass, width, height } of set.pictures()) {
    const boxes = read.find(one => one.digest === digest)?.boxes
    expect(boxes).toEqual([{ label: ofClass.label, x: 0, y: 0, width, height }])
  }
})

test('pictures without a box among others are told of, and may be left out', async () => {
  const { planned } = await madeUpSet({ hasBoxes: true })
  const found = await coco.preflight(planned, { unboxed: 'background' })
  expect(found).toMatchObject([
    { code: 'EXPORT_UNBOXED', weight: 'lost', count: 11, fix: { options: { unboxed: 'leave-out' } } },
  ])
  const images = await everyOf(planned.images())
  const taken = images.filter(image => coco.takes?.(image, { unboxed: 'leave-out' }))
  expect(taken).toHaveLength(planned.count - 11)
  expect(images.every(image => coco.takes?.(image, { unboxed: 'background' }))).toBe(true)
})

test('a label that only boxes have becomes a further category', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const handle = { x: 1, y: 1, width: 4, height: 4, label: 'Handle', author: 'dashboard' }
  const withHandles = {
    ...set,
    pictures: async function* (of?: Parameters<typeof set.pictures>[0]) {
      for await (const picture of set.pictures(of)) yield { ...picture, boxes: [...picture.boxes, handle] }
    },
  }
  const { folder, read } = await exported(coco, withHandles)
  const { categories } = annotationsIn(folder, 'instances_val.json')
  expect(categories.at(-1)).toEqual({ id: oddClasses.length + 1, name: 'Handle', supercategory: 'Handle' })
  expect(read.every(({ boxes }) => boxes?.at(-1)?.label === 'Handle')).toBe(true)
  const images = async function* () {
    for await (const image of set.planned.images()) yield { ...image, boxes: [handle] }
  }
  const found = await coco.preflight({ ...set.planned, images }, { unboxed: 'background' })
  expect(found).toMatchObject([{ code: 'EXPORT_BOX_LABEL', weight: 'note', count: 1, examples: ['Handle'] }])
})

test('boxes are cut at the edges, and left out where nothing of them is inside', async () => {
  const set = await madeUpSet({ classes: [{ label: 'cat', counts: [1, 0, 0] }] })
  const beyond = [
    { x: 20, y: 10, width: 10, height: 10, label: 'cat', author: 'dashboard' },
    { x: 30, y: 10, width: 10, height: 10, label: 'cat', author: 'dashboard' },
  ]
  const withBoxes = {
    ...set,
    pictures: async function* () {
      for await (const picture of set.pictures()) yield { ...picture, boxes: beyond }
    },
  }
  const { read } = await exported(coco, withBoxes)
  expect(read[0]?.boxes).toEqual([{ label: 'cat', x: 20, y: 10, width: 4, height: 6 }])
})

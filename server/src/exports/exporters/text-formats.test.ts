/** What holds for all formats that are pictures in folders and text beside them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import type { ExportSet } from '../exporter.ts'
import { coco } from './coco.ts'
import { groundTruth } from './ground-truth.ts'
import { huggingFaceFolder } from './hf-folder.ts'
import { vertex } from './vertex.ts'
import { voc } from './voc.ts'
import { yolo } from './yolo.ts'

const s3 = { bucket: 's3://my-bucket/some/place/' }
const gs = { bucket: 'gs://my-bucket' }

/** Each with the options under which it keeps boxes, and with those under which it keeps labels. */
const formats = [
  { name: 'coco', write: (set: ExportSet) => exported(coco, set), keeps: 'both', slackPx: 0.001 },
  { name: 'voc', write: (set: ExportSet) => exported(voc, set), keeps: 'both', slackPx: 0.5 },
  {
    name: 'yolo',
    write: (set: ExportSet) => exported(yolo, set, { standIn: 'train' }),
    keeps: 'boxes',
    slackPx: 0.001,
  },
  {
    name: 'ground-truth boxes',
    write: (set: ExportSet) => exported(groundTruth, set, { ...s3, task: 'boxes' }),
    keeps: 'boxes',
    slackPx: 0.5,
  },
  {
    name: 'ground-truth',
    write: (set: ExportSet) => exported(groundTruth, set, s3),
    keeps: 'labels',
    slackPx: 0,
  },
  {
    name: 'vertex boxes',
    write: (set: ExportSet) => exported(vertex, set, { ...gs, task: 'boxes' }),
    keeps: 'boxes',
    slackPx: 0.001,
  },
  {
    name: 'vertex boxes as values',
    write: (set: ExportSet) => exported(vertex, set, { ...gs, task: 'boxes', form: 'csv' }),
    keeps: 'boxes',
    slackPx: 0.001,
  },
  { name: 'vertex', write: (set: ExportSet) => exported(vertex, set, gs), keeps: 'labels', slackPx: 0 },
  {
    name: 'vertex as values',
    write: (set: ExportSet) => exported(vertex, set, { ...gs, form: 'csv' }),
    keeps: 'labels',
    slackPx: 0,
  },
  {
    name: 'hf-folder',
    write: (set: ExportSet) => exported(huggingFaceFolder, set),
    keeps: 'both',
    slackPx: 0.001,
  },
] as const

describe.each(formats)('$name', ({ name, write, keeps, slackPx }) => {
  test.each([true, false])(
    'a reader finds every picture with its label and boxes (split: %s)',
    async isSplit => {
      const set = await madeUpSet({ isSplit, hasBoxes: true, width: 41, height: 30 })
      const { read, steps } = await write(set)
      expect(steps).toBe(set.count)
      // Where nothing is split, what has to be in one is train.
      const asRead = isSplit ? read : read.map(one => ({ ...one, split: null }))
      if (keeps === 'boxes') expect(asFound(asRead)).toEqual((await expectedOf(set)).map(withoutLabel).sort())
      else expect(asFound(asRead)).toEqual(await expectedOf(set, name === 'voc' ? 'name' : 'label'))
      if (keeps === 'labels') return
      for await (const picture of set.pictures()) {
        const found = read.find(({ digest }) => digest === picture.digest)
        expect(found).toMatchObject({ width: 41, height: 30 })
        expect(found?.boxes).toEqual(
          picture.boxes.map(({ label, x, y, width, height }) => ({
            label,
            ...{ x: near(x, slackPx), y: near(y, slackPx) },
            ...{ width: near(width, 2 * slackPx), height: near(height, 2 * slackPx) },
          })),
        )
      }
    },
  )

  test('the same set gives the same bytes', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const [first, second] = [await write(set), await write(set)]
    expect(filesOf(second.folder)).toEqual(filesOf(first.folder))
  })
})

/** The label of a picture is not kept where only boxes have one. */
function withoutLabel(line: string): string {
  const [split = ''] = line.split(' ')
  return `${split} null ${line.slice(line.lastIndexOf(' ') + 1)}`
}

const near = (value: number, slack: number) => ({
  asymmetricMatch: (other: unknown) => typeof other === 'number' && Math.abs(other - value) <= slack,
  toString: () => `within ${slack} of ${value}`,
})

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map(path => [path.slice(folder.length), readFileSync(path).toString('base64')])

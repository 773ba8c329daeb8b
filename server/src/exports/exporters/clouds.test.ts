/** Ground Truth and Vertex: lists that name pictures by their place in a bucket. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import type { ExportSet, PlannedSet } from '../exporter.ts'
import { groundTruth } from './ground-truth.ts'
import { vertex } from './vertex.ts'

const s3 = {
  bucket: 's3://my-bucket/some/place/',
  task: 'classification',
  job: 'gleaner',
  unboxed: 'background',
} as const
const gs = {
  bucket: 'gs://my-bucket/place',
  task: 'classification',
  form: 'jsonl',
  unboxed: 'background',
} as const
const large = { width: 640, height: 480 }

const linesIn = (folder: string, name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(line => line !== '')

describe('Ground Truth', () => {
  test('a line of labels says what the training asks for', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(groundTruth, set, s3)
    const lines = linesIn(folder, 'train.manifest').map(line => JSON.parse(line))
    expect(lines).toHaveLength(set.countIn('train'))
    for await (const { id, class: ofClass } of set.pictures({ split: 'train' }))
      expect(lines).toContainEqual({
        'source-ref': `s3://my-bucket/some/place/images/train/${id}.jpg`,
        gleaner: ofClass.index,
        'gleaner-metadata': {
          ...{ confidence: 1, 'class-name': ofClass.label, 'human-annotated': 'yes' },
          ...{ 'creation-date': '2026-01-01T00:00:00.000000', 'job-name': 'labeling-job/gleaner' },
          type: 'groundtruth/image-classification',
        },
      })
  })

  test('a line of boxes has as many objects as annotations, in whole pixels', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { folder } = await exported(groundTruth, set, { ...s3, task: 'boxes', job: 'tools' })
    const boxed = linesIn(folder, 'train.manifest')
      .map(line => JSON.parse(line))
      .filter(({ tools }) => tools.annotations.length > 0)
    expect(boxed.length).toBeGreaterThan(0)
    for (const { tools, 'tools-metadata': about } of boxed) {
      const [class_id] = Object.keys(about['class-map']).map(Number)
      expect(tools).toEqual({
        image_size: [{ width: 24, height: 16, depth: 3 }],
        annotations: [
          { class_id, left: 2, top: 3, width: 8, height: 6 },
          { class_id, left: 19, top: 12, width: 5, height: 4 },
        ],
      })
      expect(about).toMatchObject({
        objects: [{ confidence: 1 }, { confidence: 1 }],
        type: 'groundtruth/object-detection',
      })
    }
  })

  test('the way to the bucket is told beside', async () => {
    const { folder } = await exported(groundTruth, await madeUpSet(), s3)
    expect(readFileSync(join(folder, 'UPLOAD.md'), 'utf8')).toContain(
      'aws s3 sync . s3://my-bucket/some/place/\n',
    )
  })

  test.each([
    ['no bucket', {}, { ...s3, bucket: '' }, { code: 'EXPORT_BUCKET_MISSING', weight: 'refused' }],
    [
      'WebP',
      { format: 'webp' },
      s3,
      { code: 'EXPORT_PICTURE_FORMAT', weight: 'refused', fix: { render: { format: 'jpeg' } } },
    ],
    ['small pictures', { width: 63 }, s3, { code: 'EXPORT_PICTURE_TOO_SMALL', weight: 'lost' }],
    ['no boxes', {}, { ...s3, task: 'boxes' }, { code: 'EXPORT_NO_BOXES', weight: 'refused' }],
    [
      'one class',
      { classes: [{ label: 'cat', counts: [2, 1, 1] }] },
      s3,
      { code: 'EXPORT_TOO_MANY_CLASSES', weight: 'refused' },
    ],
  ] as const)('%s: told of', async (_, wanted, given, expected) => {
    const { planned } = await madeUpSet({ ...large, ...wanted })
    expect(await groundTruth.preflight(planned, given)).toMatchObject([expected])
  })

  test('large pictures and crowds are told of', async () => {
    const { planned } = await madeUpSet({ ...large, hasBoxes: true })
    const many = changed(planned, image => ({
      width: 4097,
      boxes: image.boxes.flatMap(box => Array.from({ length: 26 }, () => box)),
    }))
    const found = await groundTruth.preflight(many, { ...s3, task: 'boxes', unboxed: 'full' })
    expect(found).toMatchObject([
      { code: 'EXPORT_PICTURE_TOO_LARGE', weight: 'lost', fix: { render: { sidePx: 4096 } } },
      { code: 'EXPORT_BOX_CROWD', weight: 'lost', count: 12 },
    ])
  })

  test('nothing is found where nothing is wrong', async () => {
    const { planned } = await madeUpSet(large)
    expect(await groundTruth.preflight(planned, s3)).toEqual([])
  })
})

describe('Vertex', () => {
  test('a line says "training", not "train"', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(vertex, set, gs)
    const lines = linesIn(folder, 'import.jsonl').map(line => JSON.parse(line))
    for await (const { id, class: ofClass } of set.pictures({ split: 'train' }))
      expect(lines).toContainEqual({
        imageGcsUri: `gs://my-bucket/place/images/train/${id}.jpg`,
        classificationAnnotation: { displayName: ofClass.label },
        dataItemResourceLabels: { 'aiplatform.googleapis.com/ml_use': 'training' },
      })
    const uses = lines.map(line => line.dataItemResourceLabels['aiplatform.googleapis.com/ml_use'])
    expect([...new Set(uses)].sort()).toEqual(['test', 'training', 'validation'])
  })

  test('boxes are corners between 0 and 1', async () => {
    const { folder } = await exported(vertex, await madeUpSet({ hasBoxes: true }), { ...gs, task: 'boxes' })
    const drawn = linesIn(folder, 'import.jsonl').flatMap(line => JSON.parse(line).boundingBoxAnnotations)
    expect(drawn).toHaveLength(24)
    for (const { displayName, ...corners } of drawn) {
      expect(displayName).not.toBe('')
      expect(Object.keys(corners)).toEqual(['xMin', 'yMin', 'xMax', 'yMax'])
      for (const share of Object.values(corners))
        expect(share).toSatisfy((one: number) => one >= 0 && one <= 1)
    }
  })

  test('as values: no header, the split first, two empty corners of each box', async () => {
    const set = await madeUpSet({ hasBoxes: true })
    const { folder } = await exported(vertex, set, { ...gs, task: 'boxes', form: 'csv' })
    const lines = linesIn(folder, 'import.csv')
    expect(lines.every(line => /^(?:training|validation|test),gs:\/\//.test(line))).toBe(true)
    expect(lines.filter(line => /,0\.08333333,0\.1875,,,0\.39583333,0\.5625,,$/.test(line))).toHaveLength(12)
    // A picture that shows nothing.
    expect(lines.filter(line => /\.jpg,{9}$/.test(line))).toHaveLength(11)
  })

  test('without splits a line says nothing of its use', async () => {
    const set = await madeUpSet({ isSplit: false })
    const { folder } = await exported(vertex, set, gs)
    expect(linesIn(folder, 'import.jsonl').some(line => line.includes('ml_use'))).toBe(false)
  })

  test.each([
    ['no bucket', {}, { ...gs, bucket: '' }, { code: 'EXPORT_BUCKET_MISSING', weight: 'refused' }],
    [
      'WebP',
      { format: 'webp' },
      gs,
      { code: 'EXPORT_PICTURE_FORMAT', weight: 'refused', fix: { render: { format: 'jpeg' } } },
    ],
    [
      'a class below ten',
      { classes: [{ label: 'cat', counts: [7, 1, 1] }] },
      gs,
      { code: 'EXPORT_CLASS_TOO_SMALL', weight: 'lost', examples: ['cat'] },
    ],
    ['no boxes', {}, { ...gs, task: 'boxes' }, { code: 'EXPORT_NO_BOXES', weight: 'refused' }],
  ] as const)('%s: told of', async (_, wanted, given, expected) => {
    const { planned } = await madeUpSet({ classes: [{ label: 'cat', counts: [8, 1, 1] }], ...wanted })
    expect(await vertex.preflight(planned, given)).toMatchObject([expected])
  })

  test('boxes below 8 pixels or a hundredth of the picture are told of', async () => {
    const { planned } = await madeUpSet({ classes: [{ label: 'cat', counts: [8, 1, 1] }], hasBoxes: true })
    const given = { ...gs, task: 'boxes', unboxed: 'full' } as const
    expect(await vertex.preflight(planned, given)).toMatchObject([
      { code: 'EXPORT_BOX_TINY', weight: 'lost', count: 5 },
    ])
    const box = { x: 0, y: 0, width: 9, height: 9, label: 'cat', author: 'dashboard' }
    const wide = changed(planned, () => ({ width: 1000, boxes: [box] }))
    expect(await vertex.preflight(wide, given)).toMatchObject([
      { code: 'EXPORT_BOX_TINY', count: planned.count },
    ])
    const fitting = changed(planned, () => ({ width: 900, boxes: [box] }))
    expect(await vertex.preflight(fitting, given)).toEqual([])
  })

  test('files above 30 MB are told of', async () => {
    const { planned } = await madeUpSet({ classes: [{ label: 'cat', counts: [8, 1, 1] }] })
    const heavy = changed(planned, ({ from }) => ({
      from: { ...from, rendered: { ...from.rendered, sizeBytes: 30_000_001 } },
    }))
    expect(await vertex.preflight(heavy, gs)).toMatchObject([
      { code: 'EXPORT_PICTURE_TOO_LARGE', weight: 'lost' },
    ])
  })
})

test.each([
  ['s3://my-bucket', true],
  ['s3://my-bucket/a/b_c.d/', true],
  ['', true],
  ['my-bucket', false],
  ['s3://my-bucket/a b', false],
  ['s3://my-bucket//a', false],
  ['gs://my-bucket', false],
  ['s3://x/$(rm -r .)', false],
])('%s is a place in S3: %s', (bucket, isOne) => {
  expect(Value.Check(groundTruth.options, { ...s3, bucket })).toBe(isOne)
})

type Image = Parameters<NonNullable<typeof groundTruth.takes>>[0]

function changed(planned: PlannedSet, change: (image: Image) => Partial<Image>): PlannedSet {
  return {
    ...planned,
    images: async function* () {
      for await (const image of planned.images()) yield { ...image, ...change(image) }
    },
  }
}

test('a set of boxes takes pictures with boxes only, a set of labels all', async () => {
  const set: ExportSet & { planned: PlannedSet } = await madeUpSet({ hasBoxes: true })
  let boxed = 0
  for await (const image of set.planned.images()) {
    const given = { unboxed: 'leave-out' } as const
    expect(groundTruth.takes?.(image, { ...s3, ...given })).toBe(true)
    expect(vertex.takes?.(image, { ...gs, ...given })).toBe(true)
    const takes = groundTruth.takes?.(image, { ...s3, ...given, task: 'boxes' })
    expect(vertex.takes?.(image, { ...gs, ...given, task: 'boxes' })).toBe(takes)
    if (takes) boxed += 1
  }
  expect(boxed).toBe(12)
})

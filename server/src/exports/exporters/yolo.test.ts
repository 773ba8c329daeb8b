import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { everyOf } from '../../../test/support/every-of.ts'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import type { ExportSet } from '../exporter.ts'
import { yolo } from './yolo.ts'

const usual = { unboxed: 'background', standIn: 'none' } as const

test('the description names folders from where it lies, and every class by its number', async () => {
  const { folder } = await exported(yolo, await madeUpSet({ hasBoxes: true }))
  const text = readFileSync(join(folder, 'data.yaml'), 'utf8')
  expect(parse(text)).toEqual({
    ...{ train: 'images/train', val: 'images/val', test: 'images/test', nc: 4 },
    names: { 0: 'cat', 1: 'Dog', 2: 'test tube', 3: 'yes: "no", #1 <é>' },
  })
  expect(text).not.toMatch(/^path:/m)
})

test('names that YAML would take for something else stay words', async () => {
  const classes = ['yes', '1.0', 'null', '~', '2026-01-01'].map((label, at) => ({
    ...{ label, name: `name${at}` },
    counts: [1, 1, 0] as const,
  }))
  const { folder } = await exported(yolo, await madeUpSet({ classes, hasBoxes: true }))
  const text = readFileSync(join(folder, 'data.yaml'), 'utf8')
  expect(Object.values(parse(text, { version: '1.1' }).names)).toEqual(classes.map(({ label }) => label))
})

test('every picture has a file of rows within 0 and 1, be it empty; no cache lies beside', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(yolo, set)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  expect(files.filter(file => file.endsWith('.cache'))).toEqual([])
  for await (const { id, split, boxes } of set.pictures()) {
    const word = split === 'validation' ? 'val' : split
    const rows = readFileSync(join(folder, `labels/${word}/${id}.txt`), 'utf8')
      .split('\n')
      .filter(row => row !== '')
    expect(rows).toHaveLength(boxes.length)
    for (const row of rows) {
      const [index = -1, ...shares] = row.split(' ').map(Number)
      expect(index).toBeLessThan(set.classes.length)
      expect(shares).toHaveLength(4)
      for (const share of shares) expect(share > 0 && share <= 1).toBe(true)
    }
  }
})

test('boxes that are drawn twice are written once, and told of', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const doubled = <T extends { readonly boxes: readonly unknown[] }>(one: T): T => ({
    ...one,
    boxes: [...one.boxes, ...one.boxes],
  })
  const twice: ExportSet = {
    ...set,
    pictures: async function* (of) {
      for await (const picture of set.pictures(of)) yield doubled(picture)
    },
  }
  const { read } = await exported(yolo, twice)
  for await (const { digest, boxes } of set.pictures())
    expect(read.find(one => one.digest === digest)?.boxes).toHaveLength(boxes.length)
  const images = async function* () {
    for await (const image of set.planned.images()) yield doubled(image)
  }
  const found = await yolo.preflight({ ...set.planned, images }, usual)
  expect(found).toContainEqual(
    expect.objectContaining({ code: 'EXPORT_BOX_DOUBLED', weight: 'note', count: 12 }),
  )
})

test('pictures with a side below 10 pixels would be left out, and are told of', async () => {
  const { planned } = await madeUpSet({ hasBoxes: true, height: 9 })
  const found = await yolo.preflight(planned, usual)
  expect(found).toContainEqual(
    expect.objectContaining({ code: 'EXPORT_PICTURE_TOO_SMALL', weight: 'lost', count: planned.count }),
  )
})

describe('where there are no validation pictures', () => {
  const trainAndTest = [{ label: 'cat', counts: [2, 0, 1] as const }]

  test('it is refused, and those of test are offered', async () => {
    const { planned } = await madeUpSet({ classes: trainAndTest, hasBoxes: true })
    const [found] = await yolo.preflight(planned, usual)
    expect(found).toMatchObject({
      ...{ code: 'EXPORT_SPLIT_MISSING', weight: 'refused' },
      ...{ examples: ['validation'], fix: { options: { standIn: 'test' } } },
    })
  })

  test.each(['test', 'train'] as const)('those of %s stand in, and stay what they are', async standIn => {
    const set = await madeUpSet({ classes: trainAndTest, hasBoxes: true })
    const found = await yolo.preflight(set.planned, { ...usual, standIn })
    expect(found.filter(({ weight }) => weight === 'refused')).toEqual([])
    const { folder, read } = await exported(yolo, set, { standIn })
    expect(parse(readFileSync(join(folder, 'data.yaml'), 'utf8')).val).toBe(`images/${standIn}`)
    expect(read.map(({ split }) => split).sort()).toEqual(['test', 'train', 'train'])
  })

  test('a set without splits is validated on what it is trained on, when that is asked for', async () => {
    const set = await madeUpSet({ isSplit: false, hasBoxes: true })
    const [found] = await yolo.preflight(set.planned, usual)
    expect(found).toMatchObject({ code: 'EXPORT_SPLIT_MISSING', fix: { options: { standIn: 'train' } } })
    const { folder, read } = await exported(yolo, set, { standIn: 'train' })
    expect(parse(readFileSync(join(folder, 'data.yaml'), 'utf8'))).toMatchObject({
      train: 'images/all',
      val: 'images/all',
    })
    expect(read).toHaveLength(set.count)
  })

  test('without train pictures nothing can stand in', async () => {
    const { planned } = await madeUpSet({ classes: [{ label: 'cat', counts: [0, 1, 1] }], hasBoxes: true })
    const [found] = await yolo.preflight(planned, { ...usual, standIn: 'train' })
    expect(found).toMatchObject({ code: 'EXPORT_SPLIT_MISSING', examples: ['train'], fix: null })
  })
})

test.each([
  ['a share beyond 1', '0 0.5 0.5 1.2 0.5\n'],
  ['a class that is not named', '4 0.5 0.5 0.5 0.5\n'],
  ['a row that is cut short', '0 0.5 0.5 0.5\n'],
])('the proof stops at %s', async (_, rows) => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(yolo, set)
  for await (const { id } of set.pictures({ split: 'train' }))
    writeFileSync(join(folder, `labels/train/${id}.txt`), rows)
  await expect(everyOf(yolo.read(folder, usual))).rejects.toThrow(/not a class and four shares/)
})

test('the proof stops at a JPEG without an end', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder } = await exported(yolo, set)
  for await (const { id, bytes } of set.pictures({ split: 'train' })) {
    const path = join(folder, `images/train/${id}.jpg`)
    rmSync(path)
    writeFileSync(path, (await bytes()).subarray(0, -2))
  }
  await expect(everyOf(yolo.read(folder, usual))).rejects.toThrow(/without an end/)
})

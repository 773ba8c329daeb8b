import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exported, madeUpSet, oddClasses } from '../../../test/support/export-set.ts'
import { huggingFaceFolder } from './hf-folder.ts'

const linesIn = (folder: string, split: string) =>
  readFileSync(join(folder, split, 'metadata.jsonl'), 'utf8')
    .trim()
    .split('\n')

test('every split has a list of all of its pictures, with the same columns, none of them null', async () => {
  const set = await madeUpSet()
  const { folder } = await exported(huggingFaceFolder, set)
  const rows = ['train', 'validation', 'test'].flatMap(split => {
    const listed = linesIn(folder, split).map(line => JSON.parse(line))
    const files = readdirSync(join(folder, split)).filter(name => name !== 'metadata.jsonl')
    expect(listed.map(({ file_name }) => file_name).sort()).toEqual(files.sort())
    return listed
  })
  const [first] = rows
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(Object.keys(first))
    for (const [name, value] of Object.entries(row)) expect(typeof value).toBe(typeof first[name])
  }
})

test('a class whose name is that of a split keeps its name, and no file or folder holds it', async () => {
  const set = await madeUpSet({
    classes: [...oddClasses, { label: 'test', name: 'klass', counts: [1, 1, 1] }],
  })
  const { folder, read } = await exported(huggingFaceFolder, set)
  expect(read.filter(({ label }) => label === 'test')).toHaveLength(3)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const file of files)
    expect(file).toMatch(/^(?:train|validation|test)(?:\/(?:metadata\.jsonl|[0-9a-f]{20}\.jpg))?$/)
})

test('boxes are lists of fractions in every row, be they whole numbers or none', async () => {
  const { folder } = await exported(huggingFaceFolder, await madeUpSet({ hasBoxes: true }))
  const lines = linesIn(folder, 'train')
  expect(
    lines.filter(line => line.endsWith('"objects":{"bbox":[],"categories":[]}}')).length,
  ).toBeGreaterThan(0)
  const boxed = lines.filter(line => !line.includes('"bbox":[]'))
  expect(boxed.length).toBeGreaterThan(0)
  for (const line of boxed) expect(line).toContain('"bbox":[[2.0,3.0,7.5,6.0],[19.0,12.0,5.0,4.0]]')
})

test('a set without boxes has no column of boxes', async () => {
  const { folder } = await exported(huggingFaceFolder, await madeUpSet())
  expect(linesIn(folder, 'train')[0]).not.toContain('objects')
})

test('on request a row says the label alone', async () => {
  const { folder } = await exported(huggingFaceFolder, await madeUpSet(), { columns: 'label' })
  expect(Object.keys(JSON.parse(linesIn(folder, 'test')[0] ?? ''))).toEqual(['file_name', 'label'])
})

test('the card names the folder of each split', async () => {
  const set = await madeUpSet()
  expect(huggingFaceFolder.frontMatter?.(set, { columns: 'all' })).toEqual({
    configs: [
      {
        config_name: 'default',
        data_files: [
          { split: 'train', path: 'train/**' },
          { split: 'validation', path: 'validation/**' },
          { split: 'test', path: 'test/**' },
        ],
      },
    ],
  })
})

test('labels that would be taken for dates are refused, and Parquet is offered', async () => {
  const { planned } = await madeUpSet({ classes: [{ label: '2026-01-31', name: 'day', counts: [2, 2, 2] }] })
  for (const columns of ['all', 'label'] as const)
    expect(await huggingFaceFolder.preflight(planned, { columns })).toMatchObject([
      { code: 'EXPORT_COLUMN_TYPES', weight: 'refused', examples: ['label'], fix: { format: 'hf-parquet' } },
    ])
})

test('boxes in some splits only are refused', async () => {
  // Every other picture has boxes; the one of validation and the one of test are the fourth and the fifth.
  const { planned } = await madeUpSet({ classes: [{ label: 'cat', counts: [3, 1, 1] }], hasBoxes: true })
  expect(await huggingFaceFolder.preflight(planned, { columns: 'all' })).toMatchObject([
    { code: 'EXPORT_COLUMN_TYPES', weight: 'refused', examples: ['objects'] },
  ])
})

test.each([true, false])('nothing is found where nothing is wrong (boxes: %s)', async hasBoxes => {
  const { planned } = await madeUpSet({ hasBoxes })
  expect(await huggingFaceFolder.preflight(planned, { columns: 'all' })).toEqual([])
})

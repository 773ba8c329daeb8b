import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noRoom } from '../../../test/support/import-room.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { createSourceFolder } from '../../exports/readers/source-folder.ts'
import { csvLine } from '../../exports/writers/csv.ts'
import type { Offered } from '../offered.ts'
import { readOwnExport } from './gleaner.ts'

const digest = 'a'.repeat(64)
const record = {
  ...{ schema: 1, datasetId: 'tools', dataset: 'Tools', version: { name: 'v1', digest } },
  ...{ format: 'class-folders', request: {}, images: 1, splits: { all: 1 } },
  classes: [{ label: 'Test tube', name: 'testtube', images: 1 }],
  certificate: { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] },
  files: [{ path: 'testtube/1.jpg', sizeBytes: 1, digest }],
}

test('classes are called as they were, whatever their folders are called', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, 'testtube'))
  writeFileSync(join(folder.path, 'testtube/1.jpg'), 'x')
  writeFileSync(join(folder.path, 'gleaner-export.json'), JSON.stringify(record))
  const found: Offered[] = []
  const problem = () => expect.unreachable()
  for await (const one of readOwnExport(createSourceFolder(folder.path), {
    only: undefined,
    problem,
    room: noRoom,
  }))
    found.push(one)
  expect(found.map(({ file, labels, about }) => [file, labels, about.digest])).toEqual([
    ['testtube/1.jpg', ['Test tube'], digest],
  ])
})

test.each(['=1+1', '"=1', "'=1", "''-1", "it's"])('a title %j comes back from a table', async title => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, '1.jpg'), 'x')
  writeFileSync(join(folder.path, 'gleaner-export.json'), JSON.stringify({ ...record, format: 'csv' }))
  const rows = [
    ['filename', 'label', 'title'],
    ['1.jpg', 'Test tube', title],
  ]
  writeFileSync(join(folder.path, 'manifest.csv'), rows.map(row => csvLine(row)).join(''))
  const found: Offered[] = []
  const problem = () => expect.unreachable()
  for await (const one of readOwnExport(createSourceFolder(folder.path), {
    only: undefined,
    problem,
    room: noRoom,
  }))
    found.push(one)
  expect(found.map(({ labels, about }) => [labels, about.title])).toEqual([[['Test tube'], title]])
})

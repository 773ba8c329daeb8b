import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { noRoom } from '../../test/support/import-room.ts'
import { temporaryFolder } from '../../test/support/samples.ts'
import { createSourceFolder } from '../exports/readers/source-folder.ts'
import { readers, recognise, withoutWrapper } from './formats.ts'
import type { Offered } from './offered.ts'
import { createStagedFolder } from './staged-folder.ts'

test('a description is seen however many pictures come before it', async () => {
  const names = Array.from({ length: 21_000 }, (_, at) => `${String(at).padStart(6, '0')}.jpg`)
  const files = ['train', 'test'].flatMap(split =>
    [...names, 'metadata.jsonl'].map(name => `${split}/${name}`),
  )
  const source = createStagedFolder(files.map(path => ({ path, place: '/nowhere', sizeBytes: 1 })))
  expect(await recognise(source)).toBe('hf-folder')
})

test.each([
  [3, 'hf-parquet'],
  [40, 'class-folders'],
])('a table beside %i pictures: %s', async (count, format) => {
  const pictures = Array.from({ length: count }, (_, at) => `cat/${at}.jpg`)
  const paths = ['features.parquet', ...pictures]
  const source = createStagedFolder(paths.map(path => ({ path, place: '/nowhere', sizeBytes: 1 })))
  expect(await recognise(source)).toBe(format)
})

test.each([
  ['train', 'train'],
  ['my-pictures', null],
])('a folder %s around everything says the split %s', async (around, split) => {
  using folder = temporaryFolder()
  for (const path of [`${around}/cat/1.jpg`, `${around}/dog/2.jpg`]) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), 'x')
  }
  const source = await withoutWrapper(createSourceFolder(folder.path))
  const found: Offered[] = []
  for await (const one of readers['class-folders'](source, {
    only: undefined,
    problem: () => {},
    room: noRoom,
  }))
    found.push(one)
  expect(found.map(one => [one.labels, one.split])).toEqual([
    [['cat'], split],
    [['dog'], split],
  ])
})

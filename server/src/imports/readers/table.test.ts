import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { createSourceFolder } from '../../exports/readers/source-folder.ts'
import { readTable } from './table.ts'

async function rowsIn(list: string, isGuarded = false) {
  using folder = temporaryFolder()
  for (const name of ['#1.jpg', '# 1.jpg', '2.jpg']) writeFileSync(join(folder.path, name), 'x')
  writeFileSync(join(folder.path, 'list.csv'), list)
  const problems: (number | null)[] = []
  const found: unknown[] = []
  const options = {
    isGuarded,
    only: 'list.csv',
    problem: ({ line }: { line: number | null }) => problems.push(line),
  }
  for await (const { file, url, labels } of readTable(createSourceFolder(folder.path), options))
    found.push([file ?? url, ...labels])
  return { found, problems }
}

test('a row that begins with # is read where it names a picture, and counted where it names one that is not there', async () => {
  expect(await rowsIn('# birds, "all" of them\nfilename,label\n#1.jpg,cat\n2.jpg,dog\n#3.jpg,cat\n')).toEqual(
    {
      found: [
        ['#1.jpg', 'cat'],
        ['2.jpg', 'dog'],
      ],
      problems: [5],
    },
  )
})

test('a list without a header may have comments anywhere', async () => {
  const list = '#1.jpg,cat\n# it\'s "more"\nhttps://a.example/2.jpg,dog\n#the end\n'
  expect(await rowsIn(list)).toEqual({
    found: [
      ['#1.jpg', 'cat'],
      ['https://a.example/2.jpg', 'dog'],
    ],
    problems: [],
  })
})

test('a table of our own has no comments', async () => {
  const { found, problems } = await rowsIn('filename,label\n# 1.jpg,cat\n#3.jpg,cat\n', true)
  expect({ found, problems }).toEqual({ found: [['# 1.jpg', 'cat']], problems: [3] })
})

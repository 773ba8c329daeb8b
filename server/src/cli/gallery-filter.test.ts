import { isAppError } from '@gleaner/shared/errors'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addFilterFlags, addSortFlag, filterOf } from './gallery-filter.ts'

const classes = [
  { id: 3, label: 'red panda' },
  { id: 7, label: 'wren' },
]

function read(...words: readonly string[]) {
  const command = addSortFlag(addFilterFlags(new Command())).option('--limit <pictures>').exitOverride()
  command.parse(['--limit', '5', ...words], { from: 'user' })
  return filterOf(command.opts(), classes)
}

test('flags say what the address of a gallery says', () => {
  const { filter, order } = read(
    ...[
      '--class',
      'red panda',
      'wren',
      '--mark',
      'kept',
      '--split',
      'test',
      'none',
      '--side',
      '500..',
      '--score-sharpness',
      '..30',
    ],
    ...['--host', 'a.example', '--place', 'trash', '--text', 'blue bird', '--sort', '-side'],
  )
  expect(filter).toEqual({
    classIds: [3, 7],
    marks: ['kept'],
    splits: ['test', 'none'],
    sidePx: { min: 500 },
    scores: { sharpness: { max: 30 } },
    hosts: ['a.example'],
    place: 'trash',
    text: 'blue bird',
  })
  expect(order).toEqual({ by: 'side', isDescending: true })
})

test('without flags, all pictures are meant, newest first', () => {
  expect(read()).toEqual({ filter: {}, order: { by: 'stored', isDescending: true } })
})

test.each([
  [['--class', 'owl'], 'PROTOCOL_NOT_FOUND'],
  [['--side', 'large'], 'PROTOCOL_INVALID'],
  [['--mark', 'loved'], 'PROTOCOL_INVALID'],
  [['--split', 'holdout'], 'PROTOCOL_INVALID'],
])('%o is refused', (words, code) => {
  let problem: unknown
  try {
    read(...words)
  } catch (error) {
    problem = error
  }
  expect(isAppError(problem) && problem.code).toBe(code)
})

import { describe, expect, test } from 'vitest'
import type { Chosen } from './memory.ts'
import { labelFromQuery, suggest } from './suggest.ts'

const vocabulary = {
  datasets: [
    {
      id: 'animals',
      name: 'Animals',
      classes: [
        { label: 'Red panda', images: 12, goal: 200 },
        { label: 'cat', images: 40, goal: null },
      ],
    },
    { id: 'plants', name: 'Plants', classes: [] },
  ],
}
const known = { vocabulary, recents: [] }
const chosen = (patch: Partial<Chosen>): Chosen => ({
  dataset: 'Animals',
  class: 'cat',
  query: 'kitten',
  isOwnWord: true,
  ...patch,
})

test.each([
  ['red panda', 'red panda'],
  ['  red   panda ', 'red panda'],
  ['"red panda" -toy site:example.org', 'red panda'],
  ['filetype:jpg', undefined],
  [null, undefined],
  ['x'.repeat(100), 'x'.repeat(64)],
])('the query %j suggests the label %j', (query, label) => {
  expect(labelFromQuery(query)).toBe(label)
})

describe('destination', () => {
  test('is new and named after the query where nothing is known', () => {
    const nothing = { vocabulary: { datasets: [] }, recents: [] }
    expect(suggest(nothing, 'oak', null).destination).toEqual({ dataset: 'My images', class: 'oak' })
  })

  test('takes the spelling of an existing class', () => {
    expect(suggest(known, 'red PANDA', null).destination).toEqual({ dataset: 'Animals', class: 'Red panda' })
  })

  test('stays where the person put it, for the same query', () => {
    const own = chosen({ class: 'zoo', query: 'red panda' })
    expect(suggest(known, 'red panda', own).destination.class).toBe('zoo')
  })

  test("keeps the person's own word through other queries", () => {
    expect(suggest(known, 'tabby', chosen({})).destination.class).toBe('cat')
  })

  test('follows a query that names another class', () => {
    expect(suggest(known, 'red panda', chosen({})).destination.class).toBe('Red panda')
  })

  test('follows the query when the class was only the suggested one', () => {
    const accepted = chosen({ class: 'kitten', isOwnWord: false })
    expect(suggest(known, 'tabby', accepted).destination.class).toBe('tabby')
  })

  test('prefers the dataset used last', () => {
    const recents = [{ dataset: 'Plants', class: 'oak' }]
    expect(suggest({ vocabulary, recents }, null, null).destination).toEqual({
      dataset: 'Plants',
      class: 'oak',
    })
  })
})

test('offers recent classes first, then those of the server, then words of the query, each once', () => {
  const recents = [
    { dataset: 'Animals', class: 'cat' },
    { dataset: 'Plants', class: 'oak' },
  ]
  expect(suggest({ vocabulary, recents }, 'small cat', null).classes).toEqual([
    { name: 'cat', images: 40 },
    { name: 'Red panda', images: 12 },
    { name: 'small cat', images: null },
    { name: 'small', images: null },
  ])
})

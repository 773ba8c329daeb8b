import type { ClassSummary } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { groupClasses, possibleParents, readDraft, readSynonyms, toDraft } from './facts.ts'

const one = (id: number, parentId: number | null = null) =>
  ({ id, parentId, label: `c${id}` }) as ClassSummary

test('a draft comes back to the facts it was made of', () => {
  const facts = {
    ...{ color: '#aabbcc', goal: 2400, description: 'With a handle', synonyms: ['mallet', 'maul'] },
    parentId: 7,
  }
  expect(readDraft(toDraft({ ...one(1), ...facts }))).toEqual(facts)
  const nothing = { color: null, goal: null, description: '', synonyms: [], parentId: null }
  expect(readDraft(toDraft({ ...one(1), ...nothing }))).toEqual(nothing)
})

test('synonyms are names, each once', () => {
  expect(readSynonyms(' mallet, maul ;mallet\n, قطة')).toEqual(['mallet', 'maul', 'قطة'])
})

test('what cannot be meant is no facts', () => {
  const draft = { color: '', goal: '', description: '', synonyms: '', parentId: '' }
  expect(readDraft({ ...draft, goal: 'many' })).toBeUndefined()
  expect(readDraft({ ...draft, synonyms: 'x'.repeat(65) })).toBeUndefined()
})

test('classes nest one level', () => {
  const classes = [one(1), one(2, 1), one(3)]
  expect(possibleParents(classes, 3).map(({ id }) => id)).toEqual([1])
  expect(possibleParents(classes, 1)).toEqual([])
})

test('superclasses stand before what is below them', () => {
  const classes = [one(1), one(2, 4), one(3), one(4), one(5, 4)]
  expect(
    groupClasses(classes).map(({ parent, classes }) => [parent?.id, classes.map(({ id }) => id)]),
  ).toEqual([
    [undefined, [1, 3]],
    [4, [4, 2, 5]],
  ])
  expect(groupClasses([])).toEqual([])
})

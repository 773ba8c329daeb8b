import type { ClassSummary } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { assign, classesByKey, readAssigned } from './class-keys.ts'

const classes = Array.from({ length: 12 }, (_, place) => ({
  id: place + 1,
  label: `c${place}`,
})) as ClassSummary[]
const ids = (given: readonly (ClassSummary | undefined)[]) => given.map(one => one?.id)

test('without a choice, the keys are those of the nine oldest classes, however they are listed', () => {
  expect(ids(classesByKey(undefined, classes.toReversed()))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(ids(classesByKey(undefined, classes))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(ids(classesByKey(undefined, classes.slice(0, 2))).slice(0, 3)).toEqual([1, 2, undefined])
})

test('a class that is gone leaves its key without one', () => {
  expect(ids(classesByKey([12, 99, null, null, null, null, null, null, null], classes)).slice(0, 3)).toEqual([
    12,
    undefined,
    undefined,
  ])
})

test('a class has one key', () => {
  expect(assign([1, 2, 3], 2, 1)).toEqual([null, 2, 1])
  expect(assign([1, null, 3], 0, null)).toEqual([null, null, 3])
})

test('what a browser kept is believed only where it makes sense', () => {
  expect(readAssigned('[3,"x",null]')).toEqual([3, null, null, null, null, null, null, null, null])
  expect(readAssigned('{"a":1}')).toBeUndefined()
  expect(readAssigned('[')).toBeUndefined()
  expect(readAssigned(null)).toBeUndefined()
})

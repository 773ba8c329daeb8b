import { expect, test } from 'vitest'
import { placeOf, placeWith } from './place-of.ts'

const items = [{ id: 2 }, { id: 5 }, { id: 9 }]

test.each([
  [undefined, 0],
  [5, 1],
  [3, 1],
  [1, 0],
  [9, 2],
  [12, 2],
])('wanted %s: place %s', (wantedId, place) => {
  expect(placeOf(items, wantedId)).toBe(place)
})

test('an empty list has its first place', () => {
  expect(placeOf([], 3)).toBe(0)
})

test('a group that comes back under another number is known by its pictures', () => {
  const groups = [{ keeperId: 'a' }, { keeperId: 'b' }, {}]
  expect(placeWith(groups, ['c', 'b'])).toBe(1)
  expect(placeWith(groups, ['c'])).toBe(-1)
})

import { expect, test } from 'vitest'
import { placeOf } from './place-of.ts'

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

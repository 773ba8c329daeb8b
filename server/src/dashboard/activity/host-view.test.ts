import { expect, test } from 'vitest'
import { placeOf } from './host-view.ts'

test.each([
  [0, 0, { page: 0, last: 0, first: 0, end: 0 }],
  [0, 1, { page: 0, last: 0, first: 1, end: 1 }],
  [0, 100, { page: 0, last: 0, first: 1, end: 100 }],
  [0, 101, { page: 0, last: 1, first: 1, end: 100 }],
  [1, 101, { page: 1, last: 1, first: 101, end: 101 }],
  // Hosts came to their end while the last page was looked at.
  [5, 150, { page: 1, last: 1, first: 101, end: 150 }],
])('page %d of %d hosts', (page, matching, place) => {
  expect(placeOf(page, matching)).toEqual(place)
})

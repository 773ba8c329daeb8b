import { expect, test } from 'vitest'
import { oddity } from './oddity.ts'

const page = (originals: number, thumbnailsOnly: number, unusable = 0, isUnanswered = false) => ({
  isUnanswered,
  tiles: originals + thumbnailsOnly + unusable,
  candidates: Array.from({ length: originals + thumbnailsOnly }, () => ({ sources: [] })),
  originals,
})

test.each([
  ['nothing at all', page(0, 0), 1, 'HARVEST_NO_RESULTS'],
  ['nothing at all on any page', page(0, 0), null, 'HARVEST_NO_RESULTS'],
  ['as always', page(100, 3), 1, null],
  ['no originals where there always are some', page(0, 100), 1, 'HARVEST_LAYOUT_CHANGED'],
  ['no originals as their answers came before', page(0, 100, 0, true), 1, 'HARVEST_RELOAD'],
  ['some originals although answers came before', page(60, 40, 0, true), 0.95, null],
  ['even a single one', page(0, 1), 1, 'HARVEST_LAYOUT_CHANGED'],
  ['no originals where the page has none for most', page(0, 9), 0.2, null],
  ['mostly unreadable tiles', page(10, 0, 11), 1, 'HARVEST_LAYOUT_CHANGED'],
  ['far fewer than usual', page(40, 60), 0.95, 'HARVEST_FEW_ORIGINALS'],
  ['somewhat fewer than usual', page(60, 40), 0.95, null],
  ['few, as usual', page(20, 80), 0.3, null],
  ['too few tiles to tell', page(1, 8), 1, null],
  ['anything on any page', page(1, 99, 300), null, null],
])('%s', (_, reading, usual, code) => {
  expect(oddity(reading, usual)).toBe(code)
})

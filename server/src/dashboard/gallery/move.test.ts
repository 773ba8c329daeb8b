import { expect, test } from 'vitest'
import { rowLayout, squareLayout } from './layout.ts'
import { movePlace } from './move.ts'

/** Four columns, the last row of two. */
const squares = squareLayout(10, 632, 150, 8)
const go = (key: string, place: number) => movePlace(key, place, squares, 2)

test('arrows go to the neighbour and stop at the ends', () => {
  expect([go('ArrowRight', 3), go('ArrowRight', 9), go('ArrowLeft', 0)]).toEqual([4, 9, 0])
  expect([go('ArrowDown', 1), go('ArrowUp', 5), go('ArrowUp', 2), go('ArrowDown', 8)]).toEqual([5, 1, 2, 8])
})

test('a shorter last row is reached at its end', () => {
  expect([go('ArrowDown', 7), go('PageDown', 3)]).toEqual([9, 9])
})

test('Home, End and pages lead far', () => {
  expect([go('Home', 7), go('End', 0), go('PageDown', 0), go('PageUp', 9)]).toEqual([0, 9, 8, 1])
})

test('other keys lead nowhere', () => {
  expect([go('a', 0), movePlace('End', 0, squareLayout(0, 600, 150, 8), 2)]).toEqual([undefined, undefined])
})

test('in rows of pictures of many shapes the nearest one above or below is met', () => {
  const wide = 128 + 32
  const layout = rowLayout(Uint8Array.of(wide, wide, 128, 128, 128, 128), 408, 100, 8)
  expect(layout.row(0).count).toBe(2)
  expect(movePlace('ArrowDown', 1, layout, 1)).toBe(4)
  expect(movePlace('ArrowUp', 2, layout, 1)).toBe(0)
})

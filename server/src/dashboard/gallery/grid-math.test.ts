import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gridShape, moveIndex, neededItems, rowsOf } from './grid-math.ts'

const grid = { columns: 4, total: 10, pageRows: 2 }

test('tiles fill the width and are never smaller than asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 150, max: 4000 }),
      fc.integer({ min: 60, max: 150 }),
      (widthPx, minTilePx) => {
        const { columns, tilePx } = gridShape(widthPx, minTilePx, 8)
        const usedPx = columns * tilePx + (columns - 1) * 8
        expect(tilePx).toBeGreaterThanOrEqual(minTilePx)
        expect(usedPx).toBeLessThanOrEqual(widthPx)
        expect(widthPx - usedPx).toBeLessThan(columns)
      },
    ),
  )
  expect(gridShape(308, 100, 4).columns).toBe(3)
  expect(gridShape(307, 100, 4).columns).toBe(2)
  expect(gridShape(0, 100, 8)).toEqual({ columns: 1, tilePx: 1 })
})

test.each([
  ['ArrowRight', 3, 4],
  ['ArrowRight', 9, 9],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 1, 5],
  ['ArrowDown', 5, 9],
  ['ArrowDown', 6, 9],
  ['ArrowDown', 8, 8],
  ['ArrowUp', 5, 1],
  ['ArrowUp', 2, 2],
  ['PageDown', 0, 8],
  ['PageUp', 9, 1],
  ['PageUp', 5, 1],
  ['Home', 7, 0],
  ['End', 2, 9],
  ['a', 2, undefined],
  ['constructor', 2, undefined],
])('%s from tile %i leads to %s', (key, from, to) => expect(moveIndex(key, from, grid)).toBe(to))

test('no key leaves the grid', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']
  fc.assert(
    fc.property(
      fc.constantFrom(...keys),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 500 }),
      fc.nat(),
      (key, columns, total, seed) => {
        const to = moveIndex(key, seed % total, { columns, total, pageRows: 3 })
        expect(to).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThan(total)
      },
    ),
  )
  expect(moveIndex('End', 0, { ...grid, total: 0 })).toBeUndefined()
})

test('rows and the items they need', () => {
  expect([rowsOf(0, 4), rowsOf(8, 4), rowsOf(9, 4)]).toEqual([0, 2, 3])
  expect(neededItems(1, 4, 10)).toBe(8)
  expect(neededItems(9, 4, 10)).toBe(10)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Layout, placesIn, rowLayout, squareLayout } from './layout.ts'

const rowsOf = (layout: Layout) => Array.from({ length: layout.rowCount }, (_, index) => layout.row(index))
const byteOf = (aspect: number) => Math.round(128 + 32 * Math.log2(aspect))

const anyWidth = fc.integer({ min: 320, max: 2560 })
const anyShapes = fc.uint8Array({ maxLength: 400 })
const anyLayout = fc.oneof(
  fc.tuple(anyShapes, anyWidth).map(([shapes, widthPx]) => rowLayout(shapes, widthPx, 200, 8)),
  fc.tuple(fc.nat(400), anyWidth).map(([count, widthPx]) => squareLayout(count, widthPx, 150, 8)),
)

describe('any layout', () => {
  test('has every picture once, in order, in rows that follow each other', () => {
    fc.assert(
      fc.property(anyLayout, layout => {
        const places = rowsOf(layout).flatMap(row => layout.boxes(row).map(({ place }) => place))
        expect(places).toEqual(Array.from({ length: layout.count }, (_, place) => place))
        rowsOf(layout).forEach((row, index, rows) => {
          const before = rows[index - 1]
          if (before) expect(row.topPx).toBe(before.topPx + before.heightPx + 8)
          expect(row.count).toBeLessThanOrEqual(layout.columnCount)
        })
        const last = rowsOf(layout).at(-1)
        expect(layout.heightPx).toBe(last ? last.topPx + last.heightPx : 0)
      }),
    )
  })

  test('finds the row of a place and of a height', () => {
    fc.assert(
      fc.property(anyLayout, layout => {
        for (const row of rowsOf(layout)) {
          expect(layout.rowOf(row.first)).toBe(row.index)
          expect(layout.rowOf(row.first + row.count - 1)).toBe(row.index)
          expect(layout.rowAt(row.topPx)).toBe(row.index)
          expect(layout.rowAt(row.topPx + row.heightPx)).toBe(row.index)
        }
        expect(layout.rowAt(-50)).toBe(0)
        expect(layout.rowAt(1e9)).toBe(Math.max(0, layout.rowCount - 1))
      }),
    )
  })
})

describe('rows', () => {
  test('fill the width to the pixel, but for the last', () => {
    fc.assert(
      fc.property(anyShapes, anyWidth, (shapes, widthPx) => {
        const layout = rowLayout(shapes, widthPx, 200, 8)
        for (const row of rowsOf(layout).slice(0, -1)) {
          const last = layout.boxes(row).at(-1)
          expect(last && last.leftPx + last.widthPx).toBe(widthPx)
        }
      }),
    )
  })

  test('keep the shape of pictures that are no strips', () => {
    const shapes = Uint8Array.from({ length: 300 }, (_, place) =>
      byteOf([0.66, 1, 1.5, 1.78][place % 4] ?? 1),
    )
    const layout = rowLayout(shapes, 1000, 200, 8)
    for (const row of rowsOf(layout)) {
      expect(row.heightPx).toBeGreaterThan(140)
      expect(row.heightPx).toBeLessThan(290)
      for (const { place, widthPx } of layout.boxes(row))
        expect(widthPx / row.heightPx / 2 ** (((shapes[place] ?? 0) - 128) / 32)).toBeCloseTo(1, 1)
    }
  })

  test('do not stretch a last row that is not full', () => {
    const layout = rowLayout(Uint8Array.of(byteOf(1), byteOf(1)), 1000, 200, 8)
    expect(layout.boxes(layout.row(0))).toEqual([
      { place: 0, leftPx: 0, widthPx: 200 },
      { place: 1, leftPx: 208, widthPx: 200 },
    ])
  })
})

test('squares fill the width with equal tiles', () => {
  const layout = squareLayout(10, 1000, 150, 8)
  expect(layout).toMatchObject({ columnCount: 6, rowCount: 2 })
  expect(layout.row(1)).toMatchObject({ first: 6, count: 4, heightPx: 160 })
  expect(squareLayout(3, 90, 150, 8)).toMatchObject({ columnCount: 1 })
})

test('a rectangle touches what it lies over, however it was drawn', () => {
  const layout = squareLayout(30, 632, 150, 8)
  expect(layout.columnCount).toBe(4)
  expect(placesIn(layout, { leftPx: 10, topPx: 10, rightPx: 200, bottomPx: 200 })).toEqual([
    [0, 1],
    [4, 5],
  ])
  expect(placesIn(layout, { leftPx: 153, topPx: 0, rightPx: 158, bottomPx: 100 })).toEqual([])
  expect(placesIn(layout, { leftPx: 0, topPx: 5000, rightPx: 10, bottomPx: 6000 })).toEqual([])
})

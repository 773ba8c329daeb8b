import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folded, heightsOf, shiftAfterLeap, shiftNearEdge, shiftTo } from './fold.ts'
import { squareLayout } from './layout.ts'

const windowPx = 300
const limitPx = 20_000
const layout = squareLayout(4_000, 1280, 160, 6) // 572 rows of about 180 pixels: five pages and more
const heights = heightsOf(layout, windowPx, limitPx)
const mostShiftPx = layout.heightPx - limitPx

test('what is not too high stays as it is', () => {
  expect(folded(layout, 0)).toBe(layout)
  expect(heightsOf(layout, windowPx)).toMatchObject({ layoutPx: layout.heightPx, pagePx: layout.heightPx })
  expect(shiftNearEdge(heightsOf(layout, windowPx), 0, 3)).toBe(0)
})

test('rows stand where the page shows them, and are found there', () => {
  const page = folded(layout, 30_000, limitPx)
  expect(page.heightPx).toBe(limitPx)
  const row = page.row(page.rowAt(500))
  expect(row.topPx).toBeLessThanOrEqual(500)
  expect(row.topPx + row.heightPx + 6).toBeGreaterThan(500)
  expect(row).toEqual({ ...layout.row(layout.rowAt(30_500)), topPx: row.topPx })
})

test('a leap to either end, or half-way, is one in the layout', () => {
  expect(shiftAfterLeap(heights, 0)).toBe(0)
  expect(shiftAfterLeap(heights, limitPx - windowPx)).toBe(mostShiftPx)
  const half = (limitPx - windowPx) / 2
  expect(half + shiftAfterLeap(heights, half)).toBeCloseTo((layout.heightPx - windowPx) / 2, -1)
})

test('every height of the layout can be brought onto the page', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: layout.heightPx - windowPx }), layoutYPx => {
      const shiftPx = shiftTo(heights, layoutYPx)
      const yPx = layoutYPx - shiftPx
      expect(shiftPx).toBeGreaterThanOrEqual(0)
      expect(yPx).toBeGreaterThanOrEqual(0)
      expect(yPx).toBeLessThanOrEqual(limitPx - windowPx)
    }),
  )
})

test('whoever scrolls step by step, from wherever and however fast, passes every height and comes to the end', () => {
  const anyStep = fc.integer({ min: 40, max: 2 * windowPx })
  const anyStart = fc.integer({ min: 0, max: limitPx - windowPx })
  fc.assert(
    fc.property(anyStart, anyStep, fc.boolean(), (startPx, stepPx, isDown) => {
      let yPx = startPx
      let shiftPx = shiftAfterLeap(heights, startPx)
      let [farthestPx, isOnPage] = [0, true]
      const end = isDown ? layout.heightPx - windowPx : 0
      const steps = Math.ceil(layout.heightPx / stepPx) + 2
      for (let step = 0; step < steps; step++) {
        const beforePx = yPx + shiftPx
        yPx = Math.max(0, Math.min(limitPx - windowPx, yPx + (isDown ? stepPx : -stepPx)))
        const layoutYPx = yPx + shiftPx
        farthestPx = Math.max(farthestPx, Math.abs(layoutYPx - beforePx))
        shiftPx = shiftNearEdge(heights, shiftPx, yPx)
        yPx = layoutYPx - shiftPx
        isOnPage &&= yPx >= 0 && yPx <= limitPx - windowPx
      }
      expect(farthestPx).toBeLessThanOrEqual(stepPx)
      expect(isOnPage).toBe(true)
      expect(yPx + shiftPx).toBe(end)
    }),
  )
})

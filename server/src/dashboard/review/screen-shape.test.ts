import { expect, test } from 'vitest'
import { screenShape, stepTo } from './screen-shape.ts'

test('tiles fill the width, rows the height', () => {
  expect(screenShape(1000, 620, 180)).toEqual({ columns: 5, rows: 3 })
  expect(screenShape(360, 500, 100)).toEqual({ columns: 3, rows: 4 })
})

test('however small the window, there is something to look at', () => {
  expect(screenShape(120, 80, 180)).toEqual({ columns: 2, rows: 2 })
})

test('arrows stay on the screen', () => {
  expect(stepTo('ArrowRight', 3, 4, 10)).toBe(4)
  expect(stepTo('ArrowDown', 3, 4, 10)).toBe(7)
  expect(stepTo('ArrowDown', 7, 4, 10)).toBe(7)
  expect(stepTo('ArrowLeft', 0, 4, 10)).toBe(0)
  expect(stepTo('ArrowUp', 2, 4, 10)).toBe(2)
  expect(stepTo('x', 2, 4, 10)).toBeUndefined()
})

import { expect, test } from 'vitest'
import { binsOf, tallest, trimBins } from './bins.ts'

const bins = binsOf({ min: 0, max: 100, counts: [0, 0, 4, 9, 1, 0, 0, 0, 0, 0] })

test('steps are equal and meet', () => {
  expect(bins[3]).toEqual({ from: 30, to: 40, count: 9 })
  expect(bins).toHaveLength(10)
})

test('only what holds something is drawn, with a little air', () => {
  expect(trimBins(bins).map(({ from }) => from)).toEqual([10, 20, 30, 40, 50])
  expect(trimBins(binsOf({ min: 0, max: 1, counts: [2] }))).toEqual([{ from: 0, to: 1, count: 2 }])
  expect(trimBins(binsOf({ min: 0, max: 1, counts: [0, 0] }))).toEqual([])
})

test('the tallest is told', () => {
  expect(tallest(bins)).toEqual({ from: 30, to: 40, count: 9 })
  expect(tallest([])).toBeUndefined()
})

import { expect, test } from 'vitest'
import { curveOf, proposedBits, recallOf, type Trial } from './evaluate.ts'
import { spread } from './look-through.ts'

const trial = (foundBits: number | null, mistakenAt: readonly number[] = []): Trial => ({
  transform: 'grey',
  original: 0,
  foundBits,
  mistaken: mistakenAt.map(distanceBits => ({ number: 9, distanceBits })),
})

test('the threshold is the lowest one that finds all that can be found without mistakes', () => {
  const curve = curveOf([trial(4), trial(20), trial(33), trial(null)], 64)
  expect(proposedBits(curve, 64)).toBe(33)
  expect(curve[33]).toEqual({ bits: 33, recall: 0.75, precision: 1, mistakes: 0 })
  expect(curve[19]).toMatchObject({ recall: 0.25 })
})

test('it stays below the first mistake, and below what may be set', () => {
  const trials = [trial(4), trial(20, [30]), trial(40)]
  expect(proposedBits(curveOf(trials, 64), 64)).toBe(20)
  expect(proposedBits(curveOf([trial(4), trial(60)], 96), 32)).toBe(4)
})

test('of one transform only its own copies count', () => {
  const trials: Trial[] = [trial(4), trial(null), { ...trial(3), transform: 'flip' }]
  expect(recallOf(trials, { name: 'grey' }, 64)).toBe(0.5)
  expect(recallOf(trials, { name: 'flip' }, 2)).toBe(0)
  expect(recallOf(trials, { name: 'half' }, 64)).toBeNaN()
})

test('a sample is taken evenly from all', () => {
  const numbers = Array.from({ length: 100 }, (_, at) => at)
  expect(spread(numbers, 4)).toEqual([0, 25, 50, 75])
  expect(spread([1, 2], 4)).toEqual([1, 2])
})

import { problemRules, qualityProblems } from '@gleaner/shared/quality-problems'
import { expect, test } from 'vitest'
import { hasScore, scaleOf, shareOf, takenBy } from './scale.ts'

test('every threshold lies on its slider, and comes back from there', () => {
  for (const problem of qualityProblems) {
    const { least, most, usual, step } = problemRules[problem]
    const scale = scaleOf(problem)
    expect(scale.toValue(scale.least), problem).toBe(least)
    expect(scale.toValue(scale.most), problem).toBe(most)
    const back = scale.toValue(scale.toPosition(usual))
    expect(Math.abs(back - usual), problem).toBeLessThanOrEqual(Math.max(step, usual * 0.03))
    let before = Number.NEGATIVE_INFINITY
    for (let position = scale.least; position <= scale.most; position++) {
      const value = scale.toValue(position)
      expect(value, `${problem} at ${position}`).toBeGreaterThanOrEqual(before)
      before = value
    }
  }
})

test('pictures at the threshold and on its side are taken', () => {
  const counts = Array.from({ length: 101 }, (_, score) =>
    score === 30 || score === 31 || score === 90 ? 2 : 0,
  )
  expect([29, 30, 31, 100].map(threshold => takenBy('blurry', threshold, counts))).toEqual([0, 2, 4, 6])
  expect([91, 90, 31, 0].map(threshold => takenBy('bright', threshold, counts))).toEqual([0, 2, 4, 6])
  expect([hasScore('blurry'), hasScore('small'), hasScore('wide')]).toEqual([true, false, false])
})

test('a value lies on the slider as far along as its position', () => {
  const even = scaleOf('dark')
  expect([even.least, even.most].map(value => shareOf(even, value))).toEqual([0, 1])
  expect(shareOf(even, (even.least + even.most) / 2)).toBeCloseTo(0.5, 1)
  const sizes = scaleOf('small')
  expect(shareOf(sizes, 1)).toBe(0)
  expect(shareOf(sizes, sizes.toValue(sizes.most / 2))).toBeCloseTo(0.5, 1)
})

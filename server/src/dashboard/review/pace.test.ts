import { expect, test } from 'vitest'
import { paceOf, timeLeftMs } from './pace.ts'

const beats = (gapsMs: readonly number[], pictures = 1) =>
  [0, ...gapsMs].map((_, place, all) => ({
    atMs: all.slice(0, place + 1).reduce((sum, gapMs) => sum + gapMs, 0),
    pictures,
  }))

test('one picture every half second is 120 a minute', () => {
  expect(paceOf(beats([500, 500, 500, 500, 500, 500]))).toBeCloseTo(120)
})

test('screenfuls count by their pictures', () => {
  expect(paceOf(beats([6000, 6000, 6000, 6000, 6000], 24))).toBeCloseTo(240)
})

test('a coffee break is not the pace', () => {
  expect(paceOf(beats([1000, 1000, 1000, 3_600_000, 1000, 1000]))).toBeCloseTo(18)
})

test('only the last minute’s worth of decisions counts', () => {
  const slow = Array.from({ length: 100 }, () => 10_000)
  const fast = Array.from({ length: 60 }, () => 500)
  expect(paceOf(beats([...slow, ...fast]))).toBeCloseTo(120)
})

test('of a few decisions nothing is said, nor of a clock that stands', () => {
  expect(paceOf(beats([500, 500]))).toBeUndefined()
  expect(paceOf(beats([0, 0, 0, 0, 0, 0]))).toBeUndefined()
})

test('1,000 pictures at 100 a minute take ten minutes', () => {
  expect(timeLeftMs(1000, 100)).toBe(600_000)
})

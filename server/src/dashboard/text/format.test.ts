import { expect, test } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatNoun,
  formatPixels,
  formatRate,
} from './format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_940, '9.9 kB'],
  [48_300, '48 kB'],
  [999_600, '1.0 MB'],
  [2_100_000, '2.1 MB'],
])('%i bytes are %s', (sizeBytes, words) => expect(formatBytes(sizeBytes)).toBe(words))

test.each([
  [-5, '0 s'],
  [45_000, '45 s'],
  [59_700, '1 min'],
  [3_599_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [172_800_000, '2 days'],
])('%i ms last %s', (durationMs, words) => expect(formatDuration(durationMs)).toBe(words))

test('counts, nouns and sizes', () => {
  expect(formatCount(100_000)).toBe('100,000')
  expect(formatNoun(1, 'picture')).toBe('1 picture')
  expect(formatNoun(2400, 'class', 'classes')).toBe('2,400 classes')
  expect(formatPixels(3024, 512)).toBe('3,024 × 512')
})

test('a countdown never shows less than what is left', () => {
  expect(formatClock(245_000)).toBe('4:05')
  expect(formatClock(200)).toBe('0:01')
  expect(formatClock(-1)).toBe('0:00')
})

test('moments close by are told by distance, others by date', () => {
  const nowMs = Date.UTC(2026, 4, 20, 12)
  expect(formatAgo(nowMs - 3000, nowMs)).toBe('just now')
  expect(formatAgo(nowMs - 300_000, nowMs)).toBe('5 min ago')
  expect(formatAgo(nowMs - 10 * 86_400_000, nowMs)).toBe('May 10, 2026')
})

test('slow rates are told per minute', () => {
  expect(formatRate(2.44)).toBe('2.4 per second')
  expect(formatRate(18.2)).toBe('18 per second')
  expect(formatRate(0.2)).toBe('12 per minute')
})

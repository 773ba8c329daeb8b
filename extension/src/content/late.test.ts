import { expect, test } from 'vitest'
import { cameLate } from './late.ts'

test.each([
  ['before the page is loaded', { loadEventEnd: 0 }, 9_000, false],
  ['as the page is loaded', { loadEventEnd: 8_900 }, 9_000, false],
  ['to a page that is open', { loadEventEnd: 3_000 }, 9_000, true],
  ['where nothing is known of it', undefined, 9_000, false],
])('comes %s', (_, navigation, nowMs, isLate) => {
  expect(cameLate(navigation, nowMs)).toBe(isLate)
})

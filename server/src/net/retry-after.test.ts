import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const noon = Date.UTC(2026, 2, 1, 12, 0, 0)

test.each([
  ['0', 0],
  ['7', 7_000],
  [' 120 ', 120_000],
  ['3600', 3_600_000],
  ['3601', 3_600_000],
  ['999999999999999999999999', 3_600_000],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
  ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
  ['Sun Mar  1 12:00:30 2026', 30_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['Tue, 01 Mar 2089 12:00:00 GMT', 3_600_000],
])('%j is %d ms', (value, expected) => {
  expect(retryAfterMs(value, undefined, noon)).toBe(expected)
})

test.each([
  undefined,
  '',
  'soon',
  '-5',
  '1.5',
  '5 seconds',
  '0x10',
  '1e3',
  'Infinity',
  '2026-03-01T12:00:30Z',
  'Sun, 99 Mar 2026 12:00:30 GMT',
  'Sun, 01 Mar 2026 12:00:30',
])('%j is ignored', value => {
  expect(retryAfterMs(value, undefined, noon)).toBeUndefined()
})

test('counts a date from the clock of the host', () => {
  const theirs = 'Sat, 28 Feb 2026 09:00:00 GMT'
  expect(retryAfterMs('Sat, 28 Feb 2026 09:00:10 GMT', theirs, noon)).toBe(10_000)
  expect(retryAfterMs('Sun, 01 Mar 2026 12:00:10 GMT', 'nonsense', noon)).toBe(10_000)
})

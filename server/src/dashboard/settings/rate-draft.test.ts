import { IngestSettings } from '@gleaner/shared/activity'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { readRate, toRateText } from './rate-draft.ts'

test.each([
  ['', null],
  ['   ', null],
  ['2', 2_000_000],
  [' 0,5 ', 500_000],
  ['.25', 250_000],
  ['0.02', 20_000],
  ['1000', 1_000_000_000],
])('%j is a cap the server takes', (text, maxBytesPerSecond) => {
  expect(readRate(text)).toEqual({ maxBytesPerSecond })
  expect(Value.Check(IngestSettings, readRate(text))).toBe(true)
})

test.each(['0', '0.01', '1001', '-2', '1e3', 'fast', '2 MB', '1.2.3'])('%j is none', text => {
  expect(readRate(text)).toEqual({ error: 'A number from 0.02 to 1000, or nothing.' })
})

test.each([
  [null, ''],
  [2_000_000, '2'],
  [500_000, '0.5'],
  [16_384, '0.016'],
])('a cap of %s bytes is shown as %j', (bytes, text) => {
  expect(toRateText(bytes)).toBe(text)
})

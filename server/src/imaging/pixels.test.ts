import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import { brighten, compiledPixels, sumOfRows } from './pixels.ts'

test('the committed bytes are what pixels.wat compiles to', async () => {
  const wabt = await compiler()
  const module = wabt.parseWat('pixels.wat', readFileSync(new URL('./pixels.wat', import.meta.url), 'utf8'))
  module.validate()
  expect(compiledPixels).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

function noise(length: number): Uint8Array {
  const next = numbersFrom(length)
  return Uint8Array.from({ length }, () => next() * 256)
}

describe('sums of rows', () => {
  test.each([
    [1, 1, 0, 1],
    [15, 4, 1, 2],
    [16, 3, 0, 3],
    [17, 9, 2, 7],
    [1_500, 40, 11, 6],
    [60_000, 70, 3, 60],
    [3, 20_000, 0, 20_000],
  ])('of %i values, %i of them, from %i on %i', (rowBytes, allRows, firstRow, rows) => {
    const data = noise(rowBytes * allRows)
    const expected = Array.from({ length: rowBytes }, (_, column) => {
      let sum = 0
      for (let row = firstRow; row < firstRow + rows; row++) sum += data[row * rowBytes + column] ?? 0
      return sum
    })
    expect([...sumOfRows(data, rowBytes, firstRow, rows).subarray(0, rowBytes)]).toEqual(expected)
  })

  test('are not made of rows that are too long', () => {
    expect(() => sumOfRows(new Uint8Array(60_001), 60_001, 0, 1)).toThrow(RangeError)
  })
})

test.each([3, 48, 50, 300, 3_000_000])('brightens some channels of %i values, up to 255', length => {
  const data = noise(length)
  const channels = [true, false, true]
  const wrong = (changed: Uint8Array) =>
    changed.findIndex((value, at) => value !== Math.min(255, (data[at] ?? 0) + (channels[at % 3] ? 1 : 0)))
  const changed = data.slice()
  brighten(changed, channels)
  expect(wrong(changed)).toBe(-1)
  expect(data.includes(255) || length < 300).toBe(true)
})

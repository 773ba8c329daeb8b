import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import { blendRows, brighten, compiledPixels, rasterRoom } from './pixels.ts'

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

/** The same values where the loops copy them, and where they work on them in place. */
const places: readonly (readonly [where: string, put: (data: Uint8Array) => Uint8Array])[] = [
  ['elsewhere', data => data],
  [
    'in the room for rasters',
    data => {
      const room = rasterRoom(data.length)
      room.set(data)
      return room
    },
  ],
]

describe.each(places)('rows %s', (_, put) => {
  test.each([
    [1, 1, 0, 0],
    [15, 4, 1, 2],
    [16, 3, 0, 2],
    [17, 9, 2, 8],
    [1_500, 40, 11, 16],
    [60_000, 70, 3, 62],
    [3, 20_000, 0, 19_999],
  ])('of %i values, %i of them, become one from row %i to row %i', (rowBytes, allRows, first, last) => {
    const data = noise(rowBytes * allRows)
    const shares = { wholeShare: 0.25, firstShare: 0.125, lastShare: last > first ? 0.0625 : 0 }
    const value = (row: number, column: number) => data[row * rowBytes + column] ?? 0
    const expected = Array.from({ length: rowBytes }, (_, column) => {
      let between = 0
      for (let row = first + 1; row < last; row++) between += value(row, column)
      return between * 0.25 + value(first, column) * 0.125 + value(last, column) * shares.lastShare
    })
    const blended = blendRows(put(data), rowBytes, { first, last, ...shares })
    expect([...blended.subarray(0, rowBytes)]).toEqual(expected)
  })

  test.each([3, 48, 50, 300, 3_000_000])('of %i values get brighter in some channels, up to 255', length => {
    const data = noise(length)
    const channels = [true, false, true]
    const wrong = (changed: Uint8Array) =>
      changed.findIndex((value, at) => value !== Math.min(255, (data[at] ?? 0) + (channels[at % 3] ? 1 : 0)))
    const changed = put(data.slice())
    brighten(changed, channels)
    expect(wrong(changed)).toBe(-1)
    expect(data.includes(255) || length < 300).toBe(true)
  })
})

test('rows that are too long are refused', () => {
  const span = { first: 0, last: 0, wholeShare: 1, firstShare: 1, lastShare: 0 }
  expect(() => blendRows(new Uint8Array(60_001), 60_001, span)).toThrow(RangeError)
})

test('a raster too large for the room gets room of its own', () => {
  const small = rasterRoom(3)
  expect(rasterRoom(17 * 1024 * 1024).buffer).not.toBe(small.buffer)
})

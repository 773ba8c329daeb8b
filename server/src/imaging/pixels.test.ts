import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import { cellsOf } from './cells.ts'
import type { Size } from './geometry.ts'
import { brighten, compiledPixels, mixed, rasterRoom } from './pixels.ts'

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

/** Exact shares of every pixel, summed one by one. */
function meanOf(data: Uint8Array, { width, height }: Size, cell: number, channel: number): number {
  const [cellX, cellY] = [cell % 64, Math.floor(cell / 64)]
  const weight = (at: number, cell: number, length: number) =>
    Math.max(0, Math.min((at + 1) * 64, (cell + 1) * length) - Math.max(at * 64, cell * length))
  let sum = 0
  for (let y = Math.floor((cellY * height) / 64); y * 64 < (cellY + 1) * height; y++) {
    for (let x = Math.floor((cellX * width) / 64); x * 64 < (cellX + 1) * width; x++) {
      const value = data[(y * width + x) * 3 + channel] ?? 0
      sum += value * weight(x, cellX, width) * weight(y, cellY, height)
    }
  }
  return sum / (width * height)
}

describe.each(places)('a raster %s', (_, put) => {
  test.each([
    [1, 1],
    [5, 3],
    [64, 64],
    [100, 63],
    [500, 375],
    [129, 16_500],
    [20_000, 70],
  ])('of %i × %i is reduced to the means of its cells', (width, height) => {
    const data = noise(width * height * 3)
    const { red, green, blue, luma } = cellsOf(put(data), width, height)
    for (const cell of [0, 1, 62, 63, 64, 100, 2_000, 4_032, 4_095]) {
      const means = [0, 1, 2].map(channel => meanOf(data, { width, height }, cell, channel))
      expect([red[cell], green[cell], blue[cell]]).toEqual(means)
      const [r = 0, g = 0, b = 0] = means
      expect(luma[cell]).toBeCloseTo(0.299 * r + 0.587 * g + 0.114 * b, 9)
    }
  })

  test.each([3, 48, 50, 300, 3_000_000])('of %i values gets brighter in some channels, up to 255', length => {
    const data = noise(length)
    const channels = [true, false, true]
    const wrong = (changed: Uint8Array) =>
      changed.findIndex((value, at) => value !== Math.min(255, (data[at] ?? 0) + (channels[at % 3] ? 1 : 0)))
    const changed = put(data.slice())
    brighten(changed, channels)
    expect(wrong(changed)).toBe(-1)
    expect(data.includes(255) || length < 300).toBe(true)
  })

  test.each([1, 64, 1_500, 2_000_000])(
    'of %i values is mixed into others when one of them changes',
    length => {
      const data = noise(length)
      const before = Buffer.from(mixed(put(data))).toString('hex')
      expect(Buffer.from(mixed(put(data))).toString('hex')).toBe(before)
      const seen = new Set([before])
      const changed = [0, length >> 1, length - 1].flatMap(at => [1, 128].map(bit => [at, bit] as const))
      for (const [at, bit] of new Set(changed)) {
        const other = data.slice()
        other[at] = (other[at] ?? 0) ^ bit
        seen.add(Buffer.from(mixed(put(other))).toString('hex'))
      }
      const swapped = data.slice()
      swapped.copyWithin(0, length >> 1)
      if (length > 1) seen.add(Buffer.from(mixed(put(swapped))).toString('hex'))
      expect(seen.size).toBe(length > 1 ? 8 : 3)
    },
  )
})

test('values are mixed into the same wherever they lie, and however many pieces they come in', () => {
  const data = noise(3_000_001)
  const room = rasterRoom(data.length)
  room.set(data)
  expect(mixed(data)).toEqual(mixed(room))
})

test('parts of a raster that change places change what it is mixed into', () => {
  const data = noise(256)
  const turned = Uint8Array.from([...data.subarray(64, 128), ...data.subarray(0, 64), ...data.subarray(128)])
  expect(mixed(turned)).not.toEqual(mixed(data))
})

test('rows that are too long are refused', () => {
  expect(() => cellsOf(new Uint8Array(60_003), 20_001, 1)).toThrow(RangeError)
})

test('a raster too large for the room gets room of its own', () => {
  const small = rasterRoom(3)
  expect(rasterRoom(17 * 1024 * 1024).buffer).not.toBe(small.buffer)
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import type { Size } from './geometry.ts'
import { createWeigher, wholeWeight } from './lanczos.ts'
import type { Raster } from './luma.ts'
import { place, rasterRoom } from './pixels.ts'
import { reduced } from './reduce.ts'
import { compiledReduce } from './reduce-loops.ts'

test('the committed bytes are what reduce.wat compiles to', async () => {
  const wabt = await compiler()
  const module = wabt.parseWat('reduce.wat', readFileSync(new URL('./reduce.wat', import.meta.url), 'utf8'))
  module.validate()
  expect(compiledReduce).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

/** Clouds with noise on them. */
function clouds({ width, height }: Size): Uint8Array {
  const next = numbersFrom(width * height)
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
    return 128 + 70 * Math.sin(x / 9 + (at % 3)) * Math.cos(y / 7) + 50 * (next() - 0.5)
  })
}

function reduce(data: Uint8Array, frame: Size, size: Size): Uint8Array {
  const room = rasterRoom(data.length, size.width * size.height * 3)
  room.set(data)
  return reduced({ data: room, ...frame }, size).data
}

const lanczos = (x: number) => {
  const turn = Math.PI * x
  return x === 0 ? 1 : Math.abs(x) >= 3 ? 0 : (3 * Math.sin(turn) * Math.sin(turn / 3)) / (turn * turn)
}

/** One value, from all pixels it is made of, in numbers that are not rounded. */
function exactValue(
  { data, width, height }: Raster,
  to: Size,
  x: number,
  y: number,
  channel: number,
): number {
  const along = (at: number, from: number, to: number) => {
    const scale = from / to
    const middle = (at + 0.5) * scale - 0.5
    const near = Array.from(
      { length: Math.ceil(6 * scale) + 2 },
      (_, by) => Math.ceil(middle - 3 * scale) + by,
    )
    const weights = near.map(pixel => lanczos((pixel - middle) / scale))
    const sum = weights.reduce((a, b) => a + b, 0)
    return near.map((pixel, by) => ({
      pixel: Math.min(Math.max(pixel, 0), from - 1),
      weight: (weights[by] ?? 0) / sum,
    }))
  }
  let value = 0
  for (const down of along(y, height, to.height)) {
    for (const across of along(x, width, to.width)) {
      const at = (down.pixel * width + across.pixel) * 3 + channel
      value += down.weight * across.weight * (data[at] as number)
    }
  }
  return Math.min(255, Math.max(0, value))
}

/** Means of four pixels, in whole numbers; what is left over at the far sides is left out. */
function halved({ data, width, height }: Raster): Raster {
  const half = { width: width >> 1, height: height >> 1 }
  const means = Uint8Array.from({ length: half.width * half.height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % half.width, Math.floor(at / 3 / half.width)]
    const value = (right: number, below: number) =>
      data[((2 * y + below) * width + 2 * x + right) * 3 + (at % 3)] as number
    const [left, right] = [0, 1].map(by => (value(by, 0) + value(by, 1) + 1) >> 1) as [number, number]
    return (left + right) >> 1
  })
  return { data: means, ...half }
}

describe('a raster is reduced as the kernel says', () => {
  test.each([
    [40, 30, 39, 29],
    [130, 97, 100, 75],
    [133, 100, 51, 38],
    [200, 150, 68, 51],
    [203, 151, 64, 48],
    [16, 700, 9, 400],
    [3_000, 16, 1_001, 5],
    [10_880, 16, 10_879, 15],
  ])('%i × %i to %i × %i', (width, height, toWidth, toHeight) => {
    const frame = { width, height }
    const size = { width: toWidth, height: toHeight }
    const whole: Raster = { data: clouds(frame), ...frame }
    const found = reduce(whole.data, frame, size)
    const weighed = width >= 3 * toWidth && height >= 3 * toHeight ? halved(whole) : whole
    let furthest = 0
    for (const y of [0, 1, toHeight >> 1, toHeight - 2, toHeight - 1]) {
      for (const x of [0, 1, toWidth >> 1, toWidth - 2, toWidth - 1]) {
        for (let channel = 0; channel < 3; channel++) {
          const value = found[(y * toWidth + x) * 3 + channel] as number
          furthest = Math.max(furthest, Math.abs(value - exactValue(weighed, size, x, y, channel)))
        }
      }
    }
    expect(furthest).toBeLessThan(1.6)
  })

  test('halving makes nothing brighter', () => {
    const frame = { width: 300, height: 300 }
    const data = clouds(frame)
    const found = reduce(data, frame, { width: 100, height: 100 })
    const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.abs(mean(found) - mean(data))).toBeLessThan(0.1)
  })

  test.each([0, 1, 127, 254, 255])('a plain area of %i stays as it is', value => {
    const frame = { width: 333, height: 251 }
    const found = reduce(new Uint8Array(333 * 251 * 3).fill(value), frame, { width: 100, height: 75 })
    expect(found.every(other => other === value)).toBe(true)
  })
})

test('the weights of every pixel make a whole and start within the line', () => {
  for (const [from, to] of [[1_600, 512] as const, [13, 12] as const, [5, 5] as const, [40, 3] as const]) {
    const { taps, weigh } = createWeigher(from, to)
    const weights = new Int16Array(taps)
    for (let at = 0; at < to; at++) {
      const first = weigh(at, weights)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(first).toBeLessThan(from)
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(wholeWeight)
    }
  }
})

test('a raster that lies elsewhere is refused', () => {
  const size = { width: 10, height: 10 }
  expect(() => reduced({ data: new Uint8Array(30 * 30 * 3), width: 30, height: 30 }, size)).toThrow(
    RangeError,
  )
})

test.each([
  ['whose rows have no room', 12_000, 16, 6_000, 8],
  ['of which too many rows become one', 20, 600, 20, 2],
  ['that is too narrow to be halved', 16, 60, 5, 20],
])('a raster is refused %s', (_, width, height, toWidth, toHeight) => {
  const blank = new Uint8Array(width * height * 3)
  expect(() => reduce(blank, { width, height }, { width: toWidth, height: toHeight })).toThrow(RangeError)
})

test('what is reduced lies where it can be worked on', () => {
  const frame = { width: 90, height: 60 }
  const room = rasterRoom(90 * 60 * 3, 30 * 20 * 3)
  room.fill(7)
  expect(reduced({ data: room, ...frame }, { width: 30, height: 20 }).data.byteOffset).toBe(place.raster)
})

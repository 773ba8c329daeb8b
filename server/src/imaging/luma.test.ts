import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin, meanChroma, miniature, miniatureSide, type Raster } from './luma.ts'

/** A picture from a function of place. */
function paint(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Raster {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3)
  }
  return { data, width, height }
}

const anyRaster = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map(data => ({ data, width, height })),
  )

const mean = (values: Iterable<number>) => {
  const all = [...values]
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

test('the mean of every channel stays what it was', () => {
  fc.assert(
    fc.property(anyRaster, raster => {
      const mini = miniature(raster)
      for (const [channel, plane] of [mini.red, mini.green, mini.blue].entries()) {
        expect(mean(plane)).toBeCloseTo(mean(raster.data.filter((_, at) => at % 3 === channel)), 6)
      }
    }),
    { numRuns: 50 },
  )
})

test('every cell is the mean of the area it covers, pixel by pixel', () => {
  fc.assert(
    fc.property(anyRaster, fc.nat(63), fc.nat(63), (raster, cellX, cellY) => {
      const { width, height, data } = raster
      const overlap = (at: number, cell: number, size: number) =>
        Math.max(0, Math.min(at + 1, ((cell + 1) * size) / 64) - Math.max(at, (cell * size) / 64))
      let sum = 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          sum += (data[(y * width + x) * 3 + 1] ?? 0) * overlap(x, cellX, width) * overlap(y, cellY, height)
        }
      }
      const expected = sum / ((width / 64) * (height / 64))
      expect(miniature(raster).green[cellY * miniatureSide + cellX]).toBeCloseTo(expected, 6)
    }),
    { numRuns: 60 },
  )
})

test('luma weighs the channels', () => {
  const { luma } = miniature(paint(10, 10, () => [100, 50, 200]))
  expect(luma[0]).toBeCloseTo(0.299 * 100 + 0.587 * 50 + 0.114 * 200)
})

test('mean chroma tells colourways apart and is nothing for greys', () => {
  const grey = meanChroma(
    miniature(paint(20, 20, (x, y) => [x * y, x * y, x * y].map(v => v % 256) as [number, number, number])),
  )
  expect(grey[0]).toBeCloseTo(0, 6)
  expect(grey[1]).toBeCloseTo(0, 6)
  const [cb, cr] = meanChroma(miniature(paint(20, 20, () => [255, 0, 0])))
  expect(cr).toBeGreaterThan(120)
  expect(cb).toBeLessThan(-40)
})

test('the range is that of all values: nothing on an empty page, something on a plain colour', () => {
  expect(isWithin(miniature(paint(30, 30, () => [250, 250, 250])), 0)).toBe(true)
  expect(isWithin(miniature(paint(30, 30, () => [255, 0, 0])), 254)).toBe(false)
  expect(isWithin(miniature(paint(30, 30, () => [255, 0, 0])), 255)).toBe(true)
  const striped = miniature(paint(64, 64, x => (x === 5 ? [9, 9, 9] : [0, 0, 0])))
  expect([isWithin(striped, 9), isWithin(striped, 8)]).toEqual([true, false])
})

import { fits } from '@gleaner/shared/dataset'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { centralSquare, filedSize, fingerprintSidePx, rasterSize } from './geometry.ts'

const anyFrame = fc.record({
  width: fc.integer({ min: 16, max: 20_000 }),
  height: fc.integer({ min: 16, max: 20_000 }),
})
const anyRender = fc.record({ fit: fc.constantFrom(...fits), sidePx: fc.integer({ min: 32, max: 4096 }) })

test('a raster never enlarges and holds enough for the file and for the fingerprints', () => {
  fc.assert(
    fc.property(anyFrame, anyRender, (frame, render) => {
      const raster = rasterSize(frame, render)
      const filed = filedSize(frame, render)
      for (const side of ['width', 'height'] as const) {
        expect(raster[side]).toBeLessThanOrEqual(frame[side])
        expect(raster[side]).toBeGreaterThanOrEqual(Math.min(frame[side], filed[side]))
        expect(raster[side]).toBeGreaterThanOrEqual(Math.min(frame[side], fingerprintSidePx))
      }
    }),
  )
})

test('inside keeps what is small and fits the rest into the square, the long side exactly', () => {
  fc.assert(
    fc.property(anyFrame, anyRender, (frame, { sidePx }) => {
      const filed = filedSize(frame, { fit: 'inside', sidePx })
      const long = Math.max(frame.width, frame.height)
      expect(Math.max(filed.width, filed.height)).toBe(Math.min(long, sidePx))
      if (long <= sidePx) expect(filed).toEqual(frame)
    }),
  )
})

describe.each([
  ['inside', { width: 512, height: 384 }],
  ['cover', { width: 683, height: 512 }],
  ['pad', { width: 512, height: 384 }],
] as const)('%s', (fit, filed) => {
  test('reduces a photo', () => {
    expect(filedSize({ width: 1600, height: 1200 }, { fit, sidePx: 512 })).toEqual(filed)
    expect(rasterSize({ width: 1600, height: 1200 }, { fit, sidePx: 512 })).toEqual(filed)
  })
})

test('cover and pad enlarge a small picture to the square, inside does not', () => {
  const frame = { width: 100, height: 50 }
  expect(filedSize(frame, { fit: 'inside', sidePx: 200 })).toEqual(frame)
  expect(filedSize(frame, { fit: 'pad', sidePx: 200 })).toEqual({ width: 200, height: 100 })
  expect(filedSize(frame, { fit: 'cover', sidePx: 200 })).toEqual({ width: 400, height: 200 })
  expect(rasterSize(frame, { fit: 'cover', sidePx: 200 })).toEqual(frame)
})

test('the central square leaves as much on one side as on the other', () => {
  expect(centralSquare({ width: 683, height: 512 })).toEqual({ left: 85, top: 0, width: 512, height: 512 })
  expect(centralSquare({ width: 30, height: 101 })).toEqual({ left: 0, top: 35, width: 30, height: 30 })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { affineOf, frameShift, inverse, poseOf, project } from './affine.ts'
import type { Area, Orientation } from './fingerprint.ts'

const frame: Area = { left: 0, top: 0, width: 1, height: 1 }
const anyOrientation = fc.integer({ min: 0, max: 7 }).map(number => number as Orientation)
const anyArea = fc
  .tuple(
    ...[0.4, 0.4].map(max => fc.double({ min: 0, max, noNaN: true })),
    fc.double({ min: 0.3, max: 0.6, noNaN: true }),
  )
  .map(([left, top, size]): Area => ({ left: left ?? 0, top: top ?? 0, width: size ?? 1, height: size ?? 1 }))

const places = [
  [3, 5],
  [60, 1],
  [32, 40],
] as const

test('the pose of a transform is what it was made of', () => {
  fc.assert(
    fc.property(anyOrientation, anyArea, anyArea, (orientation, a, b) => {
      const pose = poseOf(affineOf(a, orientation, b))
      expect(pose.orientation).toBe(orientation)
      expect(pose.degrees).toBeCloseTo(0, 6)
    }),
  )
})

test('there and back again', () => {
  fc.assert(
    fc.property(anyOrientation, anyArea, anyArea, (orientation, inFirst, inSecond) => {
      const there = affineOf(inFirst, orientation, inSecond)
      const back = inverse(there)
      for (const [x, y] of places) {
        const [p, q] = [there.a * x + there.b * y + there.c, there.d * x + there.e * y + there.f]
        expect((back?.a ?? 0) * p + (back?.b ?? 0) * q + (back?.c ?? 0)).toBeCloseTo(x, 6)
        expect((back?.d ?? 0) * p + (back?.e ?? 0) * q + (back?.f ?? 0)).toBeCloseTo(y, 6)
      }
    }),
  )
})

test('a window that shows a window shows just that', () => {
  const inFirst = { left: 0.2, top: 0.1, width: 0.5, height: 0.25 }
  const shown = project(affineOf(inFirst, 0, frame), frame)
  for (const [name, share] of Object.entries(inFirst)) expect(shown[name as keyof Area]).toBeCloseTo(share, 9)
})

test('a small turn is told in degrees, clockwise from first to second', () => {
  const angle = (-3 * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const affine = { a: cos, b: -sin, c: 0, d: sin, e: cos, f: 0 }
  expect(poseOf(affine).degrees).toBeCloseTo(3, 6)
  expect(frameShift(affine)).toBeGreaterThan(3)
})

test('what has no way back says so', () => {
  expect(inverse({ a: 1, b: 1, c: 0, d: 1, e: 1, f: 0 })).toBeUndefined()
})

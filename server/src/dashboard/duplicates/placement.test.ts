import type { Placement } from '@gleaner/shared/duplicates'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cssTransform, inverse, isAligned } from './placement.ts'

const shape = (width: number, height: number, original = { width, height }) => ({
  width,
  height,
  original: { ...original, format: 'jpeg', sizeBytes: 1 },
})
const wide = shape(400, 200)

/** Where a point of the frame goes, in pixels: what a browser makes of the words. */
function applied(css: string, [x, y]: readonly [number, number], widthPx: number, heightPx: number) {
  const numbers = [...css.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)].map(Number)
  const [tx = 0, ty = 0, a = 1, b = 0, c = 0, d = 1] = numbers
  return [a * x + c * y + (tx / 100) * widthPx, b * x + d * y + (ty / 100) * heightPx]
}

describe('cssTransform', () => {
  test('a picture that is not placed fills the frame', () => {
    expect(cssTransform(wide, null)).toBe('none')
  })

  test.each<[string, Placement, readonly [number, number], readonly [number, number]]>([
    ['a mirrored picture: left is right', [-1, 0, 0, 1, 1, 0], [0, 0], [400, 0]],
    ['the middle of a wider picture', [0.5, 0, 0, 0.5, 0.25, 0.25], [0, 0], [100, 50]],
    ['the middle, its far corner', [0.5, 0, 0, 0.5, 0.25, 0.25], [400, 200], [300, 150]],
    ['a quarter turn: the top is at the right', [0, 1, -1, 0, 1, 0], [0, 0], [400, 0]],
    ['a quarter turn, its right end is at the bottom', [0, 1, -1, 0, 1, 0], [400, 0], [400, 200]],
  ])('%s', (_, placement, from, to) => {
    const at = applied(cssTransform(wide, placement), from, 400, 200)
    expect(at[0]).toBeCloseTo(to[0], 1)
    expect(at[1]).toBeCloseTo(to[1], 1)
  })
})

describe('inverse', () => {
  const part = fc.integer({ min: -200, max: 200 }).map(hundredths => hundredths / 100)
  test('takes every point back to where it was', () => {
    fc.assert(
      fc.property(fc.tuple(part, part, part, part, part, part), part, part, (placement, u, v) => {
        fc.pre(Math.abs(placement[0] * placement[3] - placement[1] * placement[2]) > 0.05)
        const [n0 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, n5 = 0] = inverse(placement) ?? []
        const [m0, m1, m2, m3, m4, m5] = placement
        const [x, y] = [m0 * u + m2 * v + m4, m1 * u + m3 * v + m5]
        expect(n0 * x + n2 * y + n4).toBeCloseTo(u, 6)
        expect(n1 * x + n3 * y + n5).toBeCloseTo(v, 6)
      }),
    )
  })

  test('what flattens a picture has none', () => {
    expect(inverse([1, 1, 1, 1, 0, 0])).toBeNull()
  })
})

describe('isAligned', () => {
  const cut = shape(512, 512, { width: 1000, height: 500 })
  test('only where both show their whole originals', () => {
    const same: Placement = [1, 0, 0, 1, 0, 0]
    expect(isAligned(wide, shape(512, 340, { width: 3000, height: 1992 }), same)).toBe(true)
    expect(isAligned(wide, cut, same)).toBe(false)
    expect(isAligned(cut, wide, same)).toBe(false)
    expect(isAligned(wide, wide, null)).toBe(false)
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyOf, likeness } from '../../test/support/copies.ts'
import type { Met } from '../duplicates/judge.ts'
import type { Transform } from '../look/likeness.ts'
import type { ImageId } from '../store/types.ts'
import { heldPairOf, placementOf } from './held-pairs.ts'

const part = { left: 0.2, top: 0.1, width: 0.5, height: 0.8 }
const whole = { left: 0, top: 0, width: 1, height: 1 }
const transform = (more: Partial<Transform> = {}): Transform => ({
  ...{ orientation: 0, areaInFirst: whole, areaInSecond: whole, degrees: 0 },
  ...more,
})
const at = (placement: readonly number[] | undefined, u: number, v: number) => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = placement ?? []
  return [a * u + c * v + e, b * u + d * v + f]
}

test('the second picture, a part of the first, lies where it was cut from', () => {
  const cut = transform({ areaInFirst: part })
  expect(at(placementOf(cut, false), 0, 0)).toEqual([expect.closeTo(0.2), expect.closeTo(0.1)])
  expect(at(placementOf(cut, false), 1, 1)).toEqual([expect.closeTo(0.7), expect.closeTo(0.9)])
})

test('a mirrored one lies mirrored', () => {
  const mirrored = transform({ orientation: 4 })
  expect(at(placementOf(mirrored, false), 0, 0.5)).toEqual([expect.closeTo(1), expect.closeTo(0.5)])
})

test('one way round undoes the other', () => {
  const share = fc.double({ min: 0.2, max: 0.5, noNaN: true })
  const area = fc.record({ left: share, top: share, width: share, height: share })
  const anyTransform = fc.record({
    orientation: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
    areaInFirst: area,
    areaInSecond: area,
  })
  fc.assert(
    fc.property(anyTransform, share, share, (some, u, v) => {
      const placed = transform(some as Partial<Transform>)
      const [x = 0, y = 0] = at(placementOf(placed, false), u, v)
      expect(at(placementOf(placed, true), x, y)).toEqual([expect.closeTo(u, 6), expect.closeTo(v, 6)])
    }),
  )
})

test('a pair tells where the picture of the larger number lies on the other, whichever came first', () => {
  const met = {
    ...{ seq: 7, copy: copyOf('held' as ImageId), state: 'stored', classId: 1, meanChroma: [0, 0] },
    ...{ distanceBits: 9, isFixed: false, isBusy: false },
    likeness: likeness({ kind: 'crop', differenceLevels: 51, transform: transform({ areaInFirst: part }) }),
  } satisfies Met<ImageId> as Met<ImageId>
  expect(heldPairOf(met)).toMatchObject({
    ...{ imageId: 'held', distanceBits: 9, level: 'look', kind: 'crop', difference: 0.2 },
  })
  const [newest] = at(heldPairOf(met).placement, 0.2, 0)
  const [oldest] = at(heldPairOf(met, 3).placement, 0, 0)
  expect([newest, oldest]).toEqual([expect.closeTo(0), expect.closeTo(0.2)])
  expect(heldPairOf({ ...met, likeness: undefined })).toEqual({ imageId: 'held', distanceBits: 9 })
})

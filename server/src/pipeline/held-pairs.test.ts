import { expect, test } from 'vitest'
import { copyOf, likeness } from '../../test/support/copies.ts'
import { group, hold } from '../../test/support/held-copies.ts'
import { temporaryDataset } from '../../test/support/samples.ts'
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

test('a part of a held picture lies where it was cut from', () => {
  const cut = transform({ areaInSecond: part })
  expect(at(placementOf(cut), 0, 0)).toEqual([expect.closeTo(0.2), expect.closeTo(0.1)])
  expect(at(placementOf(cut), 1, 1)).toEqual([expect.closeTo(0.7), expect.closeTo(0.9)])
})

test('a mirrored one lies mirrored', () => {
  const mirrored = transform({ orientation: 4 })
  expect(at(placementOf(mirrored), 0, 0.5)).toEqual([expect.closeTo(1), expect.closeTo(0.5)])
})

test('one that shows more goes beyond the frame, and its part fills it', () => {
  const wider = transform({ areaInFirst: part })
  expect(at(placementOf(wider), 0.2, 0.1)).toEqual([expect.closeTo(0), expect.closeTo(0)])
  expect(at(placementOf(wider), 0.7, 0.9)).toEqual([expect.closeTo(1), expect.closeTo(1)])
})

const metWith = (copy: Pick<Met<ImageId>, 'seq'> & { id: ImageId }, placed?: Transform) =>
  ({
    ...{ seq: copy.seq, copy: copyOf(copy.id), state: 'stored', classId: 1, meanChroma: [0, 0] },
    ...{ distanceBits: 9, isFixed: false, isBusy: false },
    likeness: placed && likeness({ kind: 'crop', differenceLevels: 51, transform: placed }),
  }) satisfies Met<ImageId> as Met<ImageId>

test('a pair tells how much differs; without pixels, how near the hashes are', () => {
  const held = { seq: 7, id: 'held' as ImageId }
  expect(heldPairOf(metWith(held, transform({ areaInFirst: part })))).toMatchObject({
    ...{ imageId: 'held', distanceBits: 9, level: 'look', kind: 'crop', difference: 0.2 },
  })
  expect(heldPairOf(metWith(held))).toEqual({ imageId: 'held', distanceBits: 9 })
})

test('the later picture lies on the earlier one, whichever of them was compared now', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'whole'), await hold(store, 'half')] as const
  const number = group(store, ids)
  const half = { ...whole, left: 0.5, width: 0.5 }
  const placement = () => store.duplicates.group(number)?.pairs[0]?.placement
  const [earlier, later] = [
    { seq: 1, id: ids[0] },
    { seq: 2, id: ids[1] },
  ]
  store.duplicates.addPair(ids[1], heldPairOf(metWith(earlier, transform({ areaInSecond: half }))))
  expect(placement()).toEqual([0.5, 0, 0, 1, 0.5, 0].map(share => expect.closeTo(share)))
  store.duplicates.addPair(ids[0], heldPairOf(metWith(later, transform({ areaInFirst: half }))))
  expect(placement()).toEqual([0.5, 0, 0, 1, 0.5, 0].map(share => expect.closeTo(share)))
})

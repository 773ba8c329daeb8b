/** What is noted of two pictures that belong together and are both held. */
import type { PairKind, Placement } from '@gleaner/shared/duplicates'
import type { Met } from '../duplicates/judge.ts'
import { affineOf, inverse } from '../look/affine.ts'
import { lookSide } from '../look/fingerprint.ts'
import type { LikenessKind, Transform } from '../look/likeness.ts'
import type { HeldPair, ImageId } from '../store/types.ts'

/**
 * @param seq - number of the picture it was met with; without one, it will be the largest
 */
export function heldPairOf(met: Met<ImageId>, seq = Number.POSITIVE_INFINITY): HeldPair {
  const { copy, distanceBits, likeness } = met
  if (!likeness) return { imageId: copy.id, distanceBits }
  const kind: PairKind = likeness.kind satisfies LikenessKind
  return {
    ...{ imageId: copy.id, distanceBits, level: 'look', kind },
    difference: Math.min(1, likeness.differenceLevels / 255),
    placement: placementOf(likeness.transform, seq > met.seq),
  }
}

/**
 * @param isFirstOnSecond - where the first picture lies on the second, or the other way round
 * @returns nothing where the two only share a line
 */
export function placementOf(
  { areaInFirst, orientation, areaInSecond }: Transform,
  isFirstOnSecond: boolean,
): Placement | undefined {
  const secondOnFirst = affineOf(areaInFirst, orientation, areaInSecond)
  const affine = isFirstOnSecond ? inverse(secondOnFirst) : secondOnFirst
  if (!affine) return undefined
  const { a, b, c, d, e, f } = affine
  return [a, d, b, e, c / lookSide, f / lookSide]
}

/** What is noted of two pictures that belong together and are both held. */
import type { PairKind, Placement } from '@gleaner/shared/duplicates'
import type { Met } from '../duplicates/judge.ts'
import { affineOf, inverse } from '../look/affine.ts'
import { lookSide } from '../look/fingerprint.ts'
import type { LikenessKind, Transform } from '../look/likeness.ts'
import type { HeldPair, ImageId } from '../store/types.ts'

/** How a held picture belongs to one that comes now, or is compared only now. */
export function heldPairOf(met: Met<ImageId>): HeldPair {
  const { copy, distanceBits, likeness } = met
  if (!likeness) return { imageId: copy.id, distanceBits }
  const kind: PairKind = likeness.kind satisfies LikenessKind
  return {
    ...{ imageId: copy.id, distanceBits, level: 'look', kind },
    difference: Math.min(1, likeness.differenceLevels / 255),
    placement: placementOf(likeness.transform),
  }
}

/** @returns where points of the first picture lie on the second; nothing where the two only share a line */
export function placementOf({ areaInFirst, orientation, areaInSecond }: Transform): Placement | undefined {
  const firstOnSecond = inverse(affineOf(areaInFirst, orientation, areaInSecond))
  if (!firstOnSecond) return undefined
  const { a, b, c, d, e, f } = firstOnSecond
  return [a, d, b, e, c / lookSide, f / lookSide]
}

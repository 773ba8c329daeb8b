import type { NearPair } from '@gleaner/shared/image'
import type { ImageId, ImageLook } from '../../store/types.ts'
import type { PictureFacts } from '../../work/work.ts'
import type { Alike, NewLook } from '../open-dataset.ts'
import type { Stage, StageContext } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Seen } from './decode.ts'

export interface Judged extends Seen {
  /** The held thumbnail this picture is a better copy of; without a distance, the candidate's own. */
  readonly upgradeOf?: { readonly imageId: ImageId; readonly distanceBits?: number }
  /** Held pictures that look alike but are kept apart, nearest first. */
  readonly nearPairs: readonly NearPair[]
}

/** What to do about a picture that looks like others. */
export type Judgement =
  | { readonly kind: 'new'; readonly nearPairs: readonly NearPair[] }
  | { readonly kind: 'duplicate' | 'upgrade'; readonly imageId: ImageId; readonly distanceBits: number }
  | { readonly kind: 'blocked'; readonly distanceBits: number }

const mostNearPairs = 20

/** Mean chroma further apart than this is another colourway of a product, not another copy of a photo. */
export const chromaTolerance = 10

const isSameColour = (a: readonly [number, number], b: readonly [number, number]) =>
  Math.hypot(a[0] - b[0], a[1] - b[1]) <= chromaTolerance

export const lookOf = (picture: PictureFacts, { source }: Pick<StageContext, 'source'>): NewLook => ({
  perceptualHash: picture.perceptualHash,
  meanChroma: picture.meanChroma,
  isThumbnail: source.kind === 'thumbnail',
})

/**
 * Compares a picture with all that the dataset holds or has seen removed. Pictures that are too flat have no
 * perceptual hash and are never alike. A thumbnail that the candidate itself was stored with is not looked at.
 *
 * @param earlier - pictures about to be held, which the dataset does not know yet
 */
export function judgeByLook(
  look: NewLook,
  { dataset, settings, lease }: StageContext,
  earlier: readonly ImageLook[] = [],
): Judgement {
  const { decideBits, proposeBits } = settings.nearDuplicates
  const alike = dataset.alike(look, Math.max(decideBits, proposeBits), earlier)
  const likeness = { ...alike, held: alike.held.filter(({ imageId }) => imageId !== lease.heldImageId) }
  const isSame = (match: Alike) =>
    match.distanceBits <= decideBits && isSameColour(look.meanChroma, match.meanChroma)

  const same = likeness.held.find(isSame)
  if (same) {
    const { imageId, distanceBits } = same
    const isUpgrade = same.isThumbnail && !look.isThumbnail && !dataset.upgrading.has(imageId)
    return { kind: isUpgrade ? 'upgrade' : 'duplicate', imageId, distanceBits }
  }
  const removed = likeness.removed.find(isSame)
  if (removed) return { kind: 'blocked', distanceBits: removed.distanceBits }
  const nearPairs = likeness.held
    .slice(0, mostNearPairs)
    .map(({ imageId, distanceBits }) => ({ imageId, distanceBits }))
  return { kind: 'new', nearPairs }
}

/** Keeps other hands from replacing the same thumbnail: to them it counts as replaced already. */
export function reserve(imageId: ImageId, { dataset, atEnd }: StageContext): void {
  dataset.upgrading.add(imageId)
  atEnd(() => void dataset.upgrading.delete(imageId))
}

/**
 * The original of a stored thumbnail has arrived: it takes its place, alike or not, unless the dataset holds it by now.
 */
function replaceOwn(input: Seen, imageId: ImageId, judgement: Judgement, context: StageContext) {
  const { dataset } = context
  const isTaken = dataset.upgrading.has(imageId) || dataset.store.image(imageId)?.isThumbnail !== true
  if (isTaken) return stop({ kind: 'no-way', code: 'DUPLICATE_LOOK', facts: {} })
  reserve(imageId, context)
  return { ...input, upgradeOf: { imageId }, nearPairs: judgement.kind === 'new' ? judgement.nearPairs : [] }
}

/** Decides early, so that duplicates are never rendered. The record stage decides again. */
export const dedupe: Stage<Seen, Judged> = {
  name: 'dedupe',
  run: async (input, context) => {
    const judgement = judgeByLook(lookOf(input.picture, context), context)
    if (judgement.kind === 'blocked') return stop(judgement)
    const { heldImageId } = context.lease
    if (heldImageId && judgement.kind !== 'duplicate') {
      return replaceOwn(input, heldImageId, judgement, context)
    }
    if (judgement.kind === 'new') return { ...input, nearPairs: judgement.nearPairs }
    const { imageId, distanceBits } = judgement
    if (judgement.kind === 'upgrade') {
      reserve(imageId, context)
      return { ...input, upgradeOf: { imageId, distanceBits }, nearPairs: [] }
    }
    const { digest } = input.file
    const { width: widthPx, height: heightPx } = input.picture
    const facts = { widthPx, heightPx }
    // Another hand may have filed the very same bytes since they were looked up: then that is the reason.
    const sameFile = context.dataset.store.imageByDigest(digest)
    return sameFile
      ? stop({
          kind: 'duplicate',
          code: 'DUPLICATE_DIGEST',
          imageId: sameFile,
          distanceBits: 0,
          digest,
          facts,
        })
      : stop({ kind: 'duplicate', code: 'DUPLICATE_LOOK', imageId, distanceBits, digest, facts })
  },
}

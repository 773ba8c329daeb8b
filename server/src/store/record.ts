/** Filing a new picture. */
import { AppError } from '@gleaner/shared/errors'
import { type Decided, ending, type Filing, type FilingParts, imageIdOf, lookOf } from './filing.ts'
import type { ImageFacts } from './images.ts'
import { imagePlace } from './places.ts'
import type { DatasetStore, ImageLook, NewImage } from './types.ts'

export function createRecord(parts: FilingParts, filing: Filing): DatasetStore['recordImage'] {
  const { images, candidates, locked, failpoint } = parts
  const { conclude, concludeEarly, concludeKnown, decideTogether, describe, withFiles } = filing

  return async (lease, image, end, hooks = {}) => {
    const { digest } = image.original
    if (lease.heldImageId) throw new AppError('PROTOCOL_INTERNAL', { holds: lease.heldImageId })
    const id = imageIdOf(digest)

    const decide = (facts: ImageFacts, classId: number, earlier: readonly ImageLook[]): Decided => {
      if (!candidates.isHeld(lease)) return { result: { kind: 'stale' } }
      const known = concludeKnown(lease, image, end)
      if (known) return { result: known }
      const alike = hooks.decide?.(earlier)
      if (alike === 'withdraw') return { result: { kind: 'withdrawn' } }
      if (alike && images.byId(alike.imageId)?.state === 'stored') {
        const { imageId, distanceBits, code = 'DUPLICATE_LOOK' } = alike
        const facts = { ...factsOf(image), ...alike.facts }
        const { explanation = 'A picture that looks the same was recorded a moment before.' } = alike
        conclude(lease, end, { state: 'duplicate', code, explanation, facts, imageId, distanceBits })
        images.addCopy(digest, imageId)
        if (image.look?.pixelDigest) images.addPixels(image.look.pixelDigest, imageId)
        return { result: { kind: 'duplicate', imageId, distanceBits } }
      }
      const seq = images.add(facts, classId, lease.title)
      for (const pair of end.nearPairs ?? []) images.addPair(id, pair)
      conclude(lease, end, { ...ending(end), state: 'stored', imageId: id })
      failpoint('record:before-commit')
      const look = { seq, imageId: id, classId, ...lookOf(image) }
      return { result: { kind: 'recorded', imageId: id }, look }
    }

    return locked([id], async () => {
      const early = await concludeEarly(lease, image, end)
      if (early) return early
      const facts = describe(id, image)
      // Of now: the class may have become part of another one, or be called something else, since the lease was given.
      const { classId, folder } = candidates.classNow(lease) ?? {
        classId: lease.classId,
        folder: lease.classFolder,
      }
      return withFiles(facts, imagePlace(folder, id, 1), () =>
        decideTogether(
          lease,
          earlier => decide(facts, classId, earlier),
          look => {
            failpoint('record:after-commit')
            if (look) hooks.committed?.(look)
          },
        ),
      )
    })
  }
}

/** What the same bytes are known by later, and what tells pictures that hosts send in place of others. */
function factsOf({ original: { bytes, digest, widthPx, heightPx }, look }: NewImage) {
  const pixelDigest = look?.pixelDigest
  return { digest, sizeBytes: bytes.byteLength, widthPx, heightPx, ...(pixelDigest && { pixelDigest }) }
}

/** Filing a new picture. */
import { AppError } from '@gleaner/shared/errors'
import { ending, type Filing, type FilingParts, imageIdOf, lookOf } from './filing.ts'
import type { ImageFacts } from './images.ts'
import { imagePlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type { DatasetStore, RecordResult } from './types.ts'

export function createRecord(parts: FilingParts, filing: Filing): DatasetStore['recordImage'] {
  const { db, images, candidates, locked, failpoint } = parts
  const { conclude, concludeKnown, describe, withFiles } = filing

  return async (lease, image, end, hooks = {}) => {
    const { digest } = image.original
    if (lease.heldImageId) throw new AppError('PROTOCOL_INTERNAL', { holds: lease.heldImageId })
    const id = imageIdOf(digest)
    const look = { imageId: id, classId: lease.classId, ...lookOf(image) }

    const decide = (facts: ImageFacts | undefined): RecordResult | undefined =>
      inTransaction(db, () => {
        if (!candidates.isHeld(lease)) return { kind: 'stale' }
        const known = concludeKnown(lease, digest, end)
        if (known || !facts) return known
        const alike = hooks.decide?.()
        if (alike === 'withdraw') return { kind: 'withdrawn' }
        if (alike && images.byId(alike.imageId)?.state === 'stored') {
          const explanation = 'A picture that looks the same was recorded a moment before.'
          conclude(lease, end, { state: 'duplicate', code: 'DUPLICATE_LOOK', explanation, ...alike })
          images.addCopy(digest, alike.imageId)
          return { kind: 'duplicate', ...alike }
        }
        images.add(facts, lease.classId, lease.title)
        for (const pair of end.nearPairs ?? []) images.addPair(id, pair.imageId, pair.distanceBits)
        conclude(lease, end, { ...ending(end), state: 'stored', imageId: id })
        failpoint('record:before-commit')
        return { kind: 'recorded', imageId: id }
      })

    return locked([id], async () => {
      const early = decide(undefined)
      if (early) return early
      const facts = describe(id, image)
      return withFiles(facts, imagePlace(lease.classFolder, id, 1), () => {
        const result = decide(facts) ?? { kind: 'stale' }
        failpoint('record:after-commit')
        if (result.kind === 'recorded') hooks.committed?.(look)
        return result
      })
    })
  }
}

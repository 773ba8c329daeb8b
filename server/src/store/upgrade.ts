/** Putting a better copy in the place of a held picture. */
import {
  type Decided,
  ending,
  type Filing,
  type FilingParts,
  imageIdOf,
  lookOf,
  takeOutFiles,
} from './filing.ts'
import type { HeldImage, ImageFacts } from './images.ts'
import { imagePlace } from './places.ts'
import type { DatasetStore, RecordResult } from './types.ts'

export function createUpgrade(parts: FilingParts, filing: Filing): DatasetStore['upgradeImage'] {
  const { files, images, candidates, locked, together, failpoint } = parts
  const { conclude, concludeEarly, concludeKnown, decideTogether, describe, withFiles } = filing

  return (lease, heldImageId, image, end, hooks = {}) => {
    const { digest } = image.original

    const concludeRemoved = (held: HeldImage): RecordResult => {
      const explanation = 'The picture it would have replaced was removed.'
      conclude(lease, end, { state: 'blocked', code: 'BLOCKED_REMOVED', explanation, imageId: held.id })
      return { kind: 'blocked' }
    }

    const decide = (held: HeldImage, facts: ImageFacts): Decided => {
      if (!candidates.isHeld(lease)) return { result: { kind: 'stale' } }
      const known = concludeKnown(lease, image, end)
      if (known) return { result: known }
      if (!images.replace(facts, lease.title)) return { result: concludeRemoved(held) }
      const { nearPairs } = end
      if (nearPairs) images.dropVerified(held)
      for (const pair of nearPairs ?? []) images.addPair(held.id, pair)
      conclude(lease, end, { ...ending(end), state: 'upgraded', imageId: held.id })
      failpoint('upgrade:before-commit')
      const look = { seq: held.seq, imageId: held.id, classId: held.classId, ...lookOf(image) }
      return { result: { kind: 'recorded', imageId: held.id }, look }
    }

    return locked([heldImageId, imageIdOf(digest)], async () => {
      const early = await concludeEarly(lease, image, end)
      if (early) return early
      const held = images.byId(heldImageId)
      // Forgotten, or it gave way to another copy: whoever asked decides anew.
      if (!held || images.standing(heldImageId)?.id !== heldImageId) return { kind: 'withdrawn' }
      if (held.state !== 'stored') {
        return together(lease, {
          run: () => (candidates.isHeld(lease) ? concludeRemoved(held) : { kind: 'stale' }),
        })
      }
      const facts = describe(held.id, image)
      const result = await withFiles(facts, imagePlace(held.classFolder, held.id, held.version + 1), () =>
        decideTogether(
          lease,
          () => decide(held, facts),
          look => {
            failpoint('upgrade:after-commit')
            if (look) hooks.committed?.(look)
          },
        ),
      )
      if (result.kind === 'recorded') {
        await takeOutFiles(files, held, () => failpoint('upgrade:old-file-gone'))
      }
      return result
    })
  }
}

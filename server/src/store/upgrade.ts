/** Putting a better copy in the place of a held picture. */
import { ending, type Filing, type FilingParts, imageIdOf, lookOf, takeOutFiles } from './filing.ts'
import type { HeldImage, ImageFacts } from './images.ts'
import { imagePlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type { DatasetStore, RecordResult } from './types.ts'

export function createUpgrade(parts: FilingParts, filing: Filing): DatasetStore['upgradeImage'] {
  const { db, files, images, candidates, locked, failpoint } = parts
  const { conclude, concludeKnown, describe, withFiles } = filing

  return (lease, heldImageId, image, end, hooks = {}) => {
    const { digest } = image.original

    const decide = (held: HeldImage | undefined, facts: ImageFacts | undefined): RecordResult | undefined =>
      inTransaction(db, () => {
        if (!candidates.isHeld(lease)) return { kind: 'stale' }
        const known = concludeKnown(lease, digest, end)
        if (known) return known
        if (!held) return { kind: 'withdrawn' }
        if (held.state !== 'stored' || (facts && !images.replace(facts, lease.title))) {
          const explanation = 'The picture it would have replaced was removed.'
          conclude(lease, end, { state: 'blocked', code: 'BLOCKED_REMOVED', explanation, imageId: held.id })
          return { kind: 'blocked' }
        }
        if (!facts) return undefined
        for (const pair of end.nearPairs ?? []) images.addPair(held.id, pair.imageId, pair.distanceBits)
        conclude(lease, end, { ...ending(end), state: 'upgraded', imageId: held.id })
        failpoint('upgrade:before-commit')
        return { kind: 'recorded', imageId: held.id }
      })

    return locked([heldImageId, imageIdOf(digest)], async () => {
      const held = images.byId(heldImageId)
      const early = decide(held, undefined)
      if (early || !held) return early ?? { kind: 'stale' }
      const facts = describe(held.id, image)
      const result = await withFiles(facts, imagePlace(held.classFolder, held.id, held.version + 1), () => {
        const decided = decide(held, facts) ?? { kind: 'stale' }
        failpoint('upgrade:after-commit')
        if (decided.kind === 'recorded') {
          hooks.committed?.({ imageId: held.id, classId: held.classId, ...lookOf(image) })
        }
        return decided
      })
      if (result.kind === 'recorded') {
        await takeOutFiles(files, held, () => failpoint('upgrade:old-file-gone'))
      }
      return result
    })
  }
}

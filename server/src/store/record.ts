/** Filing pictures: files first, then the row, and the row decides. */
import { createHash } from 'node:crypto'
import { AppError } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { AttemptStore } from './attempts.ts'
import type { CandidateStore, Ending } from './candidates.ts'
import type { Database } from './database.ts'
import type { FileStore, Place } from './files.ts'
import type { HeldImage, ImageFacts, ImageStore } from './images.ts'
import type { KeptStore } from './kept-originals.ts'
import type { Locked } from './locks.ts'
import { imagePlace, originalPlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type {
  DatasetStore,
  Failpoint,
  ImageEnd,
  ImageId,
  LeasedCandidate,
  NewImage,
  RecordResult,
} from './types.ts'

interface Parts {
  readonly db: Database
  readonly files: FileStore
  readonly images: ImageStore
  readonly candidates: CandidateStore
  readonly attempts: AttemptStore
  readonly kept: Pick<KeptStore, 'has'>
  readonly settings: { readonly settings: () => { readonly keepOriginals: boolean } }
  /** Keyed by image id, and by the image id a digest would give. */
  readonly locked: Locked
  readonly failpoint: Failpoint
}

export function imageIdOf(digest: Digest): ImageId {
  return digest.slice(0, 20) as ImageId
}

export function createRecorder(parts: Parts): Pick<DatasetStore, 'recordImage' | 'upgradeImage'> {
  const { db, files, images, candidates, attempts, kept, settings, locked, failpoint } = parts

  const conclude = (lease: LeasedCandidate, end: ImageEnd, ending: Omit<Ending, 'sourceIndex'>) => {
    if (!candidates.end(lease, { ...ending, sourceIndex: end.sourceIndex })) {
      throw new AppError('PROTOCOL_INTERNAL', { lease: lease.id })
    }
    attempts.add(lease.id, end.attempts)
  }

  /** Ends the candidate where the dataset knows the very file already. Inside a transaction. */
  const concludeKnown = (lease: LeasedCandidate, digest: Digest, end: ImageEnd): RecordResult | undefined => {
    const known = images.byCopy(digest)
    if (!known) return undefined
    if (known.state === 'stored') {
      conclude(lease, end, {
        state: 'duplicate',
        code: 'DUPLICATE_DIGEST',
        explanation: 'The same file was recorded a moment before.',
        imageId: known.id,
        distanceBits: 0,
      })
      return { kind: 'duplicate', imageId: known.id, distanceBits: 0 }
    }
    conclude(lease, end, {
      state: 'blocked',
      code: 'BLOCKED_REMOVED',
      explanation: 'The same file was removed before.',
      imageId: known.id,
    })
    return { kind: 'blocked' }
  }

  const describe = (id: ImageId, image: NewImage): ImageFacts => ({
    id,
    image,
    renderedDigest: createHash('sha256').update(image.rendered.bytes).digest('hex'),
    isOriginalKept: settings.settings().keepOriginals || kept.has(image.original.digest),
  })

  /**
   * Puts both files in place, then asks `commit`; what it does not keep is taken out again. After a commit that failed
   * they stay: whether it is on the disk is for the next start to find out.
   */
  const withFiles = async (
    facts: ImageFacts,
    rendered: Place,
    commit: () => RecordResult,
  ): Promise<RecordResult> => {
    const { image, isOriginalKept } = facts
    const original = originalPlace(image.original.digest, image.original.format)
    const takeBack = async () => {
      await files.takeOut(rendered)
      if (isOriginalKept && !images.ownsOriginal(image.original.digest)) await files.takeOut(original)
    }
    try {
      if (isOriginalKept) await files.place(original, image.original.bytes)
      await files.place(rendered, image.rendered.bytes)
    } catch (error) {
      await takeBack().catch(() => {})
      throw error
    }
    const result = commit()
    if (result.kind !== 'recorded') await takeBack()
    return result
  }

  const recordImage: DatasetStore['recordImage'] = async (lease, image, end, hooks = {}) => {
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

  const upgradeImage: DatasetStore['upgradeImage'] = (lease, heldImageId, image, end, hooks = {}) => {
    const { digest } = image.original

    const decide = (held: HeldImage | undefined, facts: ImageFacts | undefined): RecordResult | undefined =>
      inTransaction(db, () => {
        if (!candidates.isHeld(lease)) return { kind: 'stale' }
        const known = concludeKnown(lease, digest, end)
        if (known) return known
        if (held?.state !== 'stored' || (facts && !images.replace(facts, lease.title))) {
          const explanation = 'The picture it would have replaced was removed.'
          conclude(lease, end, { state: 'blocked', code: 'BLOCKED_REMOVED', explanation, imageId: held?.id })
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

  return { recordImage, upgradeImage }
}

/** Removes the files a picture has, or had before it was replaced. */
export async function takeOutFiles(files: FileStore, held: HeldImage, between: () => void): Promise<void> {
  await files.takeOut(imagePlace(held.classFolder, held.id, held.version))
  between()
  await files.takeOut(originalPlace(held.originalDigest, held.originalFormat))
}

function ending(end: ImageEnd) {
  return { code: end.code, explanation: end.explanation, facts: end.facts }
}

function lookOf({ perceptualHash, meanChroma, isThumbnail }: NewImage) {
  return { perceptualHash, meanChroma, isThumbnail }
}

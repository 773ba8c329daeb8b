/** What recording and upgrading have in common: files first, then the row, and the row decides. */
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
import type { DatasetParts } from './parts.ts'
import { imagePlace, originalPlace } from './places.ts'
import type {
  Failpoint,
  ImageEnd,
  ImageId,
  ImageLook,
  LeasedCandidate,
  NewImage,
  RecordResult,
} from './types.ts'

export interface FilingParts {
  readonly db: Database
  readonly files: FileStore
  readonly images: ImageStore
  readonly candidates: CandidateStore
  readonly attempts: AttemptStore
  readonly kept: Pick<KeptStore, 'has'>
  readonly settings: { readonly settings: () => { readonly keepOriginals: boolean } }
  /** Keyed by image id, and by the image id a digest would give. */
  readonly locked: Locked
  readonly together: DatasetParts['together']
  readonly aloof: DatasetParts['aloof']
  readonly failpoint: Failpoint
}

/** What became of a picture, and how it looks when it is held now. */
export interface Decided {
  readonly result: RecordResult
  readonly look?: ImageLook
}

export function imageIdOf(digest: Digest): ImageId {
  return digest.slice(0, 20) as ImageId
}

export function createFiling(parts: FilingParts) {
  const { files, images, candidates, attempts, kept, settings, together, aloof } = parts
  const conclude = (lease: LeasedCandidate, end: ImageEnd, ending: Omit<Ending, 'sourceIndex'>) => {
    if (!candidates.end(lease, { ...ending, sourceIndex: end.sourceIndex })) {
      throw new AppError('PROTOCOL_INTERNAL', { lease: lease.id })
    }
    attempts.add(lease.id, end.attempts)
  }

  /** Ends the candidate where the dataset knows the very file, or the very pixels, already. Inside a transaction. */
  const concludeKnown = (
    lease: LeasedCandidate,
    image: NewImage,
    end: ImageEnd,
  ): RecordResult | undefined => {
    const known = knownTo(images, image)
    if (!known) return undefined
    const { held, level } = known
    const { digest } = image.original
    if (held.state === 'stored') {
      const isOther = held.classId !== lease.classId
      conclude(lease, end, {
        state: 'duplicate',
        code: isOther ? 'DUPLICATE_OTHER_CLASS' : level === 'bytes' ? 'DUPLICATE_DIGEST' : 'DUPLICATE_PIXELS',
        explanation: sayHeld[level],
        imageId: held.id,
        distanceBits: 0,
        facts: { level },
      })
      images.addCopy(digest, held.id)
      return { kind: 'duplicate', imageId: held.id, distanceBits: 0 }
    }
    conclude(lease, end, {
      state: 'blocked',
      code: 'BLOCKED_REMOVED',
      explanation: sayRemoved[level],
      imageId: held.id,
    })
    return { kind: 'blocked' }
  }

  /** Ends, before any file is written, what needs none: a lease that was lost, a file that is known already. */
  const concludeEarly = async (
    lease: LeasedCandidate,
    image: NewImage,
    end: ImageEnd,
  ): Promise<RecordResult | undefined> => {
    if (!candidates.isHeld(lease)) {
      aloof(lease)
      return { kind: 'stale' }
    }
    if (!knownTo(images, image)) return undefined
    return together(lease, {
      run: () => (candidates.isHeld(lease) ? concludeKnown(lease, image, end) : { kind: 'stale' }),
    })
  }

  /** Decides in a transaction, and tells of the picture when it is held. */
  const decideTogether = async (
    lease: LeasedCandidate,
    run: (earlier: readonly ImageLook[]) => Decided,
    committed: (look: ImageLook | undefined) => void,
  ): Promise<RecordResult> => {
    const { result } = await together(lease, {
      run,
      note: ({ look }) => look,
      committed: ({ look }) => committed(look),
    })
    return result
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
    commit: () => Promise<RecordResult>,
  ): Promise<RecordResult> => {
    const { image, isOriginalKept } = facts
    const original = originalPlace(image.original.digest, image.original.format)
    const takeBack = async () => {
      await files.takeOut(rendered)
      if (isOriginalKept && !images.ownsOriginal(image.original.digest)) await files.takeOut(original)
    }
    try {
      await bothOf(
        files.place(rendered, image.rendered.bytes),
        isOriginalKept ? files.place(original, image.original.bytes) : undefined,
      )
    } catch (error) {
      await takeBack().catch(() => {})
      throw error
    }
    const result = await commit()
    if (result.kind !== 'recorded') await takeBack()
    return result
  }

  return { conclude, concludeEarly, concludeKnown, decideTogether, describe, withFiles }
}
export type Filing = ReturnType<typeof createFiling>

const sayHeld = {
  bytes: 'The same file was recorded a moment before.',
  pixels: 'The dataset holds a picture with exactly the same pixels.',
} as const
const sayRemoved = {
  bytes: 'The same file was removed before.',
  pixels: 'A picture with exactly the same pixels was removed before.',
} as const

/** The picture, held or removed, of which a new one is a copy beyond doubt, and by what that is known. */
function knownTo(images: ImageStore, { original, look }: NewImage) {
  const ofBytes = images.byCopy(original.digest)
  if (ofBytes) return { held: ofBytes, level: 'bytes' } as const
  const ofPixels = look?.pixelDigest ? images.byPixels(look.pixelDigest) : undefined
  return ofPixels && ({ held: ofPixels, level: 'pixels' } as const)
}

/** Ends when both have ended, however: a file on its way cannot be taken back. @throws what one of them threw */
async function bothOf(...work: readonly (Promise<void> | undefined)[]): Promise<void> {
  for (const end of await Promise.allSettled(work)) if (end.status === 'rejected') throw end.reason
}

/** Removes the files a picture has, or had before it was replaced. */
export async function takeOutFiles(files: FileStore, held: HeldImage, between: () => void): Promise<void> {
  await files.takeOut(imagePlace(held.classFolder, held.id, held.version))
  between()
  await files.takeOut(originalPlace(held.originalDigest, held.originalFormat))
}

/** What every ending with a picture carries along. */
export function ending(end: ImageEnd) {
  return { code: end.code, explanation: end.explanation, facts: end.facts }
}

export function lookOf({ perceptualHash, meanChroma, isThumbnail, look }: NewImage) {
  return { perceptualHash, meanChroma, isThumbnail, ...(look && { look }) }
}

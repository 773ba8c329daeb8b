/** Pictures and their files, as the store takes and gives them. */
import type { Brand } from '@gleaner/shared/brand'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Digest, PerceptualHash } from '@gleaner/shared/hash'
import type { QualityScores } from '@gleaner/shared/quality'

/** Identity of a picture in its dataset: 20 lower-case hex digits, the head of the digest of its first copy. */
export type ImageId = Brand<string, 'ImageId'>

/** What a picture is known again by. The store does not look inside. */
export interface PictureLook {
  /** Of the way it was made. */
  readonly version: number
  /** Forms to be held in memory, 33 bytes each: number of the form, perceptual hash. None where the picture is too flat. */
  readonly forms: Uint8Array
  /** All that pictures are verified by. */
  readonly packed: Uint8Array
  /** Of the decoded picture; `null` where that says nothing about other files. */
  readonly pixelDigest: Digest | null
}

/** How good a picture is for training. */
export interface PictureQuality {
  /** Of the way it was measured. */
  readonly version: number
  readonly scores: QualityScores
}

/** How a picture looks, for comparing it with others. */
export interface ImageLook {
  /** Number of the picture in its dataset, from 1 up; never used again. */
  readonly seq: number
  readonly imageId: ImageId
  /** `null` when the picture is too flat to be compared. */
  readonly perceptualHash: PerceptualHash | null
  /** Mean Cb and Cr, each −128 to 127. */
  readonly meanChroma: readonly [cb: number, cr: number]
  readonly isThumbnail: boolean
  readonly classId: number
  /** Only with pictures that were recorded, or replaced, just now. */
  readonly look?: PictureLook | undefined
}

/** A picture that has exactly the same pixels as another one. */
export interface PixelMatch {
  readonly imageId: ImageId
  readonly seq: number
  readonly classId: number
  readonly state: 'stored' | 'removed'
}

/** A picture ready to be filed: bytes of both files and everything measured on them. */
export interface NewImage {
  readonly original: {
    /** As received from the host. */
    readonly bytes: Buffer
    /** SHA-256 of `bytes`. */
    readonly digest: Digest
    /** `jpeg`, `png`, `webp`, `gif` or `avif`. */
    readonly format: string
    readonly widthPx: number
    readonly heightPx: number
  }
  readonly rendered: {
    /** A whole JPEG file. */
    readonly bytes: Buffer
    readonly widthPx: number
    readonly heightPx: number
  }
  readonly perceptualHash: PerceptualHash | null
  readonly blockHash: string | null
  readonly qualityScore: number
  readonly meanChroma: readonly [cb: number, cr: number]
  readonly rights: Readonly<Record<string, string>>
  readonly isThumbnail: boolean
  readonly look?: PictureLook | undefined
  readonly quality?: PictureQuality | undefined
}

/** A held picture that makes another one superfluous. */
export interface DuplicateOf {
  readonly imageId: ImageId
  readonly distanceBits: number
}

/** How a person is told of a duplicate, where it is known better than `DUPLICATE_LOOK`. */
export interface Told {
  readonly code?: ErrorCode | undefined
  readonly explanation?: string | undefined
  readonly facts?: Facts | undefined
}

/**
 * Two hands may carry the same picture at once. `decide` is called inside the recording transaction, `committed` right
 * after its commit in the same turn of the event loop, so an in-memory index asked and filled by them has no gap but
 * this one: what others recorded in the same transaction, which `decide` is therefore told.
 */
export interface RecordHooks {
  /**
   * Looks for a held picture once more; what it returns ends the candidate as `duplicate` (`DUPLICATE_LOOK`), and
   * `withdraw` leaves everything as it was, for the caller to do something else with the picture.
   *
   * @param earlier - pictures recorded, or replaced, in the same transaction before this one
   */
  readonly decide?: (earlier: readonly ImageLook[]) => (DuplicateOf & Told) | 'withdraw' | undefined
  readonly committed?: (image: ImageLook) => void
}

export type RecordResult =
  | { readonly kind: 'recorded'; readonly imageId: ImageId }
  /** Somebody was faster; the candidate has ended as `duplicate` and no file is left. */
  | ({ readonly kind: 'duplicate' } & DuplicateOf)
  /** The very file was removed by a person; the candidate has ended as `blocked`. */
  | { readonly kind: 'blocked' }
  /**
   * {@link RecordHooks.decide} withdrew, or the picture to be replaced is not known any more; nothing has changed and the
   * lease is still held.
   */
  | { readonly kind: 'withdrawn' }
  /** The lease is no longer held; nothing has changed. */
  | { readonly kind: 'stale' }

/** Bytes that were fetched before, whole. */
export interface KeptOriginal {
  readonly bytes: Buffer
  readonly digest: Digest
}

/** A file of the dataset for reading. */
export interface StoredFile {
  /** Absolute path. */
  readonly path: string
  readonly sizeBytes: number
  /** `image/jpeg` and the like: what the file was found to be, not what a host claimed. */
  readonly contentType: string
}

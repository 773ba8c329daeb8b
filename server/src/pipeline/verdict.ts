/** How one journey of a candidate ended, and what that means for the candidate. */
import type { DuplicateLevel, PairKind } from '@gleaner/shared/duplicates'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import { catalogue } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { Outcome } from '@gleaner/shared/outcome'
import { thumbnailSentence } from '../store/thumbnail.ts'
import type { ImageId } from '../store/types.ts'

/** By what a copy was known; the last one stands for any of them where the held picture is in another class. */
export type DuplicateCode =
  | 'DUPLICATE_URL'
  | 'DUPLICATE_DIGEST'
  | 'DUPLICATE_PIXELS'
  | 'DUPLICATE_LOOK'
  | 'DUPLICATE_OTHER_CLASS'

/** Kept with the candidate. */
export interface CopyFacts {
  readonly level: DuplicateLevel
  /** How the copy differs, where pixels were compared. */
  readonly kind?: PairKind
  readonly widthPx?: number
  readonly heightPx?: number
  readonly digest?: Digest
  readonly sizeBytes?: number
}

/** Expected endings are values; only surprises are thrown. */
export type Verdict =
  /** The store has ended the candidate in the same transaction as it filed, or refused to file, the picture. */
  | { readonly kind: 'recorded' }
  | {
      readonly kind: 'duplicate'
      readonly code: DuplicateCode
      readonly imageId: ImageId
      readonly distanceBits: number
      /** Of its bytes, and of its pixels where those say anything; absent where nothing was fetched. */
      readonly digest?: Digest
      readonly pixelDigest?: Digest | null
      /** What is known of the copy, also for telling pictures sent in place of others. */
      readonly facts: CopyFacts
      /** Sentences for a person. */
      readonly explanation: string
    }
  /** A person removed this picture before, or one of which it is a copy. */
  | { readonly kind: 'blocked'; readonly imageId: ImageId; readonly explanation: string }
  /** A host on the way has no room now: the candidate is to wait for that one. */
  | { readonly kind: 'queue'; readonly host: string; readonly waitMs: number }
  /** This way leads nowhere, now or for good. */
  | { readonly kind: 'no-way'; readonly code: ErrorCode; readonly facts: Facts; readonly waitMs?: number }

/** @returns the outcome of a candidate none of whose ways led to a picture, by the reason of the failure */
export function outcomeOf(code: ErrorCode): Extract<Outcome, 'rejected' | 'opted_out' | 'failed'> {
  if (code === 'DOWNLOAD_OPTED_OUT' || code === 'DOWNLOAD_ROBOTS') return 'opted_out'
  const isAboutThePicture = code.startsWith('IMAGE_') || code === 'DOWNLOAD_TOO_LARGE'
  const mayNeverBeFetched = code === 'DOWNLOAD_URL_REFUSED' || code === 'DOWNLOAD_PRIVATE_ADDRESS'
  return isAboutThePicture || mayNeverBeFetched ? 'rejected' : 'failed'
}

/** The catalogue's sentence, to go on with: without its full stop. */
const clause = (code: ErrorCode) => catalogue[code].say.replace(/\.$/, '')

/** One plain sentence a decision, for the activity list. */
export const explain = {
  stored: (widthPx: number, heightPx: number) => `New picture of ${widthPx} × ${heightPx} pixels.`,
  /** @param reason - why the original could not be had, if it was asked for */
  storedThumbnail: (widthPx: number, heightPx: number, reason?: ErrorCode | null) =>
    thumbnailSentence(widthPx, heightPx, reason ? catalogue[reason].say : undefined),
  /**
   * @param code - of the first way, which stands for the picture
   * @param facts - of the same
   */
  noWay: (code: ErrorCode, ways: number, tries: number, facts: Facts = {}) => {
    if (code === 'IMAGE_PLACEHOLDER' && facts.addresses !== undefined)
      return `The host sent this same picture for ${facts.addresses} other addresses.`
    const all = ways === 2 ? 'both' : `all ${ways}`
    const effort =
      ways > 1 ? `; ${all} addresses were tried` : tries > 1 ? `; it was tried ${tries} times` : ''
    return `${clause(code)}${detailOf(code, facts)}${effort}.`
  },
} as const

/** What a person wants to know next. */
function detailOf(code: ErrorCode, { rule, line, status, failedForMinutes }: Facts): string {
  if (code === 'DOWNLOAD_ROBOTS' && rule !== undefined)
    return ` (robots.txt, line ${line}: “Disallow: ${rule}”)`
  if (failedForMinutes !== undefined)
    return `, and so it had been with its host for ${failedForMinutes} minutes`
  if (code === 'DOWNLOAD_ROBOTS_UNREADABLE' && status !== undefined) return ` (status ${status})`
  return ''
}

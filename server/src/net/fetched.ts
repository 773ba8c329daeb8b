import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { Hop } from '@gleaner/shared/image'

/** The bytes a host gave for an address, complete and unexamined. */
export interface FetchedFile {
  readonly kind: 'fetched'
  readonly bytes: Buffer
  /** SHA-256 of `bytes`. */
  readonly digest: Digest
  /** Address of the last hop. */
  readonly finalUrl: string
  /** Every request made, the last one included. */
  readonly hops: readonly Hop[]
  /** `content-type` as sent: a hint, never believed. */
  readonly contentType: string | null
  readonly tookMs: number
}

/** Why an address gave no bytes. An expected ending, so a value. */
export interface FetchFailure {
  readonly kind: 'failed'
  readonly code: ErrorCode
  readonly facts: Facts
  readonly hops: readonly Hop[]
  readonly tookMs: number
  /** How long the host asked to be left alone (Retry-After), capped at one hour. */
  readonly retryAfterMs?: number
  /** What had arrived of a body by then. */
  readonly receivedBytes?: number
}

/** The host sends on to another address. Only for whoever goes hop by hop: see {@link FetchOptions.trail}. */
export interface FetchMoved extends Trail {
  readonly kind: 'moved'
  /** An address that may be asked: its form was judged. */
  readonly to: string
}

/** What was done for an address so far. */
export interface Trail {
  /** Every request made. */
  readonly hops: readonly Hop[]
  /** Time they took together: it counts towards the time a fetch may take in all. */
  readonly tookMs: number
}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** Whether opt-out headers end the fetch with `DOWNLOAD_OPTED_OUT`. */
  readonly honourOptOut: boolean
  /** The page the picture stands on, for hosts to be told as a browser would tell them; none are unless given. */
  readonly landingUrl?: string
  /** A picture, unless said otherwise. Of a robots.txt the first `maxBytes` will do. */
  readonly as?: 'picture' | 'robots'
  /**
   * Has one request made and no more: a redirect ends as {@link FetchMoved}, for the caller to decide whether the next host
   * may be asked, and when. Empty at first.
   */
  readonly trail?: Trail
}

/**
 * Fetches one address through the connection guard. Throws only on abort of `signal`. Ends as `moved` only where a `trail`
 * was given.
 */
export type FetchFile = (
  url: string,
  options: FetchOptions,
) => Promise<FetchedFile | FetchFailure | FetchMoved>

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
}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** Whether opt-out headers end the fetch with `DOWNLOAD_OPTED_OUT`. */
  readonly honourOptOut: boolean
  /** The page the picture stands on, for hosts to be told as a browser would tell them; none are unless given. */
  readonly landingUrl?: string
}

/** Fetches one address through the connection guard. Throws only on abort of `signal`. */
export type FetchFile = (url: string, options: FetchOptions) => Promise<FetchedFile | FetchFailure>

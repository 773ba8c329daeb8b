/** What the store says and is told about fetching by the person's own browser. */

import type { SourceKind } from '@gleaner/shared/candidate'
import type { BrowserBytesQuery, BrowserFetch, BrowserFetches } from '@gleaner/shared/collect'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'

/** A way of a candidate that the browser was asked for. */
export type BrowserWay = Omit<BrowserBytesQuery, 'datasetId'>

/** Asks the browser for a way that was refused to the server. */
export interface BrowserAsk {
  /** Place of the way among the sources. */
  readonly position: number
  readonly url: string
  /** Pacing key of the way. */
  readonly pacingKey: string
  /** Why the server could not get it. */
  readonly code: ErrorCode
}

export interface AskedFetch extends Omit<BrowserFetch, 'datasetId'> {
  readonly askedAtMs: number
  /** Whether the candidate waits for it. */
  readonly isWaiting: boolean
}

export type WaitingHost = BrowserFetches['waiting'][number]

/** What came of a way last. */
export interface TriedWay {
  readonly position: number
  readonly code: ErrorCode
  /** Of the last answer; `null` when there was none. */
  readonly status: number | null
}

/** What the browser was given: bytes, or a signal of the host against machine learning, for which no bytes are kept. */
export type BrowserBytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly digest: Digest; readonly format: string }
  | { readonly kind: 'opt-out'; readonly directive: string }

/** What the browser brought for the way to be tried now. */
export type Brought = { readonly atMs: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly digest: Digest }
  | { readonly kind: 'opt-out'; readonly directive: string }
  /** The file is not there any more, or not as it was. */
  | { readonly kind: 'lost' }
)

/** A way that somebody stopped asking for. */
export interface GivenUpWay {
  readonly sourceKind: SourceKind
  readonly url: string
}

/** Candidates on their way: what the store hands out and takes back. */
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { Attempt } from '@gleaner/shared/image'
import type { Outcome } from '@gleaner/shared/outcome'
import type { BrowserAsk } from './browser-types.ts'
import type { HeldPair } from './duplicate-types.ts'
import type { ImageId } from './picture-types.ts'

/** A host with queued candidates; ready as soon as `dueAtMs <= nowMs`. */
export interface QueuedHost {
  readonly host: string
  /** When the first of its candidates is due, Unix milliseconds. One more than 70 minutes ahead is due at once. */
  readonly dueAtMs: number
  /** Candidates queued for this host, due or not. */
  readonly queued: number
}

/**
 * A candidate in hand, and the only key to ending that. A lease lives until it is ended or the process dies; it has
 * no time limit. Once it has been given to somebody else, every call with the old one changes nothing.
 */
export interface LeasedCandidate {
  readonly id: number
  /** Grows with every lease of the candidate; only the latest holder may end it. */
  readonly token: number
  readonly classId: number
  readonly classFolder: string
  readonly title: string | null
  readonly landingUrl: string | null
  /** Ways to the picture, best first; at least one. */
  readonly sources: readonly CandidateSource[]
  /** The way to try now: index into `sources`. */
  readonly sourceIndex: number
  /** Pacing key of the way to try now. */
  readonly host: string
  /** Counted tries of this way so far (0 at first; back to 0 when a postponement moves on to another way). */
  readonly attempts: number
  /** Reason of the last try that led to a postponement. */
  readonly lastCode: ErrorCode | null
  /**
   * The thumbnail it was stored with, when it is tried anew for the original. It keeps that picture: only
   * `upgradeImage` of it changes something, every other ending leads back to `stored`.
   */
  readonly heldImageId: ImageId | null
  /** When the next candidate of the host is due, Unix milliseconds; absent when none is queued. */
  readonly nextDueAtMs?: number | undefined
}

/** Leases that are given together: none of them before the round has ended. */
export interface LeaseRound {
  /** Takes the first due candidate of a host. */
  readonly lease: (host: string, nowMs: number) => LeasedCandidate | undefined
  /** Gives the leases. @throws AppError `STORE_DISK_FULL`, `STORE_IO`: none of them is given then */
  readonly end: () => void
  /** Gives none of them. */
  readonly undo: () => void
}

/** One try of one way, as it is kept for good. */
export type AttemptRecord = Attempt

interface EndBase {
  readonly code: ErrorCode
  /** Why, in one sentence for a person. */
  readonly explanation: string
  /** Numbers behind the decision. */
  readonly facts?: Facts
  /** The way that led to the outcome: index into `sources`. */
  readonly sourceIndex: number
  /** Tries since the lease, oldest first. */
  readonly attempts: readonly AttemptRecord[]
  /** What the browser is to be asked for. */
  readonly browser?: BrowserAsk | undefined
}

/** How a candidate's journey ends without a new picture. */
export type CandidateEnd =
  | (EndBase & {
      readonly state: Extract<Outcome, 'rejected' | 'opted_out' | 'failed' | 'cancelled'>
    })
  | (EndBase & {
      readonly state: 'blocked'
      /** The removed picture that keeps it away, for as long as that one is not wanted. */
      readonly imageId: ImageId
    })
  | (EndBase & {
      readonly state: 'duplicate'
      readonly imageId: ImageId
      /** 0 for the very same file. */
      readonly distanceBits: number
      /** Digest of the received bytes, so that the same file is known at once next time. */
      readonly digest?: Digest
      /** Digest of the decoded picture, likewise. */
      readonly pixelDigest?: Digest | null
    })

/** How a candidate's journey ends with a new picture in its class folder. */
export interface ImageEnd extends EndBase {
  /** Pictures that look alike but are kept apart, for a person to judge. */
  readonly nearPairs?: readonly HeldPair[]
}

export interface Postponement {
  /** Unix milliseconds; at most 70 minutes ahead (later times are brought forward). */
  readonly dueAtMs: number
  /** Reason of the last try. */
  readonly code: ErrorCode
  /** Whether {@link LeasedCandidate.attempts} grows; ignored when `sourceIndex` changes (it starts over at 0). */
  readonly countsAsAttempt: boolean
  /** The way to try next. */
  readonly sourceIndex: number
  /** Pacing key of that way. */
  readonly host: string
  readonly attempts: readonly AttemptRecord[]
  /** What the browser is to be asked for meanwhile. */
  readonly browser?: BrowserAsk | undefined
}

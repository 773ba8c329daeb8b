/**
 * The heavy work on a picture: fetching, decoding, fingerprints, rendering. Whoever does it needs nothing but the job: no
 * dataset, no credential, no memory of earlier jobs. So it may be done in this process, in others, or on other machines.
 */
import type { PictureFacts } from '../imaging/decode.ts'
import type { DecodeSettings, ImageFailure, Rendered } from '../imaging/decoded.ts'
import type { FetchedFile, FetchFailure, FetchMoved, FetchOptions } from '../net/fetched.ts'

export type { DecodeSettings, FetchedFile, FetchFailure, FetchMoved, ImageFailure, PictureFacts, Rendered }

/** One address to be fetched. Plain data: bytes, numbers, texts, truth values, `null`, and lists and records of them. */
export interface FetchJob extends Omit<FetchOptions, 'signal'> {
  readonly url: string
}

/** What came of it, with every request that was made and the peers that answered. Plain data. */
export type FetchResult = FetchedFile | FetchFailure | FetchMoved

/** A file to be decoded, and what its dataset wants of pictures. Plain data. */
export interface PictureJob {
  readonly bytes: Buffer
  readonly settings: DecodeSettings
}

/**
 * A picture that lies decoded with a worker, waiting for the word of the only one who knows the dataset: `render` it, or
 * `release` it because it is held already. Until then it keeps its worker from other pictures, unless it was likely to be
 * wanted and quickly encoded. The facts are plain data.
 */
export interface OpenPicture {
  readonly kind: 'opened'
  readonly facts: PictureFacts
  /** Encodes the picture as the dataset wants it. May be called once, and rejects after `release`. */
  readonly render: () => Promise<Rendered | ImageFailure>
  /** Lets the worker go. Safe to call at any time and twice. */
  readonly release: () => void
}

/**
 * Where the work is done. Any number of jobs may be given at once: those for which no worker is free wait here, first come,
 * first served, and their waiting counts as nobody's time.
 *
 * Expected endings are values. A picture that ends the process that decodes it is decoded anew by another one, and given up
 * as `IMAGE_DECODER_CRASH` when that has happened twice; one that takes too long ends as `IMAGE_DECODE_TIMEOUT`. A job whose
 * worker is lost for other reasons is done anew, too, from its start and unasked; when that has happened too often, or when
 * no worker can be started, it rejects with AppError `PROTOCOL_INTERNAL` and may be asked for later. When the signal aborts,
 * the promise rejects at once with its reason, and whatever was asked for or held is let go.
 * `test/support/workshop-contract.ts` holds every implementation to this.
 */
export interface Workshop {
  readonly fetch: (job: FetchJob, signal: AbortSignal) => Promise<FetchResult>
  /** The network address of the host, for its pace; nobody has to know. */
  readonly locate?: (url: string, signal: AbortSignal) => Promise<string | undefined>
  readonly open: (job: PictureJob, signal: AbortSignal) => Promise<OpenPicture | ImageFailure>
  /** Lets all workers go. What is in hand, and what is asked for later, rejects with an `AbortError`. */
  readonly close: () => Promise<void>
}

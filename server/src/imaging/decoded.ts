import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { PerceptualHash } from '@gleaner/shared/hash'
import type { QualityScores } from '@gleaner/shared/quality'
import type { Fingerprint, QueryForm } from '../look/fingerprint.ts'

/** Formats that are read. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

/** What one decode tells about a picture. */
export interface Decoded {
  readonly kind: 'decoded'
  readonly format: ImageFormat
  /** Size in pixels after the EXIF orientation is applied. */
  readonly width: number
  readonly height: number
  readonly frames: number
  /** `null` when the picture is too flat to be told from others by look ({@link qualityScore} below 50). */
  readonly perceptualHash: PerceptualHash | null
  /** What is kept of the picture so that it is known again. */
  readonly fingerprint: Fingerprint
  /** The forms it is looked up by. */
  readonly queryForms: readonly QueryForm[]
  /** image-hash's 16 × 16 block mean value hash of the same raster, 64 hex digits. */
  readonly blockHash: string | null
  /** PDQ's quality number of the 64 × 64 luma raster, 0 to 100. */
  readonly qualityScore: number
  /** How good it is for training, and the version of the measures. */
  readonly quality: { readonly version: number; readonly scores: QualityScores }
  /** Mean chroma (Cb, Cr, each −128 to 127) of the picture: tells colourways of one product apart. */
  readonly meanChroma: readonly [cb: number, cr: number]
  /** Creator, copyright, credit, licence and data-mining fields found in the file, by name. */
  readonly rights: Readonly<Record<string, string>>
  /** Encodes the picture as the dataset wants it. May be called once. */
  readonly render: () => Promise<Rendered | ImageFailure>
  /** Lets the decoder go without rendering. Safe to call after `render`. */
  readonly release: () => void
}

/** The picture as it is filed: JPEG, sRGB, 8 bit, 3 channels, oriented, without metadata. */
export interface Rendered {
  readonly kind: 'rendered'
  readonly bytes: Buffer
  readonly width: number
  readonly height: number
}

/** Why bytes are no usable picture. An expected ending, so a value. */
export interface ImageFailure {
  readonly kind: 'failed'
  readonly code: ErrorCode
  readonly facts: Facts
}

export interface DecodeSettings extends Pick<DatasetSettings, 'render' | 'accept'> {
  /**
   * Encodes a picture that is quickly encoded as soon as it is decoded, unasked: then no process waits for the word. For
   * whoever will want most of them.
   */
  readonly isLikelyWanted?: boolean
}

/** Disposable decoder processes behind one asynchronous door. */
export interface Decoders {
  readonly decode: (
    bytes: Buffer,
    settings: DecodeSettings,
    signal: AbortSignal,
  ) => Promise<Decoded | ImageFailure>
  /** Ends every child; what is in hand fails with an `AbortError`. */
  readonly close: () => Promise<void>
}

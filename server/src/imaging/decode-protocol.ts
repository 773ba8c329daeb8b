/**
 * What server and decoder processes say to each other. Every job has a number of its own. A decoder works on one at a time,
 * in the order they came; further ones may lie there meanwhile.
 */
import type { PictureFacts } from './decode.ts'
import type { DecodeSettings, ImageFailure, Rendered } from './decoded.ts'
import type { MadePicture, RawPixels, WantedPicture } from './wanted-picture.ts'

/** To the decoder. */
export type DecoderRequest =
  /** Answered by `weighed` when it is a heavy one, otherwise by `opened` or `failed`. */
  | {
      readonly kind: 'open'
      readonly job: number
      readonly bytes: Uint8Array
      readonly settings: DecodeSettings
      /** Jobs heavier than this wait for `proceed` before they decode. */
      readonly freeMegapixels: number
    }
  /** Answered by `opened` or `failed`. */
  | { readonly kind: 'proceed'; readonly job: number }
  /** Of a picture that is held: answered by `rendered` or `failed`; the raster is let go. */
  | { readonly kind: 'render'; readonly job: number }
  /** Lets the raster go, or a picture that waits for `proceed`. Not answered. */
  | { readonly kind: 'release'; readonly job: number }
  /** Takes back a job that lies there: answered by `withdrawn`; one that has begun is answered as if nothing had been said. */
  | { readonly kind: 'withdraw'; readonly job: number }
  /** For an export, nothing is held: answered by `made` or `failed`. */
  | {
      readonly kind: 'make'
      readonly job: number
      readonly bytes: Uint8Array
      readonly wanted: WantedPicture
    }
  /** Of a picture of our own: answered by `raw` or `failed`. */
  | { readonly kind: 'pixels'; readonly job: number; readonly bytes: Uint8Array; readonly isGrey: boolean }

/** From the decoder. */
export type DecoderAnswer =
  | { readonly kind: 'weighed'; readonly job: number; readonly megapixels: number }
  | {
      readonly kind: 'opened'
      readonly job: number
      readonly facts: PictureFacts
      /** Not told of every picture. */
      readonly rssBytes?: number
      /** Encoded already: nothing is held, and nothing more is said about this job. */
      readonly picture?: Rendered
    }
  | {
      readonly kind: 'failed'
      readonly job: number
      readonly failure: ImageFailure
      /** Not told when rendering failed. */
      readonly rssBytes?: number
    }
  | { readonly kind: 'withdrawn'; readonly job: number }
  | { readonly kind: 'rendered'; readonly job: number; readonly picture: Rendered }
  | { readonly kind: 'made'; readonly job: number; readonly picture: MadePicture; readonly rssBytes?: number }
  | { readonly kind: 'raw'; readonly job: number; readonly picture: RawPixels; readonly rssBytes?: number }

/** The first message of a decoder: it can work, or why it cannot. */
export type DecoderGreeting =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unfit'; readonly facts: Readonly<Record<string, string | number | boolean | null>> }

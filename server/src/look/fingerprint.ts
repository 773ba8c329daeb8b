/**
 * What is kept of a picture so that it is known again: made once, in the decoder process, from the one raster. Everything
 * that compares pictures works on this and never on files.
 */
import type { Digest } from '@gleaner/shared/hash'

/** Raised when fingerprints of before cannot be compared with new ones. */
export const fingerprintVersion = 2

/** Cells along each side of the raster pictures are verified on. */
export const lookSide = 64
/** Cells along each side of its two planes of colour. */
export const lookChromaSide = 8
/** Bytes of a {@link Fingerprint.raster}: 64 × 64 luma, 8 × 8 Cb, 8 × 8 Cr. */
export const lookRasterBytes = lookSide ** 2 + 2 * lookChromaSide ** 2

/** A part of a frame in shares of its width and height, each 0 to 1, from the top left. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * What lies around the picture proper: nothing, a plain background that the thing shown stands out from, bars or a border
 * of one colour with straight edges, or a bar with writing on it.
 */
export type Surround = 'none' | 'plain' | 'border' | 'caption'

/** How much of the picture is really there. Figures of copies of one picture may be compared, those of strangers not. */
export interface TrueDetail {
  /**
   * Longest side in px of the smallest picture that shows the same detail, borders not counted. At most the longest side
   * of the content of the raster it was measured on; clearly less for an enlarged or blurred picture.
   */
  readonly resolvedSidePx: number
  /** Longest side in px of what that was measured on: no more than this can be resolved, whatever the file holds. */
  readonly measuredSidePx: number
  /** Steps at the borders of 8 × 8 blocks beside steps elsewhere: about 1 where nothing shows, 2 and more when coarsely compressed. */
  readonly blockiness: number
  /** Quality 1 to 100 a JPEG was last saved with, as its tables tell; `null` for other formats. */
  readonly jpegQuality: number | null
}

/**
 * What a form of a picture is: the whole frame, the frame without what surrounds the picture, or a window in it. A form's
 * kind is its place in this list, a number from 0 to 15, stable within a {@link fingerprintVersion}.
 */
export const formKinds = ['whole', 'trimmed', 'inner', 'square', 'middle', 'spare'] as const

/** Place in {@link formKinds}. */
export type FormKind = number

/** Bytes of a held form: its kind, then the 32 bytes of its perceptual hash, most significant bit first. */
export const heldFormBytes = 33

/**
 * How a frame is mirrored and turned, 0 to 7: quarter turns clockwise (0 to 3), and 4 more when it is mirrored left to
 * right before.
 */
export type Orientation = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** One form a picture is looked up by. */
export interface QueryForm {
  /** 32 bytes of perceptual hash, most significant bit first. */
  readonly bits: Uint8Array
  readonly kind: FormKind
  /** What was done to the picture that is looked up. */
  readonly orientation: Orientation
  /** Kinds of held forms it is compared with. */
  readonly among: readonly FormKind[]
  /** How far apart, in bits of 256, the two may be. */
  readonly radiusBits: number
}

export interface Fingerprint {
  readonly version: number
  /**
   * SHA-256 over width, height (32 bit, big-endian), {@link Fingerprint.raster} and 64 bytes that all sRGB values of the
   * upright raster are mixed into; `null` where the raster is not the whole picture pixel for pixel, for then it says
   * nothing about other files.
   */
  readonly pixelDigest: Digest | null
  /**
   * The frame stretched to a square: 64 × 64 luma, then 8 × 8 Cb and 8 × 8 Cr (0 to 255, 128 for grey), row-major.
   * {@link lookRasterBytes} bytes.
   */
  readonly raster: Uint8Array
  /** Height of the frame by its width. */
  readonly aspect: number
  /** Where the picture proper lies in the frame; all of it when nothing surrounds it. */
  readonly content: Area
  readonly surround: Surround
  /**
   * The forms it is held in, in ascending order of kind, {@link heldFormBytes} each: the whole frame first. Empty for
   * pictures too flat to be told from others by look.
   */
  readonly heldForms: Uint8Array
  readonly detail: TrueDetail
}

/** A form of a picture that was looked up is near a form of one that is held: they may show the same. */
export interface Hit {
  readonly query: Pick<QueryForm, 'kind' | 'orientation'>
  readonly heldKind: FormKind
  /** Hamming distance of the two perceptual hashes, 0 to 256. */
  readonly distanceBits: number
}

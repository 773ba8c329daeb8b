/** A picture as an export wants it, said so plainly that whoever makes it has nothing to decide. */
import type { ImageFailure } from './decoded.ts'
import type { Size } from './geometry.ts'

export interface Cut extends Size {
  readonly left: number
  readonly top: number
}

export interface WantedPicture {
  /** Most pixels the file may have. */
  readonly mostPixels: number
  /** Part of the upright picture that is shown, in whole pixels; `null` for all of it. */
  readonly cut: Cut | null
  /** Size that part is brought to. */
  readonly size: Size
  /** What is put around it. */
  readonly margins: {
    readonly top: number
    readonly right: number
    readonly bottom: number
    readonly left: number
  } | null
  /** Of the margins: a colour, or the picture mirrored at its edges. */
  readonly padding: string | 'mirror'
  /** Behind what is transparent, `#rrggbb`. */
  readonly background: string
  readonly isGrey: boolean
  readonly format: 'jpeg' | 'png' | 'webp'
  /** Of JPEG and WebP. */
  readonly quality: number
}

export interface MadePicture extends Size {
  readonly kind: 'made'
  readonly bytes: Buffer
}

/** Pixels of an encoded picture: 8 bits a channel, row by row. */
export interface RawPixels extends Size {
  readonly kind: 'raw'
  readonly bytes: Buffer
}

/** Makes pictures for exports, in processes that may be lost. */
export interface PictureMaker {
  /** @throws the signal's reason */
  readonly make: (
    file: Buffer,
    wanted: WantedPicture,
    signal: AbortSignal,
  ) => Promise<MadePicture | ImageFailure>
  readonly pixels: (file: Buffer, isGrey: boolean, signal: AbortSignal) => Promise<RawPixels | ImageFailure>
  readonly close: () => Promise<void>
}

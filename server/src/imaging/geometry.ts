/** Sizes: of the raster a picture is decoded to, and of the picture that is filed. */
import type { DatasetSettings } from '@gleaner/shared/dataset'

type RenderSettings = DatasetSettings['render']

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Short side, in pixels, below which a raster is not reduced, however small the filed picture is: fingerprints must
 * not depend on the size a dataset asks for.
 */
export const fingerprintSidePx = 256

const longSide = ({ width, height }: Size) => Math.max(width, height)
const shortSide = ({ width, height }: Size) => Math.min(width, height)

export const isSameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

/** @returns both sides times `scale`, rounded, at least 1 pixel */
export function scaled({ width, height }: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

/**
 * Size of the raster the whole frame is reduced to, once: large enough for what is filed and for the fingerprints,
 * never larger than the frame.
 *
 * @param frame - size after orientation
 */
export function rasterSize(frame: Size, { fit, sidePx }: Pick<RenderSettings, 'fit' | 'sidePx'>): Size {
  const filed = sidePx / (fit === 'cover' ? shortSide(frame) : longSide(frame))
  return scaled(frame, Math.min(1, Math.max(filed, fingerprintSidePx / shortSide(frame))))
}

/**
 * Size of the whole frame as it is filed, before anything is cut off or put around it. `inside` keeps a picture that
 * is small enough as it is; `cover` and `pad` bring it to the square, so they enlarge small ones.
 */
export function filedSize(frame: Size, { fit, sidePx }: Pick<RenderSettings, 'fit' | 'sidePx'>): Size {
  if (fit === 'cover') return scaled(frame, sidePx / shortSide(frame))
  const scale = sidePx / longSide(frame)
  return scaled(frame, fit === 'inside' ? Math.min(1, scale) : scale)
}

/** The largest square in the middle. */
export function centralSquare(size: Size): Size & { readonly left: number; readonly top: number } {
  const side = shortSide(size)
  return {
    left: Math.floor((size.width - side) / 2),
    top: Math.floor((size.height - side) / 2),
    width: side,
    height: side,
  }
}

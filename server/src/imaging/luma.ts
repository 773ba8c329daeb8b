/** The small raster every fingerprint is made from, so that all of them see the same picture. */

import { type Cells, cellSide, cellsOf } from './cells.ts'

/** Cells along each side of a {@link Miniature}. */
export const miniatureSide = cellSide

/** Pixels in memory: row-major, 3 bytes each (red, green, blue; sRGB), no padding. */
export interface Raster {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A picture reduced to 64 × 64 cells, each the mean of the area it covers; values 0 to 255, row-major. */
export type Miniature = Cells

/**
 * Reduces (or stretches) a picture to 64 × 64 by exact area: a pixel across a border counts for each side by the
 * share that lies there. Hence the result hardly depends on the size the picture came in.
 *
 * @returns a miniature that is valid until that of the next picture is made
 */
export const miniature = ({ data, width, height }: Raster): Miniature => cellsOf(data, width, height)

/** Mean Cb and Cr (JFIF), each −128 to 127; 0 and 0 for a grey picture. */
export function meanChroma({ red, blue, luma }: Miniature): readonly [cb: number, cr: number] {
  let [redSum, blueSum, lumaSum] = [0, 0, 0]
  for (let at = 0; at < luma.length; at++) {
    redSum += red[at] as number
    blueSum += blue[at] as number
    lumaSum += luma[at] as number
  }
  const mean = lumaSum / luma.length
  return [(blueSum / luma.length - mean) * 0.564, (redSum / luma.length - mean) * 0.713]
}

/**
 * Whether no two values, whatever their cell and channel, lie further apart: all of a picture all white, black or of one
 * grey are the same. A plain area of a colour is not counted as empty: swatches are pictures.
 */
export function isWithin({ red, green, blue }: Miniature, range: number): boolean {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const plane of [red, green, blue]) {
    for (let at = 0; at < plane.length; at++) {
      const value = plane[at] as number
      if (value < least) least = value
      if (value > most) most = value
      if (most - least > range) return false
    }
  }
  return true
}

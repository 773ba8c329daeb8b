/** Cuts a raster off or puts a margin around it, in memory. */
import type { Size } from './geometry.ts'
import type { Raster } from './luma.ts'

/**
 * @param area - lies within the raster
 * @returns a raster of its own
 */
export function cut(raster: Raster, area: Size & { readonly left: number; readonly top: number }): Raster {
  const { left, top, width, height } = area
  if (width === raster.width && height === raster.height) return raster
  const data = Buffer.allocUnsafeSlow(width * height * 3)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * 3
    data.set(raster.data.subarray(from, from + width * 3), y * width * 3)
  }
  return { data, width, height }
}

/**
 * @param sidePx - not less than either side of the raster
 * @param background - `#rrggbb`
 * @returns a square with the raster in its middle; a pixel that does not halve goes to the right and to the bottom
 */
export function padToSquare(raster: Raster, sidePx: number, background: string): Raster {
  const { width, height } = raster
  if (width === sidePx && height === sidePx) return raster
  const data = Buffer.alloc(sidePx * sidePx * 3, Buffer.from(background.slice(1), 'hex'))
  const left = Math.floor((sidePx - width) / 2)
  const top = Math.floor((sidePx - height) / 2)
  for (let y = 0; y < height; y++) {
    data.set(raster.data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * sidePx + left) * 3)
  }
  return { data, width: sidePx, height: sidePx }
}

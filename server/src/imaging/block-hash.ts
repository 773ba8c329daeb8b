/** The widely readable fingerprint beside the deciding one: the core of the image-hash package. */
import { createRequire } from 'node:module'
import { miniatureSide } from './luma.ts'

interface Rgba {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** The package's public door decodes files and fetches addresses; its core only counts. */
const core = createRequire(import.meta.url)(
  'image-hash/lib/block-hash.js',
) as typeof import('image-hash/lib/block-hash.js')
const blockMeanValue: (pixels: Rgba, blocksPerRow: number, method: 2) => string = core.default

const blocksPerRow = 16

/** Used anew for every picture. */
const pixels = new Uint8Array(miniatureSide ** 2 * 4)
const wholePixels = new Int32Array(pixels.buffer)
const opaque = new Int32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0] as number
/** The same in red, green and blue. */
const grey = new Int32Array(Uint8Array.of(1, 1, 1, 0).buffer)[0] as number

/**
 * image-hash's block mean value hash with 16 × 16 blocks.
 *
 * @param luma - 64 × 64 values 0 to 255, row-major
 * @returns 64 hex digits; `null` for pictures so flat that all bits are equal
 */
export function blockHash(luma: Float64Array): string | null {
  for (let at = 0; at < luma.length; at++) {
    wholePixels[at] = opaque + grey * (((luma[at] as number) + 0.5) | 0)
  }
  const hex = blockMeanValue({ width: miniatureSide, height: miniatureSide, data: pixels }, blocksPerRow, 2)
  return /^(?:0+|f+)$/.test(hex) ? null : hex
}

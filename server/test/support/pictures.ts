/** Pictures made up for a test: each seed gives another one, and the same one every time. */
import sharp from 'sharp'

/** A repeatable stream of numbers from 0 up to 1 (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface PictureShape {
  readonly width?: number
  readonly height?: number
  readonly quality?: number
  readonly format?: 'jpeg' | 'png' | 'webp'
}

/** Coloured clouds: enough structure for a perceptual hash, and nothing in common with any other seed. */
export async function picture(
  seed: number,
  { width = 640, height = 480, quality = 90, format = 'jpeg' }: PictureShape = {},
): Promise<Buffer> {
  const next = numbersFrom(seed)
  const clouds = Buffer.from(Uint8Array.from({ length: 12 * 12 * 3 }, () => next() * 256))
  const large = sharp(clouds, { raw: { width: 12, height: 12, channels: 3 } }).resize(width, height, {
    fit: 'fill',
    kernel: 'cubic',
  })
  return large.toFormat(format, { quality }).toBuffer()
}

/** JPEG through libjpeg-turbo itself: what the image library does around it costs more than the codec. */
import { createRequire } from 'node:module'
import type { Chroma } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { isSameSize, type Size } from './geometry.ts'
import type { Raster } from './luma.ts'
import { brighten, rasterRoom } from './pixels.ts'
import { reduced } from './reduce.ts'

export interface FastJpeg {
  /**
   * Decodes a whole file of three components as it lies, and reduces it. The raster is valid until the next file is decoded.
   *
   * @param frame - as the file states it; another one throws
   * @param size - of the raster, that of the frame or smaller
   * @throws Error with what the codec complains about, warnings included, or RangeError where it is too large to be reduced:
   *   ask the image library then
   */
  readonly decode: (bytes: Buffer, frame: Size, size?: Size) => Raster
  /** @param options - quality 1 to 100 */
  readonly encode: (raster: Raster, options: { readonly quality: number; readonly chroma: Chroma }) => Buffer
}

type Codec = typeof import('@julusian/jpeg-turbo')

/**
 * @param require - finds the codec; not every machine has a binary of it
 * @returns `undefined` where it cannot be loaded: then the image library does all the work
 */
export async function loadFastJpeg(
  require: NodeJS.Require = createRequire(import.meta.url),
): Promise<FastJpeg | undefined> {
  try {
    const codec = require('@julusian/jpeg-turbo') as Codec
    return createFastJpeg(codec, await darkenedChannels(codec))
  } catch {
    return undefined
  }
}

const createFastJpeg = (codec: Codec, darkened: readonly boolean[]): FastJpeg => ({
  decode: (bytes, frame, size = frame) => {
    const raster = isSameSize(frame, size)
      ? decodeWith(codec, bytes, frame)
      : reduced(decodeWith(codec, bytes, frame, size.width * size.height * 3), size)
    brighten(raster.data, darkened)
    return raster
  },
  encode: (raster, options) => encodeWith(codec, raster, options),
})

/** @param before - bytes of room the raster lies behind */
function decodeWith(codec: Codec, bytes: Buffer, { width, height }: Size, before?: number): Raster {
  const pixels = rasterRoom(width * height * 3, before)
  const found = codec.decompressSync(bytes, pixels, { format: codec.FORMAT_RGB })
  if (found.width !== width || found.height !== height) {
    throw new Error(`decoded to ${found.width}x${found.height}`)
  }
  return { data: pixels, width, height }
}

const encodeWith: (codec: Codec, ...rest: Parameters<FastJpeg['encode']>) => Buffer = (
  codec,
  { data, width, height },
  { quality, chroma },
) => {
  const subsampling = chroma === '4:4:4' ? codec.SAMP_444 : codec.SAMP_420
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const room = encodingRoom(codec.bufferSize({ width, height, subsampling }))
  const options = { format: codec.FORMAT_RGB, width, height, quality, subsampling }
  return Buffer.from(codec.compressSync(pixels, room, options))
}

/** More is let go of after use. */
const mostKeptBytes = 16 * 1024 * 1024
let kept = Buffer.alloc(0)

/** The codec wants room for the worst case, ten times what comes out: that is had once, not for every picture. */
function encodingRoom(bytes: number): Buffer {
  if (bytes <= kept.length) return kept
  const room = Buffer.allocUnsafeSlow(bytes)
  if (bytes <= mostKeptBytes) kept = room
  return room
}

const sampleSidePx = 64

/**
 * The codec's binding uses its fast transform, which on most processors rounds down where the exact one rounds: of YCbCr
 * all three by half a step, so of RGB red and blue by one. What this machine does is seen on a sample.
 *
 * @returns for red, green and blue whether they come out a step too low
 */
async function darkenedChannels(codec: Codec): Promise<readonly boolean[]> {
  const size = { width: sampleSidePx, height: sampleSidePx }
  const data = Buffer.from(
    Array.from({ length: sampleSidePx ** 2 * 3 }, (_, at) => 90 + ((at * at * 7 + at * 31) % 71)),
  )
  const sample = encodeWith(codec, { data, ...size }, { quality: 90, chroma: '4:4:4' })
  const exact = await sharp(sample).raw().toBuffer()
  const fast = decodeWith(codec, sample, size).data
  const sums = [0, 0, 0]
  for (let at = 0; at < fast.length; at++)
    sums[at % 3] = (sums[at % 3] ?? 0) + (fast[at] ?? 0) - (exact[at] ?? 0)
  return sums.map(sum => sum / sampleSidePx ** 2 < -0.5)
}

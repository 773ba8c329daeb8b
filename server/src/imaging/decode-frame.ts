/** Bytes to the raster everything else is made from. Runs in a decoder process only. */
import sharp from 'sharp'
import { bareJpeg } from './bare-jpeg.ts'
import { isPlainSrgb } from './colour-profile.ts'
import type { DecodeSettings } from './decoded.ts'
import type { FastJpeg } from './fast-jpeg.ts'
import { isSameSize, rasterSize, type Size } from './geometry.ts'
import type { Header } from './header.ts'
import { type JpegLayout, jpegMarker } from './jpeg-layout.ts'
import { type JpegTables, readQuantization } from './jpeg-tables.ts'
import type { Raster } from './luma.ts'

type RenderSettings = DecodeSettings['render']

export interface Pixels {
  /** The whole picture, oriented, sRGB, on the background, reduced to what is needed. */
  readonly raster: Raster
  /** The file to be stored, where the compressed pixels are kept: the raster was decoded from it. */
  readonly kept?: Buffer
}

/** Above this the image library is as good: what it adds to the codec no longer weighs. */
const maxFastMegapixels = 4

/**
 * The fast transform is less exact the finer a file is quantized: below this sum of its 64 steps of brightness (about
 * that of quality 93) the difference could be seen, and it is the exact transform that is wanted.
 */
const minQuantizationSum = 480

/** Datasets that ask for more than this want every step of brightness. */
const maxFastQuality = 95

/** From here on the image library decodes to a quarter of the size or less, which costs less than decoding in full. */
const libraryShrinksFrom = 5

/** From here on so many pixels become one that the fast transform is exact enough for any file. */
const isEvenedOutFrom = 2

/**
 * Decodes the whole picture.
 *
 * @param fastJpeg - takes the plain JPEGs; what it refuses, the image library judges
 * @throws Error of the image library
 */
export async function decodeFrame(
  bytes: Buffer,
  header: Header,
  render: RenderSettings,
  fastJpeg: FastJpeg | undefined,
): Promise<Pixels> {
  const kept = fastJpeg && keptFile(header, render)
  if (kept) {
    try {
      return { kept, raster: fastJpeg.decode(kept, header.frame) }
    } catch {
      // The codec puts up with nothing but pixels in there; the image library does. Then it is a file like any other.
    }
  }
  return { raster: await decodeFile(bytes, header, render, fastJpeg) }
}

/** The file with nothing but its compressed pixels, where the dataset wants it and the picture is fit to be filed so. */
function keptFile(header: Header, { keepFitting, fit, sidePx }: RenderSettings): Buffer | undefined {
  const { layout, frame } = header
  const fits = fit === 'inside' && Math.max(frame.width, frame.height) <= sidePx
  return keepFitting && fits && layout && isPlain(header) ? bareJpeg(layout) : undefined
}

async function decodeFile(
  bytes: Buffer,
  header: Header,
  render: RenderSettings,
  fastJpeg: FastJpeg | undefined,
): Promise<Raster> {
  const size = rasterSize(header.frame, render)
  if (fastJpeg && isFastWork(header, size, render.quality)) {
    try {
      return fastJpeg.decode(bytes, header.frame, size)
    } catch {
      // The image library says what is wrong, in the words the reasons are told from, or copes with it.
    }
  }
  return decodeSlowly(bytes, header, size, render.background)
}

function isFastWork(header: Header, size: Size, quality: number): boolean {
  const { layout, frame } = header
  if (!layout || quality > maxFastQuality || frame.width * frame.height > maxFastMegapixels * 1e6)
    return false
  const factor = frame.width / size.width
  return factor < libraryShrinksFrom && (factor >= isEvenedOutFrom || isCoarse(layout)) && isPlain(header)
}

function isCoarse({ segments, components }: JpegLayout): boolean {
  const tables: JpegTables = new Map()
  const areTables = segments
    .filter(({ marker }) => marker === jpegMarker.quantizationTables)
    .every(({ payload }) => readQuantization(payload, tables))
  const steps = tables.get(components[0]?.table ?? 0)?.subarray(1)
  return areTables && steps !== undefined && steps.reduce((sum, step) => sum + step, 0) >= minQuantizationSum
}

/** Whether the pixels can be used as they come out of the codec. */
const isPlain = ({ isUpright, isRgb, profile }: Header) =>
  isUpright && isRgb && (profile === undefined || isPlainSrgb(profile))

async function decodeSlowly(
  bytes: Buffer,
  { frame, isRgb, profile }: Header,
  size: Size,
  background: string,
): Promise<Raster> {
  const ignoreIcc = isRgb && profile !== undefined && isPlainSrgb(profile)
  const limitInputPixels = frame.width * frame.height
  const pipeline = sharp(bytes, { failOn: 'warning', limitInputPixels, ignoreIcc })
    .autoOrient()
    .flatten({ background })
    .toColourspace('srgb')
  if (!isSameSize(size, frame)) pipeline.resize(size.width, size.height, { fit: 'fill' })
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  if (info.channels !== 3 || data.length !== info.width * info.height * 3) {
    throw new Error(`decoded to ${info.width}x${info.height}x${info.channels}`)
  }
  return { data, width: info.width, height: info.height }
}

/** Measures how much of a picture is really there: what an enlarged, blurred or coarsely compressed copy has lost. */
import type { Area } from '../look/fingerprint.ts'
import { type JpegLayout, jpegMarker } from './jpeg-layout.ts'
import { type JpegTables, readQuantization } from './jpeg-tables.ts'
import type { Raster } from './luma.ts'

/** Lines that are looked at in each direction. */
const sampledLines = 24
/** Bends are measured over such distances, in px. */
const lags = [1, 2, 4, 8] as const
const longestLag = 8
/** Where the picture bends less than this over the longest distance there is nothing to be sharp. */
const minBend = 16
/**
 * By which power of the distance bends grow. An edge as sharp as pixels allow bends about as much over one pixel as over
 * two; what is smooth between pixels, as in an enlarged picture, bends four times as much over twice the distance.
 */
const sharpSlope = 1.2

/** Sums of bends over each distance. */
type Bends = [number, number, number, number]

/**
 * @param content - share of the raster that is the picture proper
 * @returns longest side in px of the smallest picture that shows the same detail
 */
export function resolvedSidePx(raster: Raster, content: Area): number {
  const bends: Bends = [0, 0, 0, 0]
  addBends(raster, content, 3, raster.width * 3, bends)
  addBends(raster, content, raster.width * 3, 3, bends)
  const longSide = Math.max(raster.width * content.width, raster.height * content.height)
  return Math.max(1, Math.round(longSide / resolvedLag(bends)))
}

/** The distance in px from which on there is detail, 1 to 8. */
function resolvedLag(bends: Bends): number {
  let before = Number.NaN
  for (let at = 0; at + 1 < lags.length; at++) {
    const [near, far] = [bends[at] as number, bends[at + 1] as number]
    if (near <= 0) continue
    const slope = Math.log2(far / near)
    if (slope <= sharpSlope) {
      const within = before > sharpSlope ? (before - sharpSlope) / (before - slope) : 0
      return at === 0 ? 1 : 2 ** (at - 1 + within)
    }
    before = slope
  }
  return bends[0] > 0 ? 2 ** (lags.length - 2) : 1
}

/** @param along - from one value to the next of a line, @param across - from one line to the next */
function addBends(
  { data, width, height }: Raster,
  content: Area,
  along: number,
  across: number,
  bends: Bends,
): void {
  const isRow = along === 3
  const [lineCount, length] = isRow ? [height, width] : [width, height]
  const [first, lines] = isRow ? [content.top, content.height] : [content.left, content.width]
  const [start, share] = isRow ? [content.left, content.width] : [content.top, content.height]
  const from = Math.ceil(start * length) + longestLag
  const to = Math.floor((start + share) * length) - longestLag
  let [by1, by2, by4, by8] = [0, 0, 0, 0]
  for (let sampled = 0; sampled < sampledLines; sampled++) {
    const line = Math.floor((first + (lines * (sampled + 0.5)) / sampledLines) * lineCount)
    // Green: the channel every format keeps best.
    let at = line * across + from * along + 1
    for (let place = from; place < to; place++, at += along) {
      const twice = 2 * (data[at] as number)
      const bend = Math.abs((data[at - 8 * along] as number) + (data[at + 8 * along] as number) - twice)
      if (bend < minBend) continue
      by8 += bend
      by4 += Math.abs((data[at - 4 * along] as number) + (data[at + 4 * along] as number) - twice)
      by2 += Math.abs((data[at - 2 * along] as number) + (data[at + 2 * along] as number) - twice)
      by1 += Math.abs((data[at - along] as number) + (data[at + along] as number) - twice)
    }
  }
  bends[0] += by1
  bends[1] += by2
  bends[2] += by4
  bends[3] += by8
}

/** Sides of the blocks JPEG works in. */
const blockSide = 8

/**
 * @param raster - pixel for pixel as it came out of the file
 * @returns mean step from one pixel to the next across the borders of 8 × 8 blocks, beside the mean of all other steps
 */
export function blockiness({ data, width, height }: Raster): number {
  let [atBorders, elsewhere, borders, others] = [0, 0, 0, 0]
  for (let sampled = 0; sampled < sampledLines; sampled++) {
    let at = Math.floor(((sampled + 0.5) * height) / sampledLines) * width * 3 + 4
    for (let x = 1; x < width; x++, at += 3) {
      const step = Math.abs((data[at] as number) - (data[at - 3] as number))
      if (x % blockSide === 0) {
        atBorders += step
        borders += 1
      } else {
        elsewhere += step
        others += 1
      }
    }
  }
  if (borders === 0 || elsewhere === 0) return 1
  return atBorders / borders / (elsewhere / others)
}

/** Sum of the 64 steps of brightness of quality 50. */
const standardSum = 3_685

/** @returns quality as the usual encoders count it, 15 (for that and less) to 100; `undefined` when the file has other tables */
export function jpegQuality({ segments, components }: JpegLayout): number | undefined {
  const tables: JpegTables = new Map()
  const areTables = segments
    .filter(({ marker }) => marker === jpegMarker.quantizationTables)
    .every(({ payload }) => readQuantization(payload, tables))
  const steps = tables.get(components[0]?.table ?? 0)?.subarray(1)
  if (!areTables || !steps) return undefined
  const scale = steps.reduce((sum, step) => sum + step, 0) / standardSum
  const quality = scale <= 1 ? 100 - 50 * scale : 50 / scale
  return Math.min(100, Math.max(1, Math.round(quality)))
}

/** Measures how much of a picture is really there: what an enlarged, blurred or coarsely compressed copy has lost. */
import type { Area } from '../look/fingerprint.ts'
import { type JpegLayout, jpegMarker } from './jpeg-layout.ts'
import { type JpegTables, readQuantization } from './jpeg-tables.ts'
import { addBends, addSteps, type Bends, type Line, takeLine } from './lines.ts'
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

/**
 * @param content - share of the raster that is the picture proper
 * @returns longest side in px of the smallest picture that shows the same detail
 */
export function resolvedSidePx(raster: Raster, content: Area): number {
  const bends: Bends = [0, 0, 0, 0]
  addBendsOf(raster, content, 'row', bends)
  addBendsOf(raster, content, 'column', bends)
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

/** Green: the channel every format keeps best. */
const rowAt = ({ width }: Raster, y: number): Line => ({ start: y * width * 3 + 1, stride: 3, length: width })
const columnAt = ({ width, height }: Raster, x: number): Line => ({
  start: x * 3 + 1,
  stride: width * 3,
  length: height,
})

function addBendsOf(raster: Raster, content: Area, direction: 'row' | 'column', bends: Bends): void {
  const { width, height } = raster
  const isRow = direction === 'row'
  const [lineCount, length] = isRow ? [height, width] : [width, height]
  const [first, lines] = isRow ? [content.top, content.height] : [content.left, content.width]
  const [start, share] = isRow ? [content.left, content.width] : [content.top, content.height]
  const from = Math.ceil(start * length) + longestLag
  const to = Math.floor((start + share) * length) - longestLag
  for (let sampled = 0; sampled < sampledLines; sampled++) {
    const line = Math.floor((first + (lines * (sampled + 0.5)) / sampledLines) * lineCount)
    takeLine(raster.data, isRow ? rowAt(raster, line) : columnAt(raster, line))
    addBends(from, to, minBend, bends)
  }
}

/** Sides of the blocks JPEG works in. */
const blockSide = 8

/**
 * @param raster - pixel for pixel as it came out of the file
 * @returns mean step from one pixel to the next across the borders of 8 × 8 blocks, beside the mean of all other steps
 */
export function blockiness(raster: Raster): number {
  const { width, height } = raster
  const steps: number[] = []
  for (let sampled = 0; sampled < sampledLines; sampled++) {
    takeLine(raster.data, rowAt(raster, Math.floor(((sampled + 0.5) * height) / sampledLines)))
    addSteps(width, steps)
  }
  const [atBorders = 0, ...others] = steps
  const elsewhere = others.reduce((sum, step) => sum + step, 0)
  const borders = sampledLines * Math.floor((width - 1) / blockSide)
  if (borders === 0 || elsewhere === 0) return 1
  return atBorders / borders / (elsewhere / (sampledLines * (width - 1) - borders))
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

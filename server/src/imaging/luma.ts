/** The small raster every fingerprint is made from, so that all of them see the same picture. */

import { blendRows } from './pixels.ts'

/** Cells along each side of a {@link Miniature}. */
export const miniatureSide = 64

/** Pixels in memory: row-major, 3 bytes each (red, green, blue; sRGB), no padding. */
export interface Raster {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A picture reduced to 64 × 64 cells, each the mean of the area it covers; values 0 to 255, row-major. */
export interface Miniature {
  readonly red: Float64Array
  readonly green: Float64Array
  readonly blue: Float64Array
  /** 0.299 R + 0.587 G + 0.114 B. */
  readonly luma: Float64Array
}

const cells = miniatureSide * miniatureSide

/**
 * Reduces (or stretches) a picture to 64 × 64 by exact area: a pixel across a border counts for each side by the
 * share that lies there. Hence the result hardly depends on the size the picture came in.
 */
export function miniature(raster: Raster): Miniature {
  const { data, width, height } = raster
  const planes = {
    red: new Float64Array(cells),
    green: new Float64Array(cells),
    blue: new Float64Array(cells),
  }
  const columns = spansOf(width)
  const rows = spansOf(height)
  for (let y = 0; y < miniatureSide; y++) {
    const row = blendRows(data, width * 3, {
      first: rows.first[y] as number,
      last: rows.last[y] as number,
      firstShare: rows.firstShare[y] as number,
      lastShare: rows.lastShare[y] as number,
      wholeShare: rows.wholeShare,
    })
    reduceRow(row, columns, planes, y * miniatureSide)
  }
  return { ...planes, luma: lumaOf(planes) }
}

function lumaOf({ red, green, blue }: Omit<Miniature, 'luma'>): Float64Array {
  const luma = new Float64Array(cells)
  for (let at = 0; at < cells; at++) {
    luma[at] = 0.299 * (red[at] as number) + 0.587 * (green[at] as number) + 0.114 * (blue[at] as number)
  }
  return luma
}

/** Mean Cb and Cr (JFIF), each −128 to 127; 0 and 0 for a grey picture. */
export function meanChroma({ red, blue, luma }: Miniature): readonly [cb: number, cr: number] {
  const meanLuma = mean(luma)
  return [(mean(blue) - meanLuma) * 0.564, (mean(red) - meanLuma) * 0.713]
}

/**
 * Largest difference between any two values, whatever their cell and channel: 0 for a picture all white, black or of
 * one grey. A plain area of a colour is not counted as empty: swatches are pictures.
 */
export function valueRange({ red, green, blue }: Miniature): number {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const plane of [red, green, blue]) {
    for (let at = 0; at < plane.length; at++) {
      const value = plane[at] as number
      if (value < least) least = value
      if (value > most) most = value
    }
  }
  return most - least
}

function mean(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] as number
  return sum / values.length
}

/** What each of the 64 cells of a line takes from it: a part of one pixel, whole ones, a part of another; sum of shares 1. */
interface Spans {
  readonly first: Uint32Array
  readonly firstShare: Float64Array
  readonly last: Uint32Array
  readonly lastShare: Float64Array
  readonly wholeShare: number
}

function spansOf(length: number): Spans {
  const cellLength = length / miniatureSide
  const spans = {
    first: new Uint32Array(miniatureSide),
    firstShare: new Float64Array(miniatureSide),
    last: new Uint32Array(miniatureSide),
    lastShare: new Float64Array(miniatureSide),
    wholeShare: 1 / cellLength,
  }
  for (let cell = 0; cell < miniatureSide; cell++) {
    const from = cell * cellLength
    const to = (cell + 1) * cellLength
    const first = Math.floor(from)
    const last = Math.min(length, Math.ceil(to)) - 1
    spans.first[cell] = first
    spans.firstShare[cell] = (Math.min(first + 1, to) - from) / cellLength
    spans.last[cell] = last
    spans.lastShare[cell] = last > first ? (to - last) / cellLength : 0
  }
  return spans
}

function reduceRow(
  row: Float64Array,
  { first, firstShare, last, lastShare, wholeShare }: Spans,
  { red, green, blue }: Omit<Miniature, 'luma'>,
  start: number,
): void {
  for (let x = 0; x < miniatureSide; x++) {
    const leftAt = (first[x] as number) * 3
    const rightAt = (last[x] as number) * 3
    let r = 0
    let g = 0
    let b = 0
    for (let at = leftAt + 3; at < rightAt; at += 3) {
      r += row[at] as number
      g += row[at + 1] as number
      b += row[at + 2] as number
    }
    const left = firstShare[x] as number
    const right = lastShare[x] as number
    const at = start + x
    red[at] = r * wholeShare + (row[leftAt] as number) * left + (row[rightAt] as number) * right
    green[at] = g * wholeShare + (row[leftAt + 1] as number) * left + (row[rightAt + 1] as number) * right
    blue[at] = b * wholeShare + (row[leftAt + 2] as number) * left + (row[rightAt + 2] as number) * right
  }
}

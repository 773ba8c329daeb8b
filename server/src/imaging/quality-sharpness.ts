/** How sharp the sharpest parts of a picture are. */
import type { Raster } from './luma.ts'
import { memoryBytes, place, placed } from './pixels.ts'
import { loops } from './quality-loops.ts'

/** Tiles along each side. */
const tilesAlong = 5
const tiles = tilesAlong * tilesAlong
/** Rows that are looked at, spread evenly. */
const mostRows = 25
/** How far away the pixels are that a pixel is compared with, at most. */
const farPx = 4
/** Values that are looked at together, and from one such group to the next. */
const groupBytes = 16
const skipBytes = 32
/** A picture smaller than that has no room for it. */
const minSidePx = 2 * farPx + groupBytes
/** Of the tiles that have edges, the share that may be sharper than what counts. */
const sharperShare = 0.15
/** Bends of edges, as a share of the range of brightness: what is smaller is noise. */
const edgeShare = 0.24
const leastBend = 6
const mostBend = 24
/** As many edges as a tile needs to be judged: mean of their squared bends, over that of the smallest edge. */
const minEnergy = 0.035
const directions = 4
/** Each loop adds to four parts of a sum of near bends, then to four of one of far bends. */
const parts = 4

/**
 * In a sharp picture a good part of what bends over four pixels does so within one; blurred or enlarged, bends grow with
 * the square of the distance. Tiles are judged for themselves, so that a blurred background takes nothing from a sharp
 * subject, and in four directions, of which the least sharp one counts, for a camera that moved blurs along one.
 *
 * @param range - levels between the dark and the bright parts of the picture, 0 to 255
 * @returns 0 to about 1; 0 also where nothing has an edge
 */
export function sharpnessOf(raster: Raster, range: number): number {
  if (Math.min(raster.width, raster.height) < minSidePx) return 0
  const minBend = Math.round(Math.min(mostBend, Math.max(leastBend, edgeShare * range)))
  const { sums, seen } = addBends(raster, minBend)
  let least = Number.POSITIVE_INFINITY
  for (let direction = 0; direction < directions; direction++) {
    const ratios: number[] = []
    for (let tile = 0; tile < tiles; tile++) {
      const at = (tile * directions + direction) * 2 * parts
      const near = sumOf(sums, at)
      const far = sumOf(sums, at + parts)
      if (far > minEnergy * minBend * minBend * (seen[tile] as number)) ratios.push(near / far)
    }
    const counts = takeLargest(ratios, Math.floor(ratios.length * sharperShare))
    if (counts !== undefined && counts < least) least = counts
  }
  return Number.isFinite(least) ? least : 0
}

/** @returns the value that `above` others are larger than, or as large; `undefined` where there are no more. Those are taken out */
function takeLargest(values: number[], above: number): number | undefined {
  for (let taken = 0; ; taken++) {
    let largest = 0
    for (let at = 1; at < values.length; at++) {
      if ((values[at] as number) > (values[largest] as number)) largest = at
    }
    if (taken === above) return values[largest]
    values[largest] = values.at(-1) as number
    values.pop()
  }
}

const sumOf = (sums: Uint32Array, at: number): number =>
  (sums[at] as number) + (sums[at + 1] as number) + (sums[at + 2] as number) + (sums[at + 3] as number)

/** For each tile and direction the sums of the loop, and for each tile how many values were looked at. */
function addBends({ data, width, height }: Raster, minBend: number) {
  const count = tiles * directions * 2 * parts
  const seen = new Uint32Array(tiles)
  const rowBytes = width * 3
  const edgeBytes = farPx * 3
  const innerBytes = rowBytes - 2 * edgeBytes
  const innerRows = height - 2 * farPx
  const rows = Math.min(innerRows, mostRows)
  memoryBytes().fill(0, place.quality, place.quality + count * Uint32Array.BYTES_PER_ELEMENT)
  for (let row = 0; row < rows; row++) {
    const y = farPx + Math.floor(((row + 0.5) * innerRows) / rows)
    const from = (y - farPx) * rowBytes
    const rowAt = placed(data, from, from + (2 * farPx + 1) * rowBytes) + farPx * rowBytes + edgeBytes
    const lastGroup = rowAt + innerBytes - groupBytes
    const tileRow = Math.floor((row * tilesAlong) / rows) * tilesAlong
    for (let column = 0; column < tilesAlong; column++) {
      const at = rowAt + Math.floor((column * innerBytes) / tilesAlong)
      const end = Math.min(rowAt + Math.floor(((column + 1) * innerBytes) / tilesAlong), lastGroup + 1)
      if (at >= end) continue
      const tile = tileRow + column
      seen[tile] = (seen[tile] as number) + Math.ceil((end - at) / skipBytes) * groupBytes
      loops.bends(at, end, rowBytes, minBend, skipBytes, place.quality + tile * directions * 2 * parts * 4)
    }
  }
  return { sums: new Uint32Array(memoryBytes().buffer, place.quality, count), seen }
}

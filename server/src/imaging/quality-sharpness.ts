/** How sharp the sharpest parts of a picture are. */
import type { Raster } from './luma.ts'

/** Tiles along each side. */
const tilesAlong = 5
const tiles = tilesAlong * tilesAlong
/** Pixels looked at, spread evenly. */
const mostRows = 48
const mostColumns = 96
/** How far away the pixels are that a pixel is compared with, far and near. */
const farPx = 4
/** A picture smaller than that has no room for it. */
const minSidePx = 2 * farPx + tilesAlong
/** Of the tiles that have edges, the share that may be sharper than what counts. */
const sharperShare = 0.15
/** Bends of edges, as a share of the range of brightness: what is smaller is noise. */
const edgeShare = 0.24
const leastBend = 6
const mostBend = 24
/** As many edges as a tile needs to be judged: mean of their squared bends, over that of the smallest edge. */
const minEnergy = 0.035
const directions = 4

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
  const minBend = Math.min(mostBend, Math.max(leastBend, edgeShare * range))
  const { near, far, seen } = addBends(raster, minBend)
  let least = Number.POSITIVE_INFINITY
  for (let direction = 0; direction < directions; direction++) {
    const ratios: number[] = []
    for (let tile = 0; tile < tiles; tile++) {
      const energy = far[direction * tiles + tile] as number
      if (energy <= minEnergy * minBend * minBend * (seen[tile] as number)) continue
      ratios.push((near[direction * tiles + tile] as number) / energy)
    }
    ratios.sort((a, b) => b - a)
    const counts = ratios[Math.floor(ratios.length * sharperShare)]
    if (counts !== undefined && counts < least) least = counts
  }
  return Number.isFinite(least) ? least : 0
}

/** For each direction and tile: squared bends over one pixel and over four, where there is an edge, and pixels seen. */
function addBends({ data, width, height }: Raster, minBend: number) {
  const near = new Float64Array(directions * tiles)
  const far = new Float64Array(directions * tiles)
  const seen = new Float64Array(tiles)
  const steps = [3, width * 3, width * 3 + 3, width * 3 - 3]
  const [innerWidth, innerHeight] = [width - 2 * farPx, height - 2 * farPx]
  const rows = Math.min(innerHeight, mostRows)
  const columns = Math.min(innerWidth, mostColumns)
  for (let row = 0; row < rows; row++) {
    const y = farPx + Math.floor(((row + 0.5) * innerHeight) / rows)
    const tileRow = Math.floor((row * tilesAlong) / rows) * tilesAlong
    for (let column = 0; column < columns; column++) {
      const x = farPx + Math.floor(((column + 0.5) * innerWidth) / columns)
      const tile = tileRow + Math.floor((column * tilesAlong) / columns)
      // Green: the channel every format keeps best.
      const at = (y * width + x) * 3 + 1
      const twice = 2 * (data[at] as number)
      seen[tile] = (seen[tile] as number) + 1
      for (let direction = 0; direction < directions; direction++) {
        const step = steps[direction] as number
        const bend = (data[at - farPx * step] as number) + (data[at + farPx * step] as number) - twice
        if (bend < minBend && bend > -minBend) continue
        const small = (data[at - step] as number) + (data[at + step] as number) - twice
        const sum = direction * tiles + tile
        far[sum] = (far[sum] as number) + bend * bend
        near[sum] = (near[sum] as number) + small * small
      }
    }
  }
  return { near, far, seen }
}

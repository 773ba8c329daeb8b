/** The small raster of a picture as it is compared: without its borders, smoothed, and by what stands out. */
import { type Area, type Fingerprint, lookSide } from './fingerprint.ts'

const side = lookSide
const cells = side * side

/** 64 × 64 values, row-major. */
export type Plane = Float64Array

export interface Planes {
  /** Luma, each cell with its neighbours. */
  readonly luma: Plane
  /** What stands out from its wider surroundings, smoothed: for finding how pictures lie on each other. */
  readonly coarse: Plane
  /** What stands out from its near surroundings: for comparing them. */
  readonly fine: Plane
}

const known = new WeakMap<Fingerprint, Planes>()

/** @returns planes of their own, worked out once for each fingerprint */
export function planesOf(fingerprint: Fingerprint): Planes {
  const before = known.get(fingerprint)
  if (before) return before
  const plain = filled(fingerprint)
  const luma = smoothed(plain)
  const smoother = smoothed(smoothed(luma))
  const near = smoothed(smoother)
  const wide = boxMean(boxMean(plain))
  const planes = { luma, coarse: difference(smoother, wide), fine: difference(luma, near) }
  known.set(fingerprint, planes)
  return planes
}

/** Luma with everything outside of the content replaced by the nearest of what is inside: borders throw no shadow then. */
function filled({ raster, content }: Fingerprint): Plane {
  const plane = new Float64Array(cells)
  const [left, right] = inner(content.left, content.width)
  const [top, bottom] = inner(content.top, content.height)
  for (let y = 0; y < side; y++) {
    const row = Math.min(bottom, Math.max(top, y)) * side
    for (let x = 0; x < side; x++) {
      plane[y * side + x] = raster[row + Math.min(right, Math.max(left, x))] as number
    }
  }
  return plane
}

/** First and last cell that lie wholly inside. */
function inner(start: number, length: number): readonly [first: number, last: number] {
  const first = Math.ceil(start * side - 1e-6)
  return [Math.min(first, side - 1), Math.max(first, Math.floor((start + length) * side + 1e-6) - 1)]
}

/** Each value with its neighbours, 1 2 1 across and down. */
export function smoothed(plane: Plane): Plane {
  const across = new Float64Array(cells)
  for (let at = 0; at < cells; at++) {
    const x = at % side
    const left = plane[x > 0 ? at - 1 : at] as number
    const right = plane[x < side - 1 ? at + 1 : at] as number
    across[at] = (left + 2 * (plane[at] as number) + right) / 4
  }
  const down = new Float64Array(cells)
  for (let at = 0; at < cells; at++) {
    const above = across[at >= side ? at - side : at] as number
    const below = across[at + side < cells ? at + side : at] as number
    down[at] = (above + 2 * (across[at] as number) + below) / 4
  }
  return down
}

const boxRadius = 4

/** Mean of 9 × 9 values around each; at the edges the outermost value goes on. */
function boxMean(plane: Plane): Plane {
  return boxLines(boxLines(plane, 1, side), side, 1)
}

/** @param along - from one value to the next of a line, @param across - from one line to the next */
function boxLines(plane: Plane, along: number, across: number): Plane {
  const means = new Float64Array(cells)
  const width = 2 * boxRadius + 1
  for (let line = 0; line < side; line++) {
    const start = line * across
    const value = (place: number) => plane[start + Math.min(side - 1, Math.max(0, place)) * along] as number
    let sum = 0
    for (let place = -boxRadius; place <= boxRadius; place++) sum += value(place)
    for (let place = 0; place < side; place++) {
      means[start + place * along] = sum / width
      sum += value(place + boxRadius + 1) - value(place - boxRadius)
    }
  }
  return means
}

function difference(a: Plane, b: Plane): Plane {
  const result = new Float64Array(cells)
  for (let at = 0; at < cells; at++) result[at] = (a[at] as number) - (b[at] as number)
  return result
}

/** Reads a plane between its cells: x and y in cells, the middle of the first at 0.5. */
export function sample(plane: Plane, x: number, y: number): number {
  const left = Math.min(side - 2, Math.max(0, Math.floor(x - 0.5)))
  const top = Math.min(side - 2, Math.max(0, Math.floor(y - 0.5)))
  const dx = Math.min(1, Math.max(0, x - 0.5 - left))
  const dy = Math.min(1, Math.max(0, y - 0.5 - top))
  const at = top * side + left
  const upper = (plane[at] as number) * (1 - dx) + (plane[at + 1] as number) * dx
  const lower = (plane[at + side] as number) * (1 - dx) + (plane[at + side + 1] as number) * dx
  return upper * (1 - dy) + lower * dy
}

/** A part of a frame in cells. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const edgeCells = 0.7

/**
 * The cells of a picture that can be compared: its content, less where a border began within a cell.
 *
 * @param margin - cells to leave out all around
 */
export function comparable({ left, top, width, height }: Area, margin: number): Box {
  const trim = (isEdge: boolean) => Math.max(margin, isEdge ? 0 : edgeCells)
  return {
    left: left * side + trim(left < 0.004),
    top: top * side + trim(top < 0.004),
    right: (left + width) * side - trim(left + width > 0.996),
    bottom: (top + height) * side - trim(top + height > 0.996),
  }
}

export const isInside = ({ left, top, right, bottom }: Box, x: number, y: number) =>
  x >= left && x <= right && y >= top && y <= bottom

/** The small raster of a picture as it is compared: without its borders, smoothed, and by what stands out. */
import { type Area, type Fingerprint, lookSide } from './fingerprint.ts'

const side = lookSide
const cells = side * side

/** 64 × 64 values, row-major. */
export type Plane = Float32Array

export interface Planes {
  /** Luma, each cell with its neighbours. */
  readonly luma: Plane
  /** What stands out from its wider surroundings, smoothed: for finding how pictures lie on each other. */
  readonly coarse: Plane
  /** What stands out from its near surroundings: for comparing them. */
  readonly fine: Plane
}

const known = new WeakMap<Fingerprint, Planes>()

/** @returns planes of their own, each worked out once for a fingerprint, the coarse one when it is asked for */
export function planesOf(fingerprint: Fingerprint): Planes {
  const before = known.get(fingerprint)
  if (before) return before
  const planes = createPlanes(fingerprint)
  known.set(fingerprint, planes)
  return planes
}

/** What lies between one step and the next. Written over each time: memory of their own would cost more than the steps. */
const plain = new Float32Array(cells)
const halfway = new Float32Array(cells)
const passing = new Float32Array(cells)

function createPlanes(fingerprint: Fingerprint): Planes {
  fill(fingerprint)
  const luma = smooth(plain, new Float32Array(cells))
  const smoother = smooth(smooth(luma, passing), new Float32Array(cells))
  const fine = less(luma, smooth(smoother, passing), new Float32Array(cells))
  let isCoarse = false
  return {
    luma,
    fine,
    get coarse() {
      if (!isCoarse) {
        fill(fingerprint)
        less(smoother, boxMean(boxMean(plain)), smoother)
        isCoarse = true
      }
      return smoother
    },
  }
}

/** Luma with everything outside of the content replaced by the nearest of what is inside: borders throw no shadow then. */
function fill({ raster, content }: Fingerprint): void {
  const [left, right] = inner(content.left, content.width)
  const [top, bottom] = inner(content.top, content.height)
  for (let y = 0; y < side; y++) {
    const row = Math.min(bottom, Math.max(top, y)) * side
    for (let x = 0; x < side; x++) {
      plain[y * side + x] = raster[row + Math.min(right, Math.max(left, x))] as number
    }
  }
}

/** First and last cell that lie wholly inside. */
function inner(start: number, length: number): readonly [first: number, last: number] {
  const first = Math.ceil(start * side - 1e-6)
  return [Math.min(first, side - 1), Math.max(first, Math.floor((start + length) * side + 1e-6) - 1)]
}

/**
 * Each value with its neighbours, 1 2 1 across and down; at the edges the outermost value goes on.
 *
 * @param into - may be the plane itself
 * @returns `into`
 */
function smooth(plane: Plane, into: Plane): Plane {
  for (let row = 0; row < cells; row += side) {
    const last = row + side - 1
    halfway[row] = (3 * (plane[row] as number) + (plane[row + 1] as number)) / 4
    for (let at = row + 1; at < last; at++) {
      const beside = (plane[at - 1] as number) + (plane[at + 1] as number)
      halfway[at] = (beside + 2 * (plane[at] as number)) / 4
    }
    halfway[last] = ((plane[last - 1] as number) + 3 * (plane[last] as number)) / 4
  }
  for (let row = 0; row < cells; row += side) {
    const above = row > 0 ? row - side : row
    const below = row < cells - side ? row + side : row
    for (let x = 0; x < side; x++) {
      const beside = (halfway[above + x] as number) + (halfway[below + x] as number)
      into[row + x] = (beside + 2 * (halfway[row + x] as number)) / 4
    }
  }
  return into
}

const boxRadius = 4
const boxWidth = 2 * boxRadius + 1
/** Of the rows around one, the sum of each column. */
const columns = new Float64Array(side)

/**
 * Mean of 9 × 9 values around each; at the edges the outermost value goes on.
 *
 * @returns a plane that the next call writes over
 */
function boxMean(plane: Plane): Plane {
  for (let row = 0; row < cells; row += side) boxRow(plane, row)
  const rowAt = (y: number) => Math.min(side - 1, Math.max(0, y)) * side
  columns.fill(0)
  for (let y = -boxRadius; y <= boxRadius; y++) addRow(rowAt(y), 1)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) passing[y * side + x] = (columns[x] as number) / boxWidth
    addRow(rowAt(y + boxRadius + 1), 1)
    addRow(rowAt(y - boxRadius), -1)
  }
  return passing
}

function addRow(row: number, times: number): void {
  for (let x = 0; x < side; x++) {
    columns[x] = (columns[x] as number) + times * (halfway[row + x] as number)
  }
}

/** Means of nine values of a row. */
function boxRow(plane: Plane, row: number): void {
  const last = row + side - 1
  let sum = (boxRadius + 1) * (plane[row] as number)
  for (let place = 1; place <= boxRadius; place++) sum += plane[row + place] as number
  for (let at = row; at <= last; at++) {
    halfway[at] = sum / boxWidth
    const next = Math.min(last, at + boxRadius + 1)
    const gone = Math.max(row, at - boxRadius)
    sum += (plane[next] as number) - (plane[gone] as number)
  }
}

/** The one less the other. @returns `into`, which may be one of them */
function less(one: Plane, other: Plane, into: Plane): Plane {
  for (let at = 0; at < cells; at++) into[at] = (one[at] as number) - (other[at] as number)
  return into
}

/** Reads a plane between its cells: x and y in cells, the middle of the first at 0.5. */
export function sample(plane: Plane, x: number, y: number): number {
  const u = Math.min(side - 1, Math.max(0, x - 0.5))
  const v = Math.min(side - 1, Math.max(0, y - 0.5))
  // Both are positive: what is cut off is what floor would take away.
  const left = Math.min(side - 2, u | 0)
  const top = Math.min(side - 2, v | 0)
  const dx = u - left
  const dy = v - top
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

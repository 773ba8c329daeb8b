/** The small raster of a picture as it is compared: without its borders, smoothed, and by what stands out. */
import { type Area, type Fingerprint, lookSide } from './fingerprint.ts'
import { type Box, lessSmoothed, type Plane, plain, smoothPlain, takeSurroundings } from './raster-loops.ts'

const side = lookSide

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

function createPlanes(fingerprint: Fingerprint): Planes {
  fill(fingerprint)
  smoothPlain()
  const luma = plain.slice()
  smoothPlain()
  smoothPlain()
  const smoother = plain.slice()
  const fine = lessSmoothed(luma)
  let isCoarse = false
  return {
    luma,
    fine,
    get coarse() {
      if (!isCoarse) {
        fill(fingerprint)
        takeSurroundings(smoother)
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
    const from = Math.min(bottom, Math.max(top, y)) * side
    const to = y * side
    plain.set(raster.subarray(from + left, from + right + 1), to + left)
    plain.fill(raster[from + left] as number, to, to + left)
    plain.fill(raster[from + right] as number, to + right + 1, to + side)
  }
}

/** First and last cell that lie wholly inside. */
function inner(start: number, length: number): readonly [first: number, last: number] {
  const first = Math.ceil(start * side - 1e-6)
  return [Math.min(first, side - 1), Math.max(first, Math.floor((start + length) * side + 1e-6) - 1)]
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

/** Lays one small raster over another, to parts of a cell. */
import type { Affine } from './affine.ts'
import { lookSide } from './fingerprint.ts'
import { type Box, isInside, type Plane, sample } from './planes.ts'

const side = lookSide

/** What is laid on each other. */
export interface Laid {
  readonly plane: Plane
  /** Only cells in here count. */
  readonly box: Box
}

/** Slopes of a plane per cell. */
interface Slopes {
  readonly across: Plane
  readonly down: Plane
}

/** Cells that are looked at: every second one of every second row. */
const step = 2
/** Fewer cells in common are nothing to hold on to. */
const minCells = 60
/** Change of the transform, in cells, that is not worth another round. */
const settled = 0.02

/**
 * Improves a transform step by step until the first picture, seen through it, differs least from the second
 * (Gauss and Newton). Cells that do not fit count less and less, so that a watermark does not pull.
 *
 * @returns the improved transform; `undefined` when there is nothing to hold on to
 */
export function refine(first: Laid, second: Laid, from: Affine, rounds: number): Affine | undefined {
  const slopes = slopesOf(first.plane)
  let now = from
  for (let round = 0; round < rounds; round++) {
    const places = placesOf(first, second, now)
    if (places.length < minCells * placeValues) return undefined
    const change = solve(equationsOf(places, slopes))
    if (!change) return undefined
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = change
    now = {
      ...{ a: now.a + a / side, b: now.b + b / side, c: now.c + c },
      ...{ d: now.d + d / side, e: now.e + e / side, f: now.f + f },
    }
    if (Math.max(...[a, b, c, d, e, f].map(Math.abs)) < settled) break
  }
  return now
}

function slopesOf(plane: Plane): Slopes {
  const slopes = { across: new Float64Array(plane.length), down: new Float64Array(plane.length) }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(side - 1, x + 1)]
      const [above, below] = [Math.max(0, y - 1), Math.min(side - 1, y + 1)]
      const across = (plane[y * side + right] as number) - (plane[y * side + left] as number)
      const down = (plane[below * side + x] as number) - (plane[above * side + x] as number)
      slopes.across[y * side + x] = across / (right - left)
      slopes.down[y * side + x] = down / (below - above)
    }
  }
  return slopes
}

/** Of each place both pictures show: x and y in the second, x and y in the first, value of the first, of the second. */
type Places = readonly number[]
const placeValues = 6

function placesOf(first: Laid, second: Laid, { a, b, c, d, e, f }: Affine): Places {
  const places: number[] = []
  for (let y = 0; y < side; y += step) {
    for (let x = 0; x < side; x += step) {
      const [px, py] = [x + 0.5, y + 0.5]
      if (!isInside(second.box, px, py)) continue
      const [qx, qy] = [a * px + b * py + c, d * px + e * py + f]
      if (!isInside(first.box, qx, qy)) continue
      places.push(px, py, qx, qy, sample(first.plane, qx, qy), second.plane[y * side + x] as number)
    }
  }
  return places
}

/** Values that are looked for: six of the transform, a gain and a shift of brightness. */
const unknowns = 8
const width = unknowns + 1

/** Normal equations, row by row, each row with its right-hand side at the end. */
function equationsOf(places: Places, slopes: Slopes): Float64Array {
  const [gain, shift] = toneOf(places)
  const spread = spreadOf(places, gain, shift)
  const equations = new Float64Array(unknowns * width)
  const row = new Float64Array(width)
  for (let at = 0; at < places.length; at += placeValues) {
    const [x, y] = [(places[at] as number) / side - 0.5, (places[at + 1] as number) / side - 0.5]
    const [qx, qy] = [places[at + 2] as number, places[at + 3] as number]
    const value = places[at + 4] as number
    const residual = (places[at + 5] as number) - gain * value - shift
    const across = gain * sample(slopes.across, qx, qy)
    const down = gain * sample(slopes.down, qx, qy)
    row.set([across * x, across * y, across, down * x, down * y, down, value, side, residual])
    const weight = 1 / (1 + (residual / spread) ** 2)
    for (let r = 0; r < unknowns; r++) {
      const scaled = weight * (row[r] as number)
      for (let k = r; k < width; k++) {
        equations[r * width + k] = (equations[r * width + k] as number) + scaled * (row[k] as number)
      }
    }
  }
  for (let r = 0; r < unknowns; r++) {
    for (let k = 0; k < r; k++) equations[r * width + k] = equations[k * width + r] as number
    equations[r * width + r] = (equations[r * width + r] as number) * 1.001 + 1e-3
  }
  return equations
}

/** Gain and shift that bring the values of the first nearest those of the second. */
function toneOf(places: Places): readonly [gain: number, shift: number] {
  const n = places.length / placeValues
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0]
  for (let at = 4; at < places.length; at += placeValues) {
    const [x, y] = [places[at] as number, places[at + 1] as number]
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
  }
  const variance = sxx - (sx * sx) / n
  const gain = variance < 1 ? 1 : Math.min(4, Math.max(0.2, (sxy - (sx * sy) / n) / variance))
  return [gain, (sy - gain * sx) / n]
}

/** Mean difference that is left: what differs by more counts for less. */
function spreadOf(places: Places, gain: number, shift: number): number {
  let sum = 0
  for (let at = 4; at < places.length; at += placeValues) {
    sum += Math.abs((places[at + 1] as number) - gain * (places[at] as number) - shift)
  }
  return Math.max(1, (sum / places.length) * placeValues)
}

/** Gaussian elimination; what was asked about the middle of the frame is told about its corner. */
function solve(equations: Float64Array): readonly number[] | undefined {
  for (let pivot = 0; pivot < unknowns; pivot++) {
    const head = equations[pivot * width + pivot] as number
    if (!(Math.abs(head) > 1e-9)) return undefined
    for (let r = pivot + 1; r < unknowns; r++) {
      const factor = (equations[r * width + pivot] as number) / head
      for (let k = pivot; k < width; k++) {
        const at = r * width + k
        equations[at] = (equations[at] as number) - factor * (equations[pivot * width + k] as number)
      }
    }
  }
  const found = new Array<number>(unknowns).fill(0)
  for (let r = unknowns - 1; r >= 0; r--) {
    let value = equations[r * width + unknowns] as number
    for (let k = r + 1; k < unknowns; k++)
      value -= (equations[r * width + k] as number) * (found[k] as number)
    found[r] = value / (equations[r * width + r] as number)
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = found
  return [a, b, c - (a + b) / 2, d, e, f - (d + e) / 2]
}

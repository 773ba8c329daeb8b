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
    const count = findPlaces(first, second, now, slopes)
    if (count < minCells) return undefined
    const change = solve(equationsOf(count))
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

const knownSlopes = new WeakMap<Plane, Slopes>()

/** Worked out once for each plane. */
function slopesOf(plane: Plane): Slopes {
  const before = knownSlopes.get(plane)
  if (before) return before
  const slopes = { across: new Float32Array(plane.length), down: new Float32Array(plane.length) }
  for (let y = 0; y < side; y++) {
    const above = y > 0 ? y - 1 : y
    const below = y < side - 1 ? y + 1 : y
    for (let x = 0; x < side; x++) {
      const left = x > 0 ? x - 1 : x
      const right = x < side - 1 ? x + 1 : x
      const across = (plane[y * side + right] as number) - (plane[y * side + left] as number)
      const down = (plane[below * side + x] as number) - (plane[above * side + x] as number)
      slopes.across[y * side + x] = across / (right - left)
      slopes.down[y * side + x] = down / (below - above)
    }
  }
  knownSlopes.set(plane, slopes)
  return slopes
}

/**
 * Of each place both pictures show: x and y in the second, in shares from its middle; value of the first and of the second;
 * slopes of the first. Written over by each round: lists of their own would be most of what a comparison costs.
 */
const places = new Float64Array((side / step) ** 2 * 6)
const placeValues = 6

/** @returns how many there are */
function findPlaces({ plane, box }: Laid, second: Laid, affine: Affine, slopes: Slopes): number {
  const { a, b, c, d, e, f } = affine
  let end = 0
  for (let y = 0; y < side; y += step) {
    const py = y + 0.5
    for (let x = 0; x < side; x += step) {
      const px = x + 0.5
      if (!isInside(second.box, px, py)) continue
      const qx = a * px + b * py + c
      const qy = d * px + e * py + f
      if (!isInside(box, qx, qy)) continue
      places[end] = px / side - 0.5
      places[end + 1] = py / side - 0.5
      places[end + 2] = sample(plane, qx, qy)
      places[end + 3] = second.plane[y * side + x] as number
      places[end + 4] = sample(slopes.across, qx, qy)
      places[end + 5] = sample(slopes.down, qx, qy)
      end += placeValues
    }
  }
  return end / placeValues
}

/** Values that are looked for: six of the transform, a gain and a shift of brightness. */
const unknowns = 8
const width = unknowns + 1

/** Normal equations, row by row, each row with its right-hand side at the end. Written over by each round. */
const equations = new Float64Array(unknowns * width)
const row = new Float64Array(width)

function equationsOf(count: number): Float64Array {
  const [gain, shift] = toneOf(count)
  const spread = spreadOf(count, gain, shift)
  equations.fill(0)
  for (let at = 0; at < count * placeValues; at += placeValues) {
    const value = places[at + 2] as number
    const residual = (places[at + 3] as number) - gain * value - shift
    const far = residual / spread
    addRow(at, gain, residual, 1 / (1 + far * far))
  }
  for (let r = 0; r < unknowns; r++) {
    for (let k = 0; k < r; k++) equations[r * width + k] = equations[k * width + r] as number
    equations[r * width + r] = (equations[r * width + r] as number) * 1.001 + 1e-3
  }
  return equations
}

function addRow(at: number, gain: number, residual: number, weight: number): void {
  const x = places[at] as number
  const y = places[at + 1] as number
  const across = gain * (places[at + 4] as number)
  const down = gain * (places[at + 5] as number)
  row[0] = across * x
  row[1] = across * y
  row[2] = across
  row[3] = down * x
  row[4] = down * y
  row[5] = down
  row[6] = places[at + 2] as number
  row[7] = side
  row[8] = residual
  for (let r = 0; r < unknowns; r++) {
    const scaled = weight * (row[r] as number)
    const start = r * width
    for (let k = r; k < width; k++) {
      equations[start + k] = (equations[start + k] as number) + scaled * (row[k] as number)
    }
  }
}

/** Gain and shift that bring the values of the first nearest those of the second. */
function toneOf(count: number): readonly [gain: number, shift: number] {
  let sx = 0
  let sy = 0
  let sxx = 0
  let sxy = 0
  for (let at = 2; at < count * placeValues; at += placeValues) {
    const x = places[at] as number
    const y = places[at + 1] as number
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
  }
  const variance = sxx - (sx * sx) / count
  const gain = variance < 1 ? 1 : Math.min(4, Math.max(0.2, (sxy - (sx * sy) / count) / variance))
  return [gain, (sy - gain * sx) / count]
}

/** Mean difference that is left: what differs by more counts for less. */
function spreadOf(count: number, gain: number, shift: number): number {
  let sum = 0
  for (let at = 2; at < count * placeValues; at += placeValues) {
    sum += Math.abs((places[at + 1] as number) - gain * (places[at] as number) - shift)
  }
  return Math.max(1, sum / count)
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

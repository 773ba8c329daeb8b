/** Lays one small raster over another, to parts of a cell. */
import type { Affine } from './affine.ts'
import { lookSide } from './fingerprint.ts'
import { equations, type Laid, makeEquations, unknowns, equationsWidth as width } from './raster-loops.ts'

const side = lookSide

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
  let now = from
  for (let round = 0; round < rounds; round++) {
    if (!makeEquations(first, second, now, minCells)) return undefined
    damp()
    const change = solve()
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

/** Fills the lower half, and keeps steps short where next to nothing tells which way to go. */
function damp(): void {
  for (let r = 0; r < unknowns; r++) {
    for (let k = 0; k < r; k++) equations[r * width + k] = equations[k * width + r] as number
    equations[r * width + r] = (equations[r * width + r] as number) * 1.001 + 1e-3
  }
}

/** Gaussian elimination; what was asked about the middle of the frame is told about its corner. */
function solve(): readonly number[] | undefined {
  for (let pivot = 0; pivot < unknowns; pivot++) {
    const head = equations[pivot * width + pivot] as number
    if (!(Math.abs(head) > 1e-9)) return undefined
    for (let r = pivot + 1; r < unknowns; r++) {
      const factor = (equations[r * width + pivot] as number) / head
      for (let k = pivot; k <= unknowns; k++) {
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

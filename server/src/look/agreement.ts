/** How far two pictures that lie on each other show the same, block by block. */
import type { Affine } from './affine.ts'
import { lookSide } from './fingerprint.ts'
import { type Box, isInside, type Plane, sample } from './planes.ts'

const side = lookSide
/** Cells along each side of a block. */
const blockSide = 8
/** Blocks with fewer cells in common are left out. */
const minCells = 24
/** Blocks in which neither picture stands out by so many levels (standard deviation) show nothing. */
const minContrast = 1
/** From here on more contrast lends a block no more weight. */
const fullContrast = 5
/** A block that correlates less is another one. */
const sameBlock = 0.8
const otherBlock = 0.6

export interface Agreement {
  /** Middle correlation of the blocks, weighted by their contrast, −1 to 1. */
  readonly middle: number
  /** A quarter of the weight correlates less. */
  readonly lowerQuarter: number
  /** Share of the weight that correlates well. */
  readonly sameShare: number
  /** Blocks that show something. */
  readonly blocks: number
  /** Share of the second picture's comparable cells that the first shows as well. */
  readonly overlap: number
  /** Of the weight, what lies in blocks that differ because the first, or the second, has more to show there. */
  readonly markedFirst: number
  readonly markedSecond: number
}

export interface Seen {
  readonly plane: Plane
  readonly box: Box
}

interface Block {
  readonly correlation: number
  readonly weight: number
  /** Contrast of the first by that of the second, in levels of the second. */
  readonly ratio: number
}

/** @returns `undefined` when the two have next to nothing in common */
export function agreementOf(first: Seen, second: Seen, affine: Affine): Agreement | undefined {
  const [count, cells] = addUp(first, second, affine)
  if (count < 4 * minCells) return undefined
  const gain = gainOf()
  const blocks: Block[] = []
  for (let block = 0; block < blockCount; block++) {
    const found = sums[block * sumsEach] as number
    const judged = found >= minCells ? judge(block * sumsEach, gain) : undefined
    if (judged) blocks.push(judged)
  }
  const total = blocks.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  blocks.sort((a, b) => a.correlation - b.correlation)
  const share = (fits: (block: Block) => boolean) =>
    blocks.reduce((sum, block) => sum + (fits(block) ? block.weight : 0), 0) / total
  return {
    middle: quantile(blocks, total / 2),
    lowerQuarter: quantile(blocks, total / 4),
    sameShare: share(({ correlation }) => correlation >= sameBlock),
    blocks: blocks.length,
    overlap: count / Math.max(1, cells),
    markedFirst: share(({ correlation, ratio }) => correlation < otherBlock && ratio > 1.3),
    markedSecond: share(({ correlation, ratio }) => correlation < otherBlock && ratio < 1 / 1.3),
  }
}

const blocksAcross = side / blockSide
const blockCount = blocksAcross ** 2

/**
 * Of each block, with values a of the first and b of the second: how many there are, and the sums of a, b, aa, bb and ab.
 * Written over by each comparison: lists of values would be most of what it costs.
 */
const sums = new Float64Array(blockCount * 6)
const sumsEach = 6

/** @returns how many cells were compared, and how many of the second could have been */
function addUp(first: Seen, second: Seen, affine: Affine): readonly [count: number, cells: number] {
  const { a, b, c, d, e, f } = affine
  sums.fill(0)
  let count = 0
  let cells = 0
  for (let y = 0; y < side; y++) {
    const py = y + 0.5
    const blockRow = Math.floor(y / blockSide) * blocksAcross
    for (let x = 0; x < side; x++) {
      const px = x + 0.5
      if (!isInside(second.box, px, py)) continue
      cells += 1
      const qx = a * px + b * py + c
      const qy = d * px + e * py + f
      if (!isInside(first.box, qx, qy)) continue
      count += 1
      const at = (blockRow + Math.floor(x / blockSide)) * sumsEach
      addPair(at, sample(first.plane, qx, qy), second.plane[y * side + x] as number)
    }
  }
  return [count, cells]
}

function addPair(at: number, a: number, b: number): void {
  sums[at] = (sums[at] as number) + 1
  sums[at + 1] = (sums[at + 1] as number) + a
  sums[at + 2] = (sums[at + 2] as number) + b
  sums[at + 3] = (sums[at + 3] as number) + a * a
  sums[at + 4] = (sums[at + 4] as number) + b * b
  sums[at + 5] = (sums[at + 5] as number) + a * b
}

/** How much more contrast the second has than the first, all in all; at most three times as much. */
function gainOf(): number {
  const all = new Float64Array(sumsEach)
  for (let at = 0; at < sums.length; at++) {
    const sum = at % sumsEach
    all[sum] = (all[sum] as number) + (sums[at] as number)
  }
  const { varianceA, varianceB } = momentsOf(all, 0)
  return Math.min(3, Math.sqrt(varianceB / (varianceA + 1e-9)))
}

/** Correlation of a block; a difference in contrast between the two counts against it. */
function judge(at: number, gain: number): Block | undefined {
  const { varianceA, varianceB, covariance, count } = momentsOf(sums, at)
  const contrastA = Math.sqrt(Math.max(0, varianceA)) * gain
  const contrastB = Math.sqrt(Math.max(0, varianceB))
  const more = Math.max(contrastA, contrastB)
  const weight = Math.min(fullContrast, more * Math.sqrt(count / blockSide ** 2))
  if (weight < minContrast) return undefined
  const less = Math.max(Math.min(contrastA, contrastB), more / 3, minContrast)
  return { correlation: (covariance * gain) / (more * less), weight, ratio: contrastA / (contrastB + 1e-9) }
}

/** @param at - where the sums of a block begin */
function momentsOf(values: Float64Array, at: number) {
  const count = values[at] as number
  const meanA = (values[at + 1] as number) / count
  const meanB = (values[at + 2] as number) / count
  return {
    count,
    varianceA: (values[at + 3] as number) / count - meanA * meanA,
    varianceB: (values[at + 4] as number) / count - meanB * meanB,
    covariance: (values[at + 5] as number) / count - meanA * meanB,
  }
}

/** @param blocks - in ascending order of correlation */
function quantile(blocks: readonly Block[], weight: number): number {
  let sum = 0
  for (const block of blocks) {
    sum += block.weight
    if (sum >= weight) return block.correlation
  }
  return 0
}

/** How far two pictures that lie on each other show the same, block by block. */
import type { Affine } from './affine.ts'
import { addUpBlocks, blockCount, blockSide, type Laid, blockSums as sums, sumsEach } from './raster-loops.ts'

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

interface Block {
  readonly correlation: number
  readonly weight: number
  /** Contrast of the first by that of the second, in levels of the second. */
  readonly ratio: number
}

/** @returns `undefined` when the two have next to nothing in common */
export function agreementOf(first: Laid, second: Laid, affine: Affine): Agreement | undefined {
  const [count, cells] = addUpBlocks(first, second, affine)
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

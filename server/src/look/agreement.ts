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
  const pairs = pairsOf(first, second, affine)
  if (pairs.count < 4 * minCells) return undefined
  const gain = gainOf(pairs.blocks)
  const blocks: Block[] = []
  for (const values of pairs.blocks) {
    const block = values.length >= 2 * minCells ? judged(values, gain) : undefined
    if (block) blocks.push(block)
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
    overlap: pairs.count / Math.max(1, pairs.cells),
    markedFirst: share(({ correlation, ratio }) => correlation < otherBlock && ratio > 1.3),
    markedSecond: share(({ correlation, ratio }) => correlation < otherBlock && ratio < 1 / 1.3),
  }
}

/** Values of the first and the second in turn, for each block. */
interface Pairs {
  readonly blocks: readonly (readonly number[])[]
  readonly count: number
  /** Cells of the second that could be compared. */
  readonly cells: number
}

function pairsOf(first: Seen, second: Seen, { a, b, c, d, e, f }: Affine): Pairs {
  const across = side / blockSide
  const blocks = Array.from({ length: across * across }, (): number[] => [])
  let [count, cells] = [0, 0]
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [px, py] = [x + 0.5, y + 0.5]
      if (!isInside(second.box, px, py)) continue
      cells += 1
      const [qx, qy] = [a * px + b * py + c, d * px + e * py + f]
      if (!isInside(first.box, qx, qy)) continue
      count += 1
      const block = Math.floor(y / blockSide) * across + Math.floor(x / blockSide)
      blocks[block]?.push(sample(first.plane, qx, qy), second.plane[y * side + x] as number)
    }
  }
  return { blocks, count, cells }
}

/** How much more contrast the second has than the first, all in all; at most three times as much. */
function gainOf(blocks: Pairs['blocks']): number {
  const all = momentsOf(blocks.flat())
  return Math.min(3, Math.sqrt(all.varianceB / (all.varianceA + 1e-9)))
}

/** Correlation of a block; a difference in contrast between the two counts against it. */
function judged(values: readonly number[], gain: number): Block | undefined {
  const { varianceA, varianceB, covariance, count } = momentsOf(values)
  const contrastA = Math.sqrt(Math.max(0, varianceA)) * gain
  const contrastB = Math.sqrt(Math.max(0, varianceB))
  const more = Math.max(contrastA, contrastB)
  const weight = Math.min(fullContrast, more * Math.sqrt(count / blockSide ** 2))
  if (weight < minContrast) return undefined
  const less = Math.max(Math.min(contrastA, contrastB), more / 3, minContrast)
  return { correlation: (covariance * gain) / (more * less), weight, ratio: contrastA / (contrastB + 1e-9) }
}

function momentsOf(values: readonly number[]) {
  const count = values.length / 2
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0]
  for (let at = 0; at < values.length; at += 2) {
    const [a, b] = [values[at] as number, values[at + 1] as number]
    sa += a
    sb += b
    saa += a * a
    sbb += b * b
    sab += a * b
  }
  return {
    count,
    varianceA: saa / count - (sa / count) ** 2,
    varianceB: sbb / count - (sb / count) ** 2,
    covariance: sab / count - (sa / count) * (sb / count),
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

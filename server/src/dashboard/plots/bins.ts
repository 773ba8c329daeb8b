/** Counts of equal steps, as they are drawn and as they are read. */
import type { Histogram } from '@gleaner/shared/gallery'

export interface Bin {
  /** Bounds, in the unit of the histogram; the upper one is not part of it. */
  readonly from: number
  readonly to: number
  readonly count: number
}

export function binsOf({ min, max, counts }: Histogram): readonly Bin[] {
  const step = (max - min) / Math.max(1, counts.length)
  return counts.map((count, place) => ({ from: min + place * step, to: min + (place + 1) * step, count }))
}

/** The bins between the first and the last that hold anything, with one empty one on either side. */
export function trimBins(bins: readonly Bin[]): readonly Bin[] {
  const first = bins.findIndex(({ count }) => count > 0)
  const last = bins.findLastIndex(({ count }) => count > 0)
  return first === -1 ? [] : bins.slice(Math.max(0, first - 1), last + 2)
}

/** The bin that holds most, for a sentence about them all; `undefined` where all are empty. */
export const tallest = (bins: readonly Bin[]): Bin | undefined =>
  bins.reduce<Bin | undefined>((best, bin) => (bin.count > (best?.count ?? 0) ? bin : best), undefined)

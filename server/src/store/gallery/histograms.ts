/** Counting what a filter takes by steps of a measure. */
import type { Histogram } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { eachBit } from './bits.ts'
import { unscored } from './columns.ts'
import { tally } from './facets.ts'
import type { GalleryMemory } from './memory.ts'
import type { HistogramMeasure } from './questions.ts'
import type { Taken } from './taken.ts'

/** Steps of `aspect` are equal on a scale of logarithms: from 1:4 to 4:1; what lies beyond counts at the ends. */
const aspectOctaves = 2
const unknownStep = 0xffff

export function createHistograms(memory: GalleryMemory) {
  const { of } = memory.columns
  /** Steps of aspects by picture, as they were last asked for: logarithms are slow. */
  let aspects = { steps: 0, of: new Uint16Array() }
  memory.onChange(change => {
    if (typeof change === 'number' && change < aspects.of.length) aspects.of[change] = unknownStep
  })

  const aspectHistogram = (taken: Taken, steps: number): Histogram => {
    const size = memory.columns.size()
    if (aspects.steps !== steps) aspects = { steps, of: new Uint16Array() }
    if (aspects.of.length < size) aspects.of = extended(aspects.of, size)
    const { aspect } = of()
    const known = aspects.of
    const counts = new Array<number>(steps).fill(0)
    const width = 2 * aspectOctaves
    eachBit(taken.mask, seq => {
      let step = known[seq] ?? unknownStep
      if (step === unknownStep) {
        step = stepOf((Math.log2(aspect[seq] ?? 1) + aspectOctaves) / width, steps)
        known[seq] = step
      }
      counts[step] = (counts[step] ?? 0) + 1
    })
    return { min: -aspectOctaves, max: aspectOctaves, counts }
  }

  /**
   * `side` in equal steps up to the longest there is, `aspect` in equal steps of log2 from -2 to 2, scores from 0 to 100.
   * Pictures without a score are not counted.
   */
  const histogram = (measure: HistogramMeasure, taken: Taken, steps: number): Histogram => {
    if (measure === 'aspect') return aspectHistogram(taken, steps)
    if (measure === 'side') {
      const sides = tally(memory, taken, () => [of().sidePx], memory.greatest().sidePx)
      const max = sides.findLastIndex(count => count > 0) + 1
      return { min: 0, max: Math.max(1, max), counts: stepped(sides, steps, side => side / Math.max(1, max)) }
    }
    const scores = tally(
      memory,
      taken,
      () => [of().scores[qualityMeasures.indexOf(measure)] ?? of().place],
      unscored,
    )
    return { min: 0, max: 101, counts: stepped(scores.subarray(0, unscored), steps, score => score / 101) }
  }
  return {
    of: histogram,
    /** Counts of shortest sides in steps of their binary logarithms, from one to another; what lies beyond is at the ends. */
    sides: (taken: Taken, [least, most]: readonly [number, number], steps: number): Histogram => {
      const sides = tally(memory, taken, () => [of().sidePx], memory.greatest().sidePx)
      return {
        min: least,
        max: most,
        counts: stepped(sides, steps, side => (Math.log2(side) - least) / (most - least)),
      }
    },
  }
}
export type Histograms = ReturnType<typeof createHistograms>

/** @param share - where a value lies, 0 to 1 */
function stepped(counts: Uint32Array, steps: number, share: (value: number) => number): number[] {
  const found = new Array<number>(steps).fill(0)
  for (let value = 0; value < counts.length; value++) {
    const count = counts[value] ?? 0
    if (count === 0) continue
    const step = stepOf(share(value), steps)
    found[step] = (found[step] ?? 0) + count
  }
  return found
}

const stepOf = (share: number, steps: number) => Math.max(0, Math.min(steps - 1, Math.floor(share * steps)))

function extended(steps: Uint16Array, size: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.ceil(size * 1.125)).fill(unknownStep)
  larger.set(steps)
  return larger
}

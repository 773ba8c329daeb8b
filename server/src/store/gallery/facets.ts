/** Counting what a filter takes: by names, and by steps of a measure. */
import {
  type FacetCounts,
  type GalleryFacet,
  type Histogram,
  licenseFamilies,
  reviewMarks,
} from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { unscored } from './columns.ts'
import type { SetDictionary } from './dictionary.ts'
import { type GalleryMemory, origins } from './memory.ts'
import type { HistogramMeasure } from './questions.ts'

/**
 * @param mask - 1 at the number of each picture to be counted
 * @param most - how many values are named at most
 */
export function facetOf(
  memory: GalleryMemory,
  facet: GalleryFacet,
  { mask, total }: { readonly mask: Uint8Array; readonly total: number },
  most: number,
): FacetCounts {
  const { counts, value, label = value } = countBy(memory, facet, mask)
  const top: { readonly id: number; readonly label: string; readonly count: number }[] = []
  let rest = 0
  for (const [id, count] of counts.entries()) {
    if (count === 0 || value(id) === '') continue
    rest += count
    const isIn = top.length < most || isAhead({ label: label(id), count }, top.at(-1))
    if (!isIn) continue
    const one = { id, label: label(id), count }
    const place = top.findIndex(other => isAhead(one, other))
    top.splice(place < 0 ? top.length : place, 0, one)
    if (top.length > most) top.pop()
  }
  for (const { count } of top) rest -= count
  const values = top.map(({ id, ...one }) => ({ value: value(id), ...one }))
  return { facet, values, rest, total }
}

interface Labelled {
  readonly label: string
  readonly count: number
}
/** More of them, or as many and earlier in the alphabet. */
function isAhead(one: Labelled, other: Labelled | undefined): boolean {
  return !other || one.count > other.count || (one.count === other.count && one.label < other.label)
}

/** How many there are, by the number of each value. */
interface Counts {
  readonly counts: Float64Array
  /** Empty where nobody would want it named. */
  readonly value: (id: number) => string
  readonly label?: (id: number) => string
}

function countBy(memory: GalleryMemory, facet: GalleryFacet, mask: Uint8Array): Counts {
  const columns = memory.columns.of()
  const named = (counts: Float64Array, value: (id: number) => string): Counts => ({ counts, value })
  switch (facet) {
    case 'class': {
      const most = Math.max(0, ...memory.classes().keys())
      return { counts: tally(mask, columns.classId, most + 1), value: String, label: memory.labelOf }
    }
    case 'mark':
      return named(tally(mask, columns.mark, reviewMarks.length), id => reviewMarks[id] ?? '')
    case 'origin':
      return named(tally(mask, columns.origin, origins.length), id => origins[id] ?? '')
    case 'license':
      return named(tally(mask, columns.license, licenseFamilies.length), id => licenseFamilies[id] ?? '')
    case 'host':
      return named(tally(mask, columns.host, memory.hosts.size()), memory.hosts.name)
    case 'engine':
      return named(spread(memory.engines, mask, columns.engines), memory.engines.names.name)
    case 'query':
      return named(spread(memory.queries, mask, columns.queries), memory.queries.names.name)
  }
}

function tally(mask: Uint8Array, column: Uint8Array | Uint32Array, size: number): Float64Array {
  const counts = new Float64Array(size)
  for (let seq = 0; seq < mask.length; seq++) {
    if (mask[seq] === 0) continue
    const id = column[seq] ?? 0
    counts[id] = (counts[id] ?? 0) + 1
  }
  return counts
}

/** A picture with several names counts for each of them. */
function spread(sets: SetDictionary, mask: Uint8Array, column: Uint32Array): Float64Array {
  const bySet = tally(mask, column, sets.size())
  const counts = new Float64Array(sets.names.size())
  for (const [setId, count] of bySet.entries()) {
    if (count === 0) continue
    for (const id of sets.members(setId)) counts[id] = (counts[id] ?? 0) + count
  }
  return counts
}

/** Steps of `aspect` are equal on a scale of logarithms: from 1:4 to 4:1; what lies beyond counts at the ends. */
const aspectOctaves = 2

/**
 * `side` in equal steps up to the longest there is, `aspect` in equal steps of log2 from -2 to 2, scores from 0 to 100.
 * Pictures without a score are not counted.
 */
export function histogramOf(
  memory: GalleryMemory,
  measure: HistogramMeasure,
  mask: Uint8Array,
  steps: number,
): Histogram {
  const columns = memory.columns.of()
  const counts = new Array<number>(steps).fill(0)
  const add = (share: number) => {
    const step = Math.max(0, Math.min(steps - 1, Math.floor(share * steps)))
    counts[step] = (counts[step] ?? 0) + 1
  }
  if (measure === 'side') {
    const max = greatest(mask, columns.sidePx)
    each(mask, seq => add((columns.sidePx[seq] ?? 0) / (max + 1)))
    return { min: 0, max: max + 1, counts }
  }
  if (measure === 'aspect') {
    const width = 2 * aspectOctaves
    each(mask, seq => add((Math.log2(columns.aspect[seq] ?? 1) + aspectOctaves) / width))
    return { min: -aspectOctaves, max: aspectOctaves, counts }
  }
  const scores = columns.scores[qualityMeasures.indexOf(measure)]
  each(mask, seq => {
    const score = scores?.[seq] ?? unscored
    if (score !== unscored) add(score / 101)
  })
  return { min: 0, max: 101, counts }
}

function each(mask: Uint8Array, visit: (seq: number) => void): void {
  for (let seq = 0; seq < mask.length; seq++) if (mask[seq] === 1) visit(seq)
}

function greatest(mask: Uint8Array, column: Uint32Array): number {
  let most = 0
  for (let seq = 0; seq < mask.length; seq++) {
    const value = column[seq] ?? 0
    if (mask[seq] === 1 && value > most) most = value
  }
  return most
}

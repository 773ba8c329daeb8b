/** Counting what a filter takes by names. */
import {
  type FacetCounts,
  type GalleryFacet,
  gallerySplits,
  licenseFamilies,
  reviewMarks,
} from '@gleaner/shared/gallery'
import { hasBit } from './bits.ts'
import { stretchRows } from './columns.ts'
import { type GalleryMemory, origins } from './memory.ts'
import type { SeveralNames } from './several-names.ts'
import type { Taken } from './taken.ts'

/** @param most - how many values are named at most */
export function facetOf(memory: GalleryMemory, facet: GalleryFacet, taken: Taken, most: number): FacetCounts {
  const { counts, value, label = value } = countBy(memory, facet, taken)
  const top: { readonly id: number; readonly label: string; readonly count: number }[] = []
  let rest = 0
  let least = 0
  for (let id = 0; id < counts.length; id++) {
    const count = counts[id] ?? 0
    if (count === 0) continue
    // Of what cannot be among the first ones, only how many there are is needed.
    if (count < least) {
      rest += count
      continue
    }
    if (value(id) === '') continue
    rest += count
    const one = { id, label: label(id), count }
    if (top.length >= most && !isAhead(one, top.at(-1))) continue
    const place = top.findIndex(other => isAhead(one, other))
    top.splice(place < 0 ? top.length : place, 0, one)
    if (top.length > most) top.pop()
    if (top.length === most) least = top.at(-1)?.count ?? 0
  }
  for (const { count } of top) rest -= count
  const values = top.map(({ id, ...one }) => ({ value: value(id), ...one }))
  return { facet, values, rest, total: taken.total }
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
  readonly counts: ArrayLike<number>
  /** Empty where nobody would want it named. */
  readonly value: (id: number) => string
  readonly label?: (id: number) => string
}

function countBy(memory: GalleryMemory, facet: GalleryFacet, taken: Taken): Counts {
  const { of } = memory.columns
  const few = (column: Uint8Array, values: readonly string[]): Counts => ({
    counts: values.map((_, value) => countValue(memory, taken.mask, column, value)),
    value: id => values[id] ?? '',
  })
  switch (facet) {
    case 'class': {
      const counts = tally(memory, taken, () => [of().classId], memory.greatest().classId)
      return { counts, value: String, label: memory.labelOf }
    }
    case 'mark':
      return few(of().mark, reviewMarks)
    case 'split':
      return few(of().split, gallerySplits)
    case 'origin':
      return few(of().origin, origins)
    case 'license':
      return few(of().license, licenseFamilies)
    case 'host':
      return named(
        tally(memory, taken, () => [of().host], memory.hosts.size()),
        memory.hosts.name,
      )
    case 'engine':
      return named(spread(memory, memory.engines, taken), memory.engines.names.name)
    case 'query':
      return named(spread(memory, memory.queries, taken), memory.queries.names.name)
  }
}

/** To have no name is not one. */
function named(counts: Uint32Array, value: (id: number) => string): Counts {
  counts[0] = 0
  return { counts, value }
}

function countValue(
  { columns }: GalleryMemory,
  mask: Uint32Array,
  column: Uint8Array,
  value: number,
): number {
  if (mask.length === 0) return 0
  return columns.sieve.countBytes(mask.byteOffset, column.byteOffset, 32 * mask.length, value)
}

/**
 * How often each number is in one of the columns, of what is taken.
 *
 * @param greatest - no number is greater
 * @returns good until the next question
 */
export function tally(
  { columns: { sieve, tables } }: GalleryMemory,
  taken: Taken,
  from: () => readonly (Uint32Array | Uint8Array)[],
  greatest: number,
): Uint32Array {
  tables.forget()
  const counts = tables.counters(greatest + 1)
  const { mask } = taken
  if (mask.length === 0) return counts
  for (const column of from()) {
    const loop = column instanceof Uint8Array ? sieve.tallyBytes : sieve.tallyNumbers
    loop(mask.byteOffset, column.byteOffset, 32 * mask.length, counts.byteOffset)
  }
  return counts
}

/** A picture with several names counts for each of them. */
function spread(memory: GalleryMemory, several: SeveralNames, taken: Taken): Uint32Array {
  const counts = tally(memory, taken, several.pair, several.names.size())
  const { mask } = taken
  for (let stretch = 0; stretch * stretchRows < 32 * mask.length; stretch++) {
    for (const [seq, more] of several.further(stretch) ?? []) {
      if (hasBit(mask, seq)) for (const id of more) counts[id] = (counts[id] ?? 0) + 1
    }
  }
  return counts
}

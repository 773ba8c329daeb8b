/** Which pictures a filter takes: what each of its parts keeps, one stretch of pictures at a time. */
import { type GalleryFilter, gallerySplits, licenseFamilies, reviewMarks } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { stretchRows, unscored } from './columns.ts'
import { type GalleryMemory, origins, places } from './memory.ts'
import type { SeveralNames } from './several-names.ts'
import { wordsOf } from './words.ts'

interface Range {
  readonly min?: number
  readonly max?: number
}
/** A stretch of pictures, and their bits. */
export interface Stretch {
  readonly number: number
  /** Number of its first picture. */
  readonly from: number
  /** A multiple of 64. */
  readonly rows: number
  readonly mask: Uint32Array
}
/** Clears the bits of those that are not taken. */
type Part = (stretch: Stretch) => void

const most32 = 0xffff_ffff
/** Up to so many numbers are looked for one after the other; more of them in a table. */
const fewNumbers = 8

/**
 * @param members - numbers of the pictures in a group
 * @returns what sets the bits of a stretch; good until the memory changes
 */
export function siftOf(
  memory: GalleryMemory,
  filter: GalleryFilter,
  members: (groupId: number) => readonly number[],
): Part {
  memory.columns.tables.forget()
  const parts = partsOf(memory, filter, members)
  const columns = memory.columns.of()
  const held = places.indexOf(filter.place ?? 'held')
  return stretch => {
    const { mask, from, rows } = stretch
    memory.columns.sieve.take(mask.byteOffset, columns.place.byteOffset + from, rows, held)
    for (const part of parts) part(stretch)
  }
}

function partsOf(
  memory: GalleryMemory,
  filter: GalleryFilter,
  members: (groupId: number) => readonly number[],
): readonly Part[] {
  const { classIds, marks, splits, licenses, hosts, engines, queries } = filter
  const { sidePx, aspect, storedAtMs, scores, group, text } = filter
  const of = () => memory.columns.of()
  const parts: Part[] = []
  if (marks) parts.push(listedBytes(memory, () => of().mark, indices(reviewMarks, marks)))
  if (splits) parts.push(listedBytes(memory, () => of().split, indices(gallerySplits, splits)))
  if (filter.origins) parts.push(listedBytes(memory, () => of().origin, indices(origins, filter.origins)))
  if (licenses) parts.push(listedBytes(memory, () => of().license, indices(licenseFamilies, licenses)))
  if (group === 'any' || group === 'none') {
    const isGrouped = group === 'any' ? 1 : 0
    parts.push(bytesWithin(memory, () => of().isGrouped, { min: isGrouped, max: isGrouped }))
  }
  for (const [index, measure] of qualityMeasures.entries()) {
    const range = scores?.[measure]
    if (range) parts.push(bytesWithin(memory, () => of().scores[index] ?? of().place, range))
  }
  if (sidePx) parts.push(numbersWithin(memory, () => of().sidePx, sidePx))
  if (aspect) parts.push(floatsWithin(memory, aspect))
  if (storedAtMs) parts.push(doublesWithin(memory, storedAtMs))
  if (classIds) parts.push(listedNumbers(memory, () => [of().classId], classIds))
  if (hosts)
    parts.push(
      listedNumbers(
        memory,
        () => [of().host],
        hosts.flatMap(name => memory.hosts.find(name) ?? []),
      ),
    )
  if (engines) parts.push(named(memory, memory.engines, engines))
  if (queries) parts.push(named(memory, memory.queries, queries))
  if (typeof group === 'number') parts.push(listedPictures(memory, members(group)))
  if (text !== undefined) parts.push(withWords(memory, text))
  return parts
}

const nothing: Part = ({ mask }) => void mask.fill(0)

function indices<T>(all: readonly T[], some: readonly T[]): readonly number[] {
  return some.map(one => all.indexOf(one))
}

/** @param values - 0 to 15 */
function listedBytes(memory: GalleryMemory, column: () => Uint8Array, values: readonly number[]): Part {
  const { sieve, tables } = memory.columns
  const table = tables.put(Uint8Array.from({ length: 16 }, (_, value) => (values.includes(value) ? 255 : 0)))
  return ({ mask, from, rows }) => sieve.keepListed(mask.byteOffset, column().byteOffset + from, rows, table)
}

function bytesWithin(memory: GalleryMemory, column: () => Uint8Array, range: Range): Part {
  const [least, most] = [
    Math.max(0, Math.ceil(range.min ?? 0)),
    Math.min(unscored - 1, Math.floor(range.max ?? unscored)),
  ]
  if (least > most) return nothing
  return ({ mask, from, rows }) =>
    memory.columns.sieve.keepBytes(mask.byteOffset, column().byteOffset + from, rows, least, most - least)
}

function numbersWithin(memory: GalleryMemory, column: () => Uint32Array, range: Range): Part {
  const [least, most] = [
    Math.max(0, Math.ceil(range.min ?? 0)),
    Math.min(most32, Math.floor(range.max ?? most32)),
  ]
  if (least > most) return nothing
  return ({ mask, from, rows }) =>
    memory.columns.sieve.keepNumbers(
      mask.byteOffset,
      column().byteOffset + 4 * from,
      rows,
      least,
      most - least,
    )
}

/** Aspects are held to seven digits: what is asked for is rounded the same way. */
function floatsWithin(memory: GalleryMemory, { min = 0, max = Number.POSITIVE_INFINITY }: Range): Part {
  const { sieve, of } = memory.columns
  return ({ mask, from, rows }) =>
    sieve.keepFloats(mask.byteOffset, of().aspect.byteOffset + 4 * from, rows, min, max)
}

function doublesWithin(memory: GalleryMemory, { min = 0, max = Number.POSITIVE_INFINITY }: Range): Part {
  const { sieve, of } = memory.columns
  return ({ mask, from, rows }) =>
    sieve.keepDoubles(mask.byteOffset, of().storedAtMs.byteOffset + 8 * from, rows, min, max)
}

/** @param further - of some pictures, numbers that are in none of the columns */
function listedNumbers(
  memory: GalleryMemory,
  columns: () => readonly Uint32Array[],
  given: readonly number[],
  further?: SeveralNames['further'],
): Part {
  const { sieve, tables, of } = memory.columns
  const wanted = given.filter(number => number <= most32)
  const [only] = wanted
  if (only === undefined) return nothing
  if (wanted.length === 1 && columns().length === 1)
    return numbersWithin(memory, () => columns()[0] ?? of().host, { min: only, max: only })
  const isFew = wanted.length <= fewNumbers
  const table = isFew ? 0 : tables.put(tableOf(wanted))
  const last = Math.max(...wanted) + 1
  return ({ number, mask, from, rows }) => {
    const spare = of()
      .spareMask.subarray(from / 32, (from + rows) / 32)
      .fill(0)
    for (const column of columns()) {
      const at = column.byteOffset + 4 * from
      if (isFew) for (const one of wanted) sieve.addEqual(spare.byteOffset, at, rows, one)
      else sieve.addListed(spare.byteOffset, at, rows, table, last)
    }
    for (const [seq, more] of further?.(number) ?? []) {
      if (more.some(one => wanted.includes(one))) setBit(spare, seq - from)
    }
    sieve.keep(mask.byteOffset, spare.byteOffset, rows)
  }
}

/** @returns 1 at every index that is listed, and 0 at the end */
function tableOf(ids: readonly number[]): Uint8Array {
  const table = new Uint8Array(Math.max(...ids) + 2)
  for (const id of ids) table[id] = 1
  return table
}

function named(memory: GalleryMemory, several: SeveralNames, names: readonly string[]): Part {
  const ids = names.flatMap(name => several.names.find(name) ?? [])
  return listedNumbers(memory, several.pair, ids, several.further)
}

function listedPictures(memory: GalleryMemory, seqs: readonly number[]): Part {
  const { sieve, of } = memory.columns
  return ({ mask, from, rows }) => {
    const spare = of()
      .spareMask.subarray(from / 32, (from + rows) / 32)
      .fill(0)
    for (const seq of seqs) if (seq >= from && seq < from + stretchRows) setBit(spare, seq - from)
    sieve.keep(mask.byteOffset, spare.byteOffset, rows)
  }
}

function withWords(memory: GalleryMemory, text: string): Part {
  const words = wordsOf(text)
  if (words.length === 0) return nothing
  return ({ number, mask }) => memory.texts.keep(number, words, mask)
}

function setBit(mask: Uint32Array, at: number): void {
  mask[at >>> 5] = (mask[at >>> 5] ?? 0) | (1 << (at & 31))
}

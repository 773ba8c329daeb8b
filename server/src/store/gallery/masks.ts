/** Which pictures a filter takes: one byte a picture, column by column. */
import { type GalleryFilter, licenseFamilies, reviewMarks } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { unscored } from './columns.ts'
import type { SetDictionary } from './dictionary.ts'
import { type GalleryMemory, origins, places } from './memory.ts'
import { wordsOf } from './words.ts'

type Column = Uint32Array | Float32Array | Float64Array
interface Range {
  readonly min?: number
  readonly max?: number
}

/**
 * @param mask - one byte for each number of a picture; it is filled anew
 * @param members - numbers of the pictures in a group
 * @returns how many pictures are taken
 */
export function maskOf(
  memory: GalleryMemory,
  filter: GalleryFilter,
  mask: Uint8Array,
  members: (groupId: number) => readonly number[],
): number {
  const { place = 'held', text, group } = filter
  const columns = memory.columns.of()
  mask.fill(1)
  keepBytes(mask, columns.place, listed(places.length, [places.indexOf(place)]))
  keepNamed(memory, filter, mask)
  keepRange(mask, columns.sidePx, filter.sidePx)
  keepRange(mask, columns.aspect, rounded(filter.aspect))
  keepRange(mask, columns.storedAtMs, filter.storedAtMs)
  for (const [index, measure] of qualityMeasures.entries()) {
    const range = filter.scores?.[measure]
    const column = columns.scores[index]
    if (range && column) keepBytes(mask, column, scoresWithin(range))
  }
  if (group !== undefined) keepGroup(memory, mask, group, members)
  if (text !== undefined) keepText(memory, mask, text)
  let total = 0
  for (let seq = 0; seq < mask.length; seq++) total += mask[seq] ?? 0
  return total
}

function keepNamed(memory: GalleryMemory, filter: GalleryFilter, mask: Uint8Array): void {
  const columns = memory.columns.of()
  const { classIds, marks, licenses, hosts, engines, queries } = filter
  if (classIds) {
    const most = Math.max(0, ...memory.classes().keys())
    keepListed(mask, columns.classId, listed(most + 1, classIds))
  }
  if (marks) keepBytes(mask, columns.mark, indices(reviewMarks, marks))
  if (filter.origins) keepBytes(mask, columns.origin, indices(origins, filter.origins))
  if (licenses) keepBytes(mask, columns.license, indices(licenseFamilies, licenses))
  if (hosts) {
    const ids = hosts.flatMap(name => memory.hosts.find(name) ?? [])
    keepListed(mask, columns.host, listed(memory.hosts.size(), ids))
  }
  if (engines) keepListed(mask, columns.engines, setsWith(memory.engines, engines))
  if (queries) keepListed(mask, columns.queries, setsWith(memory.queries, queries))
}

/** @returns 1 at every index that is listed */
function listed(size: number, ids: readonly number[]): Uint8Array {
  const table = new Uint8Array(size)
  for (const id of ids) {
    if (id < size) table[id] = 1
  }
  return table
}

function indices<T>(all: readonly T[], some: readonly T[]): Uint8Array {
  return listed(
    all.length,
    some.map(one => all.indexOf(one)),
  )
}

/** @returns 1 at the number of every set that has one of the names */
function setsWith(sets: SetDictionary, names: readonly string[]): Uint8Array {
  const wanted = new Set(names.flatMap(name => sets.names.find(name) ?? []))
  const table = new Uint8Array(sets.size())
  for (let setId = 0; setId < table.length; setId++) {
    if (sets.members(setId).some(id => wanted.has(id))) table[setId] = 1
  }
  return table
}

// One function for each kind of column: a loop over several kinds of arrays is several times slower.

function keepListed(mask: Uint8Array, column: Uint32Array, table: Uint8Array): void {
  for (let seq = 0; seq < mask.length; seq++) {
    if (table[column[seq] ?? 0] !== 1) mask[seq] = 0
  }
}

/** @param table - 1 at every value that is taken */
function keepBytes(mask: Uint8Array, column: Uint8Array, table: Uint8Array): void {
  const whole = new Uint8Array(256)
  whole.set(table)
  for (let seq = 0; seq < mask.length; seq++) mask[seq] = (mask[seq] ?? 0) & (whole[column[seq] ?? 0] ?? 0)
}

function scoresWithin({ min = 0, max = unscored - 1 }: Range): Uint8Array {
  return Uint8Array.from({ length: unscored }, (_, score) => (score >= min && score <= max ? 1 : 0))
}

function keepRange(mask: Uint8Array, column: Column, range: Range | undefined): void {
  if (!range) return
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range
  if (column instanceof Uint32Array) keepNumbers(mask, column, min, max)
  else if (column instanceof Float32Array) keepFloats(mask, column, min, max)
  else keepDoubles(mask, column, min, max)
}

function keepNumbers(mask: Uint8Array, column: Uint32Array, min: number, max: number): void {
  for (let seq = 0; seq < mask.length; seq++) {
    const value = column[seq] ?? 0
    if (value < min || value > max) mask[seq] = 0
  }
}

function keepFloats(mask: Uint8Array, column: Float32Array, min: number, max: number): void {
  for (let seq = 0; seq < mask.length; seq++) {
    const value = column[seq] ?? 0
    if (value < min || value > max) mask[seq] = 0
  }
}

function keepDoubles(mask: Uint8Array, column: Float64Array, min: number, max: number): void {
  for (let seq = 0; seq < mask.length; seq++) {
    const value = column[seq] ?? 0
    if (value < min || value > max) mask[seq] = 0
  }
}

/** Aspects are held to seven digits: what is asked for is rounded the same way. */
function rounded(range: Range | undefined): Range | undefined {
  return (
    range && {
      ...(range.min !== undefined && { min: Math.fround(range.min) }),
      ...(range.max !== undefined && { max: Math.fround(range.max) }),
    }
  )
}

function keepGroup(
  memory: GalleryMemory,
  mask: Uint8Array,
  group: 'any' | 'none' | number,
  members: (groupId: number) => readonly number[],
): void {
  if (typeof group !== 'number') {
    keepBytes(mask, memory.columns.of().isGrouped, indices([0, 1], [group === 'any' ? 1 : 0]))
    return
  }
  const taken = members(group).filter(seq => mask[seq] === 1)
  mask.fill(0)
  for (const seq of taken) mask[seq] = 1
}

function keepText(memory: GalleryMemory, mask: Uint8Array, text: string): void {
  const words = wordsOf(text)
  if (words.length === 0) mask.fill(0)
  else memory.texts.narrow(mask, words)
}

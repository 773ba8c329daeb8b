/** Titles as numbers that are in the order of their letters: the first 16 bytes, four at a time. */
import { sortByKeys } from './radix-sort.ts'

export const titleParts = 4
const titleBytes = 4 * titleParts

/** @param text - as `searchable` makes it */
export function titleKeys(text: string): readonly number[] {
  const bytes = Buffer.alloc(titleBytes)
  bytes.write(text)
  return Array.from({ length: titleParts }, (_, part) => bytes.readUInt32BE(4 * part))
}

/**
 * @param columns - parts of titles, the first letters first, by the number of the picture
 * @param last - rank of pictures without a title
 * @returns the place of each picture's title among all titles, the same for equal ones
 */
export function titleRanks(columns: readonly Uint32Array[], size: number, last: number): Uint32Array {
  const seqs = Uint32Array.from({ length: size }, (_, seq) => seq)
  for (const column of columns.toReversed()) sortByKeys(seqs, column)
  const ranks = new Uint32Array(size)
  let rank = 0
  for (let at = 0; at < size; at++) {
    const [seq = 0, before = 0] = [seqs[at], seqs[at - 1]]
    if (at > 0 && columns.some(column => column[seq] !== column[before])) rank += 1
    ranks[seq] = columns.every(column => column[seq] === 0) ? last : rank
  }
  return ranks
}

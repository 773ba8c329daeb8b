/** In what order held forms lie, so that a search passes over most of them. It is a matter of speed alone. */
import { chunkForms } from './scan.ts'

/** How many bits tell the shelf. */
export const shelfBits = 6
/** Shelves of a kind: numbers from 0 up to, not including, this one. */
export const shelfCount = 2 ** shelfBits

/**
 * Bits of a perceptual hash that say which shelf it belongs on, as byte and mask: rows and columns of frequencies 5,2; 3,0;
 * 1,2; 0,3; 0,5; 3,4. Beside the eight of the lead, these tell copies from strangers best.
 */
const shelfMarks = [
  [10, 0x20],
  [6, 0x80],
  [2, 0x20],
  [0, 0x10],
  [0, 0x04],
  [6, 0x08],
] as const

/** @param bits - 32 bytes */
export function shelfOf(bits: Uint8Array): number {
  let shelf = 0
  for (const [byte, mask] of shelfMarks) shelf = shelf * 2 + (((bits[byte] ?? 0) & mask) === 0 ? 0 : 1)
  return shelf
}

/** In how many bits two shelves differ, 0 to 6. */
export function shelfDistance(one: number, other: number): number {
  let apart = 0
  for (let bits = one ^ other; bits > 0; bits &= bits - 1) apart += 1
  return apart
}

/**
 * Forms of a chunk are put in order when there are so many more of them: those alone, or with all before them. So few are
 * ever out of order, and each is moved less than six times while a chunk is filled.
 */
const stretches = [
  { forms: 2_048, isFromStart: true },
  { forms: 1_024, isFromStart: false },
  { forms: 256, isFromStart: false },
] as const

/** The fewest forms that are put in order: on each of many shelves, and in the one pile. */
export const leastSorted = { onShelf: 256, inPile: 2_048 } as const

/** How many of so many forms can be in order. */
export const sortableOf = (count: number, least: number) => count - (count % least)

/** Forms of a chunk, by place: from the first up to, not including, the last. */
export interface Stretch {
  readonly from: number
  readonly end: number
}

/**
 * What is to be put in order, one after another, in a chunk that is in order up to a place.
 *
 * @param count - forms there are, 0 to {@link chunkForms}
 * @param least - one of {@link leastSorted}
 */
export function stretchesToSort(sorted: number, count: number, least: number): Stretch[] {
  const found: Stretch[] = []
  let from = sorted
  for (const { forms, isFromStart } of stretches.filter(({ forms }) => forms >= least)) {
    const end = count - (count % forms)
    if (end <= from) continue
    found.push({ from: isFromStart ? 0 : from - (from % forms), end })
    from = end
  }
  return found
}

/** Of forms that were in order so many may go and others come before it is made anew. */
export const mostUnsorted = chunkForms / 32

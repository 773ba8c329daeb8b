/** What filters take, in order. */
import type { GalleryFilter, GalleryOrder } from '@gleaner/shared/gallery'
import { countBelow, eachBit, eachBitDown, hasBit, lastNumbersOf, numbersOf } from './bits.ts'
import type { Orders } from './orders.ts'
import type { Take, Taken } from './taken.ts'

/** Fewer pictures than this are put in order by themselves where walking through all others would take longer. */
const fewEnough = 4_096
/** Putting one in order takes as long as passing over so many. */
const sortingCost = 16

export function createLists(take: Take, orders: Orders) {
  /** Of few pictures among many; `undefined` where walking through the order is quicker. */
  const fewInOrder = (
    { mask, total }: Taken,
    order: GalleryOrder,
    upTo: number,
  ): readonly number[] | undefined => {
    const { seqs } = orders.of(order)
    const walked = (seqs.length / Math.max(1, total)) * Math.min(upTo, total - upTo)
    if (total > fewEnough || walked < total * sortingCost) return undefined
    const { keys } = orders.of(order)
    return numbersOf(mask).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b)
  }

  const part = (taken: Taken, order: GalleryOrder, offset: number, most: number): readonly number[] => {
    const { mask, total } = taken
    if (order.by === 'stored') {
      return order.isDescending ? lastNumbersOf(mask, offset, most) : numbersOf(mask, offset, most)
    }
    const few = fewInOrder(taken, order, offset + most)
    if (few) return few.slice(offset, offset + most)
    const { seqs } = orders.of(order)
    const end = Math.min(total, offset + most)
    const isNearEnd = offset > total / 2
    return isNearEnd
      ? walkBack(seqs, mask, total - end, end - offset)
      : walk(seqs, mask, offset, end - offset)
  }

  /** How many come before the first picture after this one. */
  const placeAfter = (taken: Taken, order: GalleryOrder, seq: number, key: number): number => {
    const { mask, total } = taken
    if (order.by === 'stored') {
      return order.isDescending ? total - countBelow(mask, seq) : countBelow(mask, seq + 1)
    }
    const { seqs } = orders.of(order)
    const end = orders.placeAfter(order, seq, key)
    const isNearEnd = end > seqs.length / 2
    return isNearEnd ? total - countOf(seqs.subarray(end), mask) : countOf(seqs.subarray(0, end), mask)
  }

  return {
    /** So many from a place on. */
    part: (filter: GalleryFilter, order: GalleryOrder, offset: number, most: number): readonly number[] =>
      part(take(filter), order, offset, most),
    /** Goes through all of them. */
    each: (filter: GalleryFilter, order: GalleryOrder, visit: (seq: number) => void): void => {
      const { mask } = take(filter)
      if (order.by === 'stored') {
        const each = order.isDescending ? eachBitDown : eachBit
        each(mask, visit)
        return
      }
      const { seqs } = orders.of(order)
      for (let at = 0; at < seqs.length; at++) if (hasBit(mask, seqs[at] ?? 0)) visit(seqs[at] ?? 0)
    },
    /** @param key - as `orders.keyOf` gave it */
    placeAfter: (filter: GalleryFilter, order: GalleryOrder, seq: number, key: number): number =>
      placeAfter(take(filter), order, seq, key),
    /** The place of a picture; `undefined` when it is not taken. */
    placeOf: (filter: GalleryFilter, order: GalleryOrder, seq: number): number | undefined => {
      const taken = take(filter)
      return hasBit(taken.mask, seq) ? placeAfter(taken, order, seq, orders.keyOf(order, seq)) - 1 : undefined
    },
  }
}
function walk(seqs: Uint32Array, mask: Uint32Array, skip: number, most: number): number[] {
  const found: number[] = []
  let left = skip
  for (let at = 0; found.length < most && at < seqs.length; at++) {
    const seq = seqs[at] ?? 0
    if (!hasBit(mask, seq)) continue
    if (left > 0) left -= 1
    else found.push(seq)
  }
  return found
}

function walkBack(seqs: Uint32Array, mask: Uint32Array, skip: number, most: number): number[] {
  const found: number[] = []
  let left = skip
  for (let at = seqs.length - 1; found.length < most && at >= 0; at--) {
    const seq = seqs[at] ?? 0
    if (!hasBit(mask, seq)) continue
    if (left > 0) left -= 1
    else found.push(seq)
  }
  return found.reverse()
}

function countOf(seqs: Uint32Array, mask: Uint32Array): number {
  let count = 0
  for (let at = 0; at < seqs.length; at++)
    count += ((mask[(seqs[at] ?? 0) >>> 5] ?? 0) >>> ((seqs[at] ?? 0) & 31)) & 1
  return count
}

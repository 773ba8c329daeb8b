/** What filters take, in order: worked out once for each state of the memory. */
import type { GalleryFilter, GalleryOrder } from '@gleaner/shared/gallery'
import { maskOf } from './masks.ts'
import type { GalleryMemory } from './memory.ts'
import type { Orders } from './orders.ts'

/** What a filter takes. */
export interface Taken {
  /** 1 at the number of each picture that is taken. */
  readonly mask: Uint8Array
  readonly total: number
}

/** Filters, and filters in an order, of which the results are held: of a million pictures one takes 1 or 4 MB. */
const mostTaken = 8
const mostLists = 4

export function createLists(
  memory: GalleryMemory,
  orders: Orders,
  members: (groupId: number) => readonly number[],
) {
  const taken = createRecent<Taken>(mostTaken)
  const lists = createRecent<Uint32Array>(mostLists)
  memory.onChange(() => {
    taken.clear()
    lists.clear()
  })

  const take = (filter: GalleryFilter): Taken =>
    taken.get(JSON.stringify(filter), () => {
      const mask = new Uint8Array(memory.columns.size())
      return { mask, total: maskOf(memory, filter, mask, members) }
    })

  /** All that the filter takes, in order. */
  const list = (filter: GalleryFilter, order: GalleryOrder): Uint32Array =>
    lists.get(JSON.stringify([filter, order]), () => {
      const { mask, total } = take(filter)
      return firstOf(orders.of(order), mask, total)
    })

  return {
    take,
    list,
    /** The first ones, without a list of all. */
    first: (filter: GalleryFilter, order: GalleryOrder, most: number): Uint32Array => {
      const { mask, total } = take(filter)
      return firstOf(orders.of(order), mask, Math.min(most, total))
    },
  }
}
export type Lists = ReturnType<typeof createLists>

function firstOf(seqs: Uint32Array, mask: Uint8Array, most: number): Uint32Array {
  const found = new Uint32Array(most)
  let count = 0
  for (let at = 0; count < most && at < seqs.length; at++) {
    const seq = seqs[at] ?? 0
    if (mask[seq] === 1) found[count++] = seq
  }
  return found.subarray(0, count)
}

/** Holds the results that were asked for last. */
function createRecent<T>(most: number) {
  const held = new Map<string, T>()
  return {
    get: (name: string, make: () => T): T => {
      const known = held.get(name)
      const result = known ?? make()
      held.delete(name)
      held.set(name, result)
      const [oldest] = held.keys()
      if (held.size > most && oldest !== undefined) held.delete(oldest)
      return result
    },
    clear: () => held.clear(),
  }
}

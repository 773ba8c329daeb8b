/** Pictures in every order that was asked for, kept in step with what changes. */
import type { GalleryOrder } from '@gleaner/shared/gallery'
import type { GalleryMemory } from './memory.ts'
import { sortByKeys } from './radix-sort.ts'
import { descending, isByPlace, type KeyOf, keysFor } from './sort-keys.ts'

interface Kept {
  readonly order: GalleryOrder
  /** Numbers of all pictures, first to last. */
  seqs: Uint32Array
  /** By what they are in order, at the number of each. */
  keys: Uint32Array
  /** Changed since; more than are worth to be put in one by one are forgotten, and all is sorted anew. */
  readonly changed: Set<number>
  isStale: boolean
  usedAt: number
}

/** Orders held at once; the one that was not asked for the longest goes. */
const mostKept = 6
/** Above this share of all pictures, sorting anew is quicker than putting in one by one. */
const worthMerging = 1 / 8

export interface Ordered {
  /** Numbers of all pictures there are, first to last. */
  readonly seqs: Uint32Array
  /** By what they are in order, at the number of each. */
  readonly keys: Uint32Array
}

/** All but the order in which pictures were stored: that is the order of their numbers. */
export interface Orders {
  /** Good until the next change. */
  readonly of: (order: GalleryOrder) => Ordered
  /** What a cursor keeps of a picture beside its number, to be found again when the picture has changed. */
  readonly keyOf: (order: GalleryOrder, seq: number) => number
  /**
   * Place among all pictures of the first one after the picture.
   *
   * @param key - as {@link Orders.keyOf} gave it
   */
  readonly placeAfter: (order: GalleryOrder, seq: number, key: number) => number
}

export function createOrders(memory: GalleryMemory): Orders {
  const kept = new Map<string, Kept>()
  let uses = 0

  memory.onChange(change => {
    for (const one of kept.values()) {
      if (change === 'classes') one.isStale ||= one.order.by === 'class'
      else if (change !== 'splits') one.changed.add(change)
    }
  })

  const find = (order: GalleryOrder): Kept => {
    const name = `${order.by} ${order.isDescending}`
    const known = kept.get(name)
    if (known) return known
    if (kept.size >= mostKept) {
      const [oldest] = [...kept].sort(([, a], [, b]) => a.usedAt - b.usedAt)
      if (oldest) kept.delete(oldest[0])
    }
    const empty = new Uint32Array()
    const made = { order, seqs: empty, keys: empty, changed: new Set<number>(), isStale: true, usedAt: 0 }
    kept.set(name, made)
    return made
  }

  const inStep = (order: GalleryOrder): Kept => {
    const one = find(order)
    one.usedAt = ++uses
    if (!one.isStale && one.changed.size === 0) return one
    const size = memory.columns.size()
    const isMerged = !one.isStale && one.changed.size < one.seqs.length * worthMerging
    const keyOf = keysFor(memory, order)
    if (isMerged && !isByPlace(order)) merge(memory, one, keyOf)
    else {
      one.keys = new Uint32Array(size)
      for (let seq = 0; seq < size; seq++) one.keys[seq] = keyOf(seq)
      one.seqs = presentOf(memory)
      sortByKeys(one.seqs, one.keys)
    }
    one.changed.clear()
    one.isStale = false
    return one
  }

  return {
    of: inStep,
    keyOf: (order, seq) => {
      if (order.by === 'stored') return order.isDescending ? descending(seq) : seq
      return inStep(order).keys[seq] ?? 0
    },
    placeAfter: (order, seq, key) => {
      // Of names only their places are known, which others may have moved: the picture's own place counts now.
      const { seqs, keys } = inStep(order)
      return firstAfter(seqs, keys, seq, isByPlace(order) ? (keys[seq] ?? 0) : key)
    },
  }
}

function presentOf(memory: GalleryMemory): Uint32Array {
  const { place } = memory.columns.of()
  const size = memory.columns.size()
  const seqs = new Uint32Array(size)
  let count = 0
  for (let seq = 0; seq < size; seq++) if (place[seq] !== 0) seqs[count++] = seq
  return seqs.slice(0, count)
}

/** Takes out what has changed and puts it where it belongs now. */
function merge(memory: GalleryMemory, one: Kept, keyOf: KeyOf): void {
  const { place } = memory.columns.of()
  const size = memory.columns.size()
  if (one.keys.length < size) one.keys = extended(one.keys, size)
  const { keys, changed } = one
  const isChanged = new Uint8Array(size)
  for (const seq of changed) {
    keys[seq] = keyOf(seq)
    isChanged[seq] = 1
  }
  const fresh = Uint32Array.from([...changed].filter(seq => place[seq] !== 0)).sort()
  sortByKeys(fresh, keys)
  const merged = new Uint32Array(one.seqs.length + fresh.length)
  let count = 0
  let next = 0
  for (const seq of one.seqs) {
    if (isChanged[seq] === 1) continue
    while (next < fresh.length && isBefore(keys, fresh[next] ?? 0, seq)) merged[count++] = fresh[next++] ?? 0
    merged[count++] = seq
  }
  while (next < fresh.length) merged[count++] = fresh[next++] ?? 0
  one.seqs = merged.subarray(0, count)
}

const isBefore = (keys: Uint32Array, a: number, b: number) => {
  const [x = 0, y = 0] = [keys[a], keys[b]]
  return x < y || (x === y && a < b)
}

function firstAfter(seqs: Uint32Array, keys: Uint32Array, seq: number, key: number): number {
  let [low, high] = [0, seqs.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = seqs[middle] ?? 0
    const otherKey = keys[other] ?? 0
    if (otherKey < key || (otherKey === key && other <= seq)) low = middle + 1
    else high = middle
  }
  return low
}

function extended(keys: Uint32Array, size: number): Uint32Array {
  const larger = new Uint32Array(Math.ceil(size * 1.1))
  larger.set(keys)
  return larger
}

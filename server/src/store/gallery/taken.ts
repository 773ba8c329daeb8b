/** What filters take: worked out stretch by stretch, and again only where a picture has changed since. */
import type { GalleryFilter } from '@gleaner/shared/gallery'
import { maskCount, stretchRows } from './columns.ts'
import { siftOf } from './masks.ts'
import type { GalleryMemory } from './memory.ts'

/** What a filter takes: good until the memory changes, or as many other filters were asked for as results are held. */
export interface Taken {
  /** Bits of the pictures that are taken; the view is good until something else is counted. */
  readonly mask: Uint32Array
  readonly total: number
}

interface Held {
  readonly slot: number
  /** How many are taken of each stretch, and in which state of it that was worked out. */
  readonly totals: number[]
  readonly states: number[]
  /** How often splits had changed when that was worked out. */
  splitChanges: number
}

export function createTaken(memory: GalleryMemory, members: (groupId: number) => readonly number[]) {
  const { columns } = memory
  /** The one that was asked for last comes last. */
  const held = new Map<string, Held>()
  const states: number[] = []
  let splitChanges = 0
  memory.onChange(change => {
    if (change === 'splits') splitChanges += 1
    if (typeof change !== 'number') return
    const stretch = Math.floor(change / stretchRows)
    states[stretch] = (states[stretch] ?? 0) + 1
  })

  const find = (filter: GalleryFilter): Held => {
    const name = JSON.stringify(filter)
    const [oldest] = held
    const known = held.get(name)
    const slot = held.size < maskCount ? held.size : (oldest?.[1].slot ?? 0)
    if (!known && oldest && held.size === maskCount) held.delete(oldest[0])
    const found = known ?? { slot, totals: [], states: [], splitChanges }
    held.delete(name)
    held.set(name, found)
    // Who is in a group is read from the index.
    if (typeof filter.group === 'number') found.states.length = 0
    if (filter.splits && found.splitChanges !== splitChanges) found.states.length = 0
    found.splitChanges = splitChanges
    return found
  }

  return (filter: GalleryFilter): Taken => {
    const one = find(filter)
    const size = columns.size()
    const stretches = Math.ceil(size / stretchRows)
    const stale: number[] = []
    for (let number = 0; number < stretches; number++) {
      if (one.states[number] !== (states[number] ?? 0)) stale.push(number)
    }
    if (stale.length > 0) {
      const sift = siftOf(memory, filter, members)
      const mask = columns.of().masks[one.slot] ?? new Uint32Array()
      for (const number of stale) {
        const from = number * stretchRows
        const rows = Math.min(stretchRows, Math.ceil((size - from) / 64) * 64)
        const part = mask.subarray(from / 32, (from + rows) / 32)
        sift({ number, from, rows, mask: part })
        one.totals[number] = columns.sieve.count(part.byteOffset, rows)
        one.states[number] = states[number] ?? 0
      }
    }
    return {
      // Columns may move while others are counted.
      get mask() {
        return (columns.of().masks[one.slot] ?? new Uint32Array()).subarray(0, Math.ceil(size / 64) * 2)
      },
      total: one.totals.reduce((sum, count) => sum + count, 0),
    }
  }
}
export type Take = ReturnType<typeof createTaken>

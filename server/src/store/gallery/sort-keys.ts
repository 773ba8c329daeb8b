/** By what pictures are ordered, as one whole number each: smaller comes first. */
import type { GalleryOrder } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { unscored } from './columns.ts'
import type { GalleryMemory } from './memory.ts'
import { titleRanks } from './title-keys.ts'

/** Says the key of one picture, 32 bits. To be made anew when names were added or pictures came. */
export type KeyOf = (seq: number) => number

/**
 * @returns keys that grow in the direction of the order
 */
export function keysFor(memory: GalleryMemory, order: GalleryOrder): KeyOf {
  const ascending = ascendingKeys(memory, order.by)
  if (!order.isDescending) return ascending
  return seq => {
    const key = ascending(seq)
    return key === last ? last : descending(key)
  }
}

/** Turns the order of keys round. */
export const descending = (key: number) => last - 1 - key

/** Of what has no score or no name: it comes last, whichever way. */
const last = 0xffff_ffff

const measureIndex = (by: string) => (qualityMeasures as readonly string[]).indexOf(by)

function ascendingKeys(memory: GalleryMemory, by: GalleryOrder['by']): KeyOf {
  const columns = memory.columns.of()
  const measure = columns.scores[measureIndex(by)]
  if (measure) return seq => (measure[seq] === unscored ? last : (measure[seq] ?? last))
  switch (by) {
    case 'side':
      return seq => columns.sidePx[seq] ?? 0
    case 'bytes':
      return seq => columns.bytes[seq] ?? 0
    case 'aspect': {
      // Positive floating-point numbers are in the order of their bits.
      const bits = new Uint32Array(columns.aspect.buffer, columns.aspect.byteOffset, columns.aspect.length)
      return seq => bits[seq] ?? 0
    }
    case 'host': {
      const ranks = ranksOf(Array.from({ length: memory.hosts.size() }, (_, id) => memory.hosts.name(id)))
      return seq => ranks[columns.host[seq] ?? 0] ?? last
    }
    case 'class': {
      const ids = [...memory.classes().keys()]
      const byLabel = ranksOf(ids.map(id => memory.labelOf(id)))
      const ranks = new Map(ids.map((id, index) => [id, byLabel[index] ?? 0]))
      return seq => ranks.get(columns.classId[seq] ?? 0) ?? 0
    }
    case 'title': {
      const ranks = titleRanks(columns.title, memory.columns.size(), last)
      return seq => ranks[seq] ?? last
    }
    default:
      return seq => seq
  }
}

/** @returns the place of each name among all of them, the same for equal ones; the empty one comes last */
function ranksOf(names: readonly string[]): Uint32Array {
  const order = names.map((_, id) => id).sort((a, b) => compareNames(names[a] ?? '', names[b] ?? '') || a - b)
  const ranks = new Uint32Array(names.length)
  let rank = 0
  for (const [at, id] of order.entries()) {
    if (names[id] === '') {
      ranks[id] = last
      continue
    }
    if (at > 0 && compareNames(names[order[at - 1] ?? 0] ?? '', names[id] ?? '') !== 0) rank++
    ranks[id] = rank
  }
  return ranks
}

function compareNames(a: string, b: string): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x === y) return 0
  return x < y ? -1 : 1
}

/** Orders in which one new name moves the places of all others. */
export const isByPlace = ({ by }: GalleryOrder) => by === 'host' || by === 'title'

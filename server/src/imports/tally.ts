/** Which classes a source names, and how often. */
import type { ImportSeen } from '@gleaner/shared/imports'
import type { Offered } from './offered.ts'

/** Names that are told; sets of others may have thousands. */
const mostNames = 500
/** Names that are counted. */
const mostCounted = 100_000

interface Seen {
  also: string | null
  pictures: number
  boxes: number
}

export function createTally() {
  const names = new Map<string, Seen>()
  let pictures = 0
  let unnamed = 0
  let isFull = false

  const seen = (name: string, also: string | undefined): Seen | undefined => {
    const known = names.get(name)
    if (known) return known
    // What could not be the name of a class in a map is not offered for one.
    if (name.length > 200 || names.size >= mostCounted) {
      isFull = true
      return undefined
    }
    const made = { also: also ?? null, pictures: 0, boxes: 0 }
    names.set(name, made)
    return made
  }

  return {
    add: ({ labels, boxes, otherNames }: Offered): void => {
      pictures += 1
      if (labels.length + boxes.length === 0) unnamed += 1
      for (const label of new Set(labels)) {
        const one = seen(label, otherNames?.get(label))
        if (one) one.pictures += 1
      }
      for (const { label } of boxes) {
        const one = seen(label, otherNames?.get(label))
        if (one) one.boxes += 1
      }
    },
    isWhole: () => !isFull && names.size <= mostNames,
    /** Those that are named most first. */
    sum: (): Pick<ImportSeen, 'pictures' | 'unnamed' | 'names'> => {
      const all = [...names].map(([name, counts]) => ({ name, ...counts }))
      all.sort((a, b) => b.pictures + b.boxes - a.pictures - a.boxes || (a.name < b.name ? -1 : 1))
      return { pictures, unnamed, names: all.slice(0, mostNames) }
    },
  }
}

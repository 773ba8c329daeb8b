/** Pictures that are tied to each other, directly or by others. Numbers from 0, each added once, in order. */
export interface Clusters {
  readonly add: (number: number) => void
  /** Notes that two pictures are copies. */
  readonly tie: (a: number, b: number) => void
  /** @returns the lowest number of those that belong together with this one, itself included */
  readonly firstOf: (number: number) => number
  readonly isTied: (a: number, b: number) => boolean
  /** @returns the clusters in which one is not tied to the first; of each its members, in ascending order */
  readonly loose: () => (readonly number[])[]
}

export function createClusters(): Clusters {
  const above: number[] = []
  const ties = new Map<number, Set<number>>()

  const firstOf = (number: number): number => {
    let first = number
    while (above[first] !== first) first = above[first] as number
    above[number] = first
    return first
  }
  const isTied = (a: number, b: number) => ties.get(Math.min(a, b))?.has(Math.max(a, b)) ?? false

  return {
    add(number) {
      above[number] = number
    },
    tie(a, b) {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const known = ties.get(low)
      if (known) known.add(high)
      else ties.set(low, new Set([high]))
      const [one, other] = [firstOf(a), firstOf(b)]
      above[Math.max(one, other)] = Math.min(one, other)
    },
    firstOf,
    isTied,
    loose() {
      const tied = above.map((_, number) => number).filter(number => firstOf(number) !== number)
      return [...Map.groupBy(tied, firstOf)]
        .filter(([first, others]) => others.some(other => !isTied(first, other)))
        .map(([first, others]) => [first, ...others])
    },
  }
}

/** Pictures that are tied to each other, directly or by others. Numbers from 0, each added once, in order. */
export interface Clusters {
  readonly add: (number: number) => void
  /** Notes that two pictures are copies. */
  readonly tie: (a: number, b: number) => void
  /** @returns the lowest number of those that belong together with this one, itself included */
  readonly firstOf: (number: number) => number
  /**
   * @param most - larger clusters are left out
   * @returns pairs not yet tied, the lower first, of each cluster in which one is not tied to the first
   */
  readonly loosePairs: (most: number) => (readonly [a: number, b: number])[]
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
    loosePairs(most) {
      const tied = above.map((_, number) => number).filter(number => firstOf(number) !== number)
      const clusters = [...Map.groupBy(tied, firstOf)].filter(
        ([first, others]) => others.length < most && others.some(other => !isTied(first, other)),
      )
      return clusters.flatMap(([first, others]) => {
        const members = [first, ...others]
        return members.flatMap((a, at) =>
          members
            .slice(at + 1)
            .filter(b => !isTied(a, b))
            .map(b => [a, b] as const),
        )
      })
    },
  }
}

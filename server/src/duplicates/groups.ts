/**
 * Pairs to groups. Every picture of a group has been compared with its representative, so nobody gets in through a friend
 * of a friend; and only the pictures and pairs decide, not the order in which they came.
 */

/** Two pictures found to belong together. */
export interface GroupPair<Id extends string | number> {
  readonly a: Id
  readonly b: Id
}

export interface PictureGroup<Id extends string | number> {
  /** Has a pair with each member. */
  readonly representative: Id
  /** The others, in ascending order; at least one. */
  readonly members: readonly Id[]
}

/** Pictures that a pair may lead to from one another, each with those it has a pair with. */
type Links<Id> = ReadonlyMap<Id, ReadonlySet<Id>>

/**
 * Stars over the pairs: the picture with most free neighbours stands for them, then the next of those left. Of equals,
 * the one of higher rank, then the one that comes first in order of ids.
 *
 * @param pairs - in any order; a pair of a picture with itself says nothing
 * @param rank - how good a representative a picture is; all alike unless given
 * @returns groups in order of their representatives; a picture is in one of them at most
 */
export function groupsOf<Id extends string | number>(
  pairs: Iterable<GroupPair<Id>>,
  rank: (id: Id) => number = () => 0,
): PictureGroup<Id>[] {
  const links = linksOf(pairs)
  const groups: PictureGroup<Id>[] = []
  const seen = new Set<Id>()
  for (const start of links.keys()) {
    if (seen.has(start)) continue
    const component = reachedFrom(start, links)
    for (const id of component) seen.add(id)
    groups.push(...starsOf(component, links, rank))
  }
  return groups.sort((one, other) => inOrder(one.representative, other.representative))
}

function linksOf<Id extends string | number>(pairs: Iterable<GroupPair<Id>>): Links<Id> {
  const links = new Map<Id, Set<Id>>()
  const link = (from: Id, to: Id) => {
    const known = links.get(from)
    if (known) known.add(to)
    else links.set(from, new Set([to]))
  }
  for (const { a, b } of pairs) {
    if (a === b) continue
    link(a, b)
    link(b, a)
  }
  return links
}

function reachedFrom<Id>(start: Id, links: Links<Id>): Set<Id> {
  const reached = new Set([start])
  // A set hands out what is added to it while it is walked through.
  for (const id of reached) for (const next of links.get(id) ?? []) reached.add(next)
  return reached
}

function starsOf<Id extends string | number>(
  component: ReadonlySet<Id>,
  links: Links<Id>,
  rank: (id: Id) => number,
): PictureGroup<Id>[] {
  const groups: PictureGroup<Id>[] = []
  const free = new Map([...component].map(id => [id, links.get(id)?.size ?? 0]))
  const take = (id: Id) => {
    free.delete(id)
    for (const neighbour of links.get(id) ?? []) {
      const left = free.get(neighbour)
      if (left !== undefined) free.set(neighbour, left - 1)
    }
  }
  for (;;) {
    const representative = bestOf(free, rank)
    if (representative === undefined) return groups
    const members = [...(links.get(representative) ?? [])].filter(id => free.has(id)).sort(inOrder)
    for (const id of [representative, ...members]) take(id)
    groups.push({ representative, members })
  }
}

/** @returns nothing when none has a free neighbour */
function bestOf<Id extends string | number>(
  free: ReadonlyMap<Id, number>,
  rank: (id: Id) => number,
): Id | undefined {
  let best: Id | undefined
  let most = 0
  for (const [id, neighbours] of free) {
    const isBetter =
      neighbours > most ||
      (best !== undefined && neighbours === most && (rank(id) - rank(best) || inOrder(best, id)) > 0)
    if (isBetter) {
      best = id
      most = neighbours
    }
  }
  return best
}

const inOrder = <Id extends string | number>(one: Id, other: Id): number =>
  one < other ? -1 : one > other ? 1 : 0

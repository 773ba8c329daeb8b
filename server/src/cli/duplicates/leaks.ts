/** Pictures of one place that are found again in another: what a test set shares with what is trained on. */
import type { Place, Seen } from './look-through.ts'
import { pathLookup, type ReportMatch } from './report.ts'

export interface Leak {
  /** In the second place, relative to it. */
  readonly path: string
  /** In the first place: nearest first. */
  readonly matches: readonly ReportMatch[]
}

/** @param seen - of two folders, pictures of which were compared across only */
export function leaksOf(seen: Seen): Leak[] {
  const { pictures, pairs } = seen
  const leaks = new Map<string, ReportMatch[]>()
  const add = (place: Place, match: ReportMatch) => {
    const known = leaks.get(place.path)
    if (known) known.push(match)
    else leaks.set(place.path, [match])
  }
  const pathOf = pathLookup(pictures)
  for (const picture of pictures) {
    const files = [picture, ...picture.again]
    const inFirst = files.find(({ folder }) => folder === 0)
    if (!inFirst) continue
    const same = { with: inFirst.path, level: 'bytes', kind: 'same', distanceBits: 0, difference: 0 } as const
    for (const file of files.filter(({ folder }) => folder === 1)) add(file, same)
  }
  for (const { a, b, likeness: _, ...figures } of pairs) {
    const [first, second] = pictures[a]?.folder === 0 ? [a, b] : [b, a]
    const files = [pictures[second], ...(pictures[second]?.again ?? [])].filter(file => file !== undefined)
    for (const file of files.filter(({ folder }) => folder === 1))
      add(file, { with: pathOf(first), ...figures })
  }
  return [...leaks]
    .map(([path, matches]) => ({ path, matches: matches.sort(nearestFirst) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

const nearestFirst = (a: ReportMatch, b: ReportMatch) =>
  a.distanceBits - b.distanceBits || a.difference - b.difference || (a.with < b.with ? -1 : 1)

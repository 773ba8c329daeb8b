/**
 * What the places that pictures have mean for those that belong together with them. Nobody is moved: where two that have
 * their places belong together and the places differ, one of them is left out.
 */
import { codes, none, test, train, validation } from './codes.ts'
import { at, type Graph, partsOf } from './graph.ts'

/** By place in the order of ids; splits as {@link codes}. */
export interface Places {
  readonly split: Uint8Array
  readonly isPinned: Uint8Array
}

export interface Settled {
  /** The split a picture has; none for those without a place and those that are left out. */
  readonly split: Uint8Array
  /** Near to pictures of different splits, neither of which may move. */
  readonly isOut: Uint8Array
  /** Of pictures without a place: the split they have to join; none where they are free to go anywhere. */
  readonly joins: Uint8Array
  /** Of pictures without a place: the smallest one of those that have to go the same way. */
  readonly part: Int32Array
}

/**
 * Who stays where two places contradict each other: what a person pinned; else what is asked about rather than what is
 * learned from, for one picture less to learn from does no harm.
 */
const strongestFirst = [true, false].flatMap(isPinned =>
  [test, validation, train].map(split => ({ isPinned, split })),
)

export function settle(graph: Graph, places: Places): Settled {
  const { pictures } = graph
  const split = new Uint8Array(pictures)
  const isOut = new Uint8Array(pictures)
  const ofHub = new Uint8Array(graph.hubs)
  for (const strength of strongestFirst) {
    for (let picture = 0; picture < pictures; picture += 1) {
      if (at(places.split, picture) !== strength.split) continue
      if ((at(places.isPinned, picture) === 1) !== strength.isPinned) continue
      const near = splitsNear(graph, picture, split, ofHub)
      if ((near & ~bitOf(strength.split)) !== 0) isOut[picture] = 1
      else {
        split[picture] = strength.split
        claimHubs(graph, picture, strength.split, ofHub)
      }
    }
  }
  const touched = new Uint8Array(pictures)
  const isFree = (picture: number) => at(places.split, picture) === none && at(isOut, picture) === 0
  for (let picture = 0; picture < pictures; picture += 1) {
    if (!isFree(picture)) continue
    touched[picture] = splitsNear(graph, picture, split, ofHub)
    if (isSeveral(at(touched, picture))) isOut[picture] = 1
  }
  const part = partsOf(graph, isFree)
  return { split, isOut, part, joins: joinsOf(part, touched, isFree, isOut) }
}

/** Those that have to go the same way join what any of them is near to; near to several splits, they go nowhere. */
function joinsOf(
  part: Int32Array,
  touched: Uint8Array,
  isFree: (picture: number) => boolean,
  isOut: Uint8Array,
): Uint8Array {
  const ofPart = new Uint8Array(part.length)
  const joins = new Uint8Array(part.length)
  for (let picture = 0; picture < part.length; picture += 1) {
    if (isFree(picture)) ofPart[at(part, picture)] = at(ofPart, at(part, picture)) | at(touched, picture)
  }
  const free = Array.from(part.keys()).filter(isFree)
  for (const picture of free) {
    const all = at(ofPart, at(part, picture))
    if (isSeveral(all)) isOut[picture] = 1
    else if (all !== 0) joins[picture] = Math.log2(all)
  }
  return joins
}

const bitOf = (split: number) => (split === none ? 0 : 1 << split)
const isSeveral = (bits: number) => (bits & (bits - 1)) !== 0

/** @returns the splits of what a picture belongs together with, as bits */
function splitsNear(graph: Graph, picture: number, split: Uint8Array, ofHub: Uint8Array): number {
  const { pictures, starts, targets } = graph
  let bits = 0
  for (let edge = at(starts, picture); edge < at(starts, picture + 1); edge += 1) {
    const other = at(targets, edge)
    bits |= bitOf(other < pictures ? at(split, other) : at(ofHub, other - pictures))
  }
  return bits
}

function claimHubs(graph: Graph, picture: number, split: number, ofHub: Uint8Array): void {
  const { pictures, starts, targets } = graph
  for (let edge = at(starts, picture); edge < at(starts, picture + 1); edge += 1) {
    const hub = at(targets, edge) - pictures
    if (hub >= 0 && at(ofHub, hub) === none) ofHub[hub] = split
  }
}

/**
 * Groups, of which none has pictures in two splits. Whoever is left out is alone.
 *
 * @returns for each picture the smallest one of its group
 */
export const groupsOf = (graph: Graph, { isOut }: Pick<Settled, 'isOut'>): Int32Array =>
  partsOf(graph, picture => at(isOut, picture) === 0)

/** How many pictures of each class are in which split: `counts[class * codes + split]`. */
export function countSplits(split: Uint8Array, classOf: ArrayLike<number>, classes: number): Int32Array {
  const counts = new Int32Array(classes * codes)
  for (let picture = 0; picture < split.length; picture += 1) {
    const place = at(classOf, picture) * codes + at(split, picture)
    counts[place] = at(counts, place) + 1
  }
  return counts
}

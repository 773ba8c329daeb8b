/** Chooses the copy of a picture to keep: by what is really there to be seen, not by how many pixels it is spread over. */
import type { Likeness } from '../look/likeness.ts'
import { type Copy, factorsBeside, factorsOfRepresentative, longSidePx, scoreOf } from './factors.ts'
import { reasonsAgainst, reasonsFor, type Weighed } from './reasons.ts'

export type { Copy } from './factors.ts'

/** A copy in its place. */
export interface Ranked<Id> {
  readonly id: Id
  /** In doublings of detail, beside the representative of the group. */
  readonly score: number
  /** Sentences: for the first why it is the best, for the others what speaks against each. */
  readonly reasons: readonly string[]
}

/** A newcomer has to be better by this much, in doublings of detail, before it takes the place of what is held. */
export const upgradeMargin = 0.2

/** A picture that shows this much less than the newcomer may be one of several in it: then nothing is replaced. */
const leastShare = 0.6

/**
 * Puts copies in order, the best first. Neither their order nor that of arrival matters: of equals the larger file goes
 * first, then the lower id.
 *
 * @param representative - the copy that each of the others was found to be like
 * @param compare - `likenessOf` of `compare.ts`
 */
export function chooseKeeper<Id extends string | number>(
  representative: Copy<Id>,
  others: readonly Copy<Id>[],
  compare: Compare,
): Ranked<Id>[] {
  const weighed = [
    { copy: representative, factors: factorsOfRepresentative(representative) },
    ...others.map(copy => weigh(copy, representative, compare(representative, copy))),
  ].sort(bestFirst)
  const [kept, ...rest] = weighed
  if (!kept) return []
  return [
    { id: kept.copy.id, score: scoreOf(kept.factors), reasons: reasonsFor(kept, rest) },
    ...rest.map(each => ({
      id: each.copy.id,
      score: scoreOf(each.factors),
      reasons: reasonsAgainst(each, kept),
    })),
  ]
}

/** Compares two copies on pixels, the first of them first; `undefined` where that cannot be done. */
export type Compare = (first: Copy, second: Copy) => Likeness | undefined

/** Whether a newcomer is to take the place of the picture it is a copy of, and why. */
export interface Preference {
  readonly isBetter: boolean
  /** For the one that is preferred: what speaks against the other. Empty when nothing tells them apart. */
  readonly reasons: readonly string[]
}

/**
 * Compares a newcomer with the held picture of which it is a copy. A mirrored or turned one never takes its place:
 * which of the two is right cannot be seen, and boxes and texts would be wrong afterwards.
 *
 * @param likeness - of the two, the newcomer first; `undefined` where pixels could not be compared
 */
export function preferNewcomer(newcomer: Copy, held: Copy, likeness: Likeness | undefined): Preference {
  const after: Weighed = { copy: newcomer, factors: factorsOfRepresentative(newcomer) }
  const before = weigh(held, newcomer, likeness)
  const gain = scoreOf(after.factors) - scoreOf(before.factors)
  const isBetter = gain >= upgradeMargin && mayReplace(likeness)
  const [winner, loser] = isBetter ? [after, before] : [before, after]
  const hasDifference = Math.abs(gain) >= upgradeMargin || !mayReplace(likeness)
  return { isBetter, reasons: hasDifference ? reasonsAgainst(loser, winner) : [] }
}

function mayReplace(likeness: Likeness | undefined): boolean {
  if (!likeness) return true
  const { kind, wider, transform } = likeness
  if (kind === 'burst' || transform.orientation !== 0) return false
  const { width, height } = transform.areaInFirst
  return wider !== 'first' || width * height >= leastShare
}

function weigh<Id>(copy: Copy<Id>, representative: Copy<Id>, likeness: Likeness | undefined): Weighed<Id> {
  return { copy, factors: factorsBeside(copy, representative, likeness), likeness }
}

function bestFirst<Id extends string | number>(one: Weighed<Id>, other: Weighed<Id>): number {
  return (
    scoreOf(other.factors) - scoreOf(one.factors) ||
    other.copy.original.sizeBytes - one.copy.original.sizeBytes ||
    longSidePx(other.copy) - longSidePx(one.copy) ||
    (one.copy.id < other.copy.id ? -1 : 1)
  )
}

/** What becomes of a picture that looks like others: one table of rules, whoever found and compared them. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { Likeness } from '../look/likeness.ts'
import { type Copy, isGrey } from './factors.ts'
import { preferNewcomer } from './keeper.ts'

/** A picture to be judged. */
export interface Newcomer {
  readonly copy: Copy
  readonly classId: number
  /** Mean Cb and Cr, each −128 to 127. */
  readonly meanChroma: readonly [cb: number, cr: number]
}

/** A picture of the dataset that was compared with it and found to belong to it. */
export interface Met<Id = unknown> {
  readonly seq: number
  readonly copy: Copy<Id>
  readonly state: 'stored' | 'removed'
  readonly classId: number
  readonly meanChroma: readonly [cb: number, cr: number]
  /** Between the forms that are nearest; bits of 256. */
  readonly distanceBits: number
  /** The newcomer first; `undefined` for pictures of before, of which only the perceptual hash is known. */
  readonly likeness: Likeness | undefined
  /** A person chose it: nothing takes its place by itself. */
  readonly isFixed: boolean
  /** Another newcomer is taking its place at this moment. */
  readonly isBusy: boolean
}

export type Judgement<Id = unknown> =
  /** `pairs`: what it belongs to all the same, nearest first. */
  | { readonly kind: 'new'; readonly pairs: readonly Met<Id>[] }
  /** `reasons`: why the held one is the better one; none where nothing tells them apart. */
  | { readonly kind: 'duplicate'; readonly of: Met<Id>; readonly reasons: readonly string[] }
  /** `reasons`: what speaks against the one whose place it takes. */
  | {
      readonly kind: 'upgrade'
      readonly of: Met<Id>
      readonly reasons: readonly string[]
      readonly pairs: readonly Met<Id>[]
    }
  | { readonly kind: 'blocked'; readonly by: Met<Id> }
  /** It would take the place of one that another newcomer is taking: to be judged anew when that is done. */
  | { readonly kind: 'wait'; readonly of: Met<Id> }

/** Pairs noted for one newcomer. */
export const mostPairs = 50

/** Where no pixels can be compared, a hash is believed only this far; bits of 256. */
const believedBits = 32

/**
 * Below this, two pictures that differ in a part of the frame may as well be two shots between which something moved.
 * Of the edits of the shared corpus (writing, tone, a recoloured background) none is below 0.94.
 */
const sureConfidence = 0.93

/** Chroma further apart than this, where both show the same, is another colourway of a product, not another copy. */
const sameChroma = 8
/** The same for the mean chroma of the whole picture, where nothing else is known. */
const sameMeanChroma = 10

const isUnsure = ({ likeness }: Met) => likeness?.kind === 'edited' && likeness.confidence < sureConfidence

/**
 * Whether two pictures of one shape show it in different colours, be they weak or strong. One without any colours is a
 * copy that has lost them.
 */
function isOtherColourway(newcomer: Newcomer, { copy, likeness, meanChroma }: Met): boolean {
  const prints = [newcomer.copy.fingerprint, copy.fingerprint]
  if (prints.some(print => print !== null && isGrey(print))) return false
  if (likeness) return likeness.chromaDifference > sameChroma
  return hueDifference(newcomer.meanChroma, meanChroma) > sameMeanChroma
}

/** How far two mean chromas are apart once the more colourful one is brought to the strength of the other. */
function hueDifference(one: readonly [number, number], other: readonly [number, number]): number {
  const [weak, strong] = Math.hypot(...one) < Math.hypot(...other) ? [one, other] : [other, one]
  const product = weak[0] * strong[0] + weak[1] * strong[1]
  const share = Math.min(1, Math.max(0.4, product / (strong[0] ** 2 + strong[1] ** 2 || 1)))
  return Math.hypot(weak[0] - share * strong[0], weak[1] - share * strong[1])
}

/**
 * @param met - all that belong to it, nearest first
 */
export function judge<Id>(
  newcomer: Newcomer,
  met: readonly Met<Id>[],
  { policy, decideBits }: DatasetSettings['nearDuplicates'],
): Judgement<Id> {
  const isCopy = (each: Met<Id>) =>
    each.likeness?.kind !== 'burst' &&
    !isUnsure(each) &&
    each.distanceBits <= (each.likeness ? decideBits : Math.min(decideBits, believedBits)) &&
    !isOtherColourway(newcomer, each)
  const held = met.filter(({ state }) => state === 'stored')
  const copies = held.filter(isCopy)
  const own = copies.filter(({ classId }) => classId === newcomer.classId)
  const isDropped = ({ copy }: Met<Id>) => policy === 'drop' || copy.isThumbnail || newcomer.copy.isThumbnail
  const toDrop = own.filter(isDropped)
  if (toDrop.length > 0) return dropped(newcomer, toDrop, held)
  const elsewhere = copies.find(each => policy === 'drop' && each.classId !== newcomer.classId)
  if (elsewhere && own.length === 0) return { kind: 'duplicate', of: elsewhere, reasons: [] }
  const removed = met.find(each => each.state === 'removed' && isCopy(each))
  if (removed) return { kind: 'blocked', by: removed }
  return { kind: 'new', pairs: held.slice(0, mostPairs) }
}

/** It stays out while any copy is as good; if it is the best of all, it takes the place of the nearest that may give way. */
function dropped<Id>(
  newcomer: Newcomer,
  copies: readonly Met<Id>[],
  held: readonly Met<Id>[],
): Judgement<Id> {
  const weighed = copies.map(of => ({ of, ...preference(newcomer, of) }))
  const kept = weighed.find(({ isBetter }) => !isBetter)
  const [nearest] = weighed
  if (!nearest) return { kind: 'new', pairs: held.slice(0, mostPairs) }
  if (kept) return { kind: 'duplicate', of: kept.of, reasons: kept.reasons }
  if (nearest.of.isBusy) return { kind: 'wait', of: nearest.of }
  const pairs = held.filter(({ seq }) => seq !== nearest.of.seq).slice(0, mostPairs)
  return { kind: 'upgrade', of: nearest.of, reasons: nearest.reasons, pairs }
}

function preference({ copy }: Newcomer, { copy: held, likeness, isFixed }: Met) {
  const preferred = preferNewcomer(copy, held, likeness)
  return { ...preferred, isBetter: preferred.isBetter && !isFixed && !copy.isThumbnail }
}

/** From pairs to the groups a person sees: what kind each is, which picture to keep, and why. */
import type { GroupKind, PairKind } from '@gleaner/shared/duplicates'
import { type Copy, resolvedSidePx } from './factors.ts'
import { type GroupPair, groupsOf, type PictureGroup } from './groups.ts'
import { type Compare, chooseKeeper } from './keeper.ts'

/** A picture that may be in a group. */
export interface Groupable extends Copy<number> {
  /** A person chose it among copies. */
  readonly isChosenKeeper: boolean
}

export interface KindedPair extends GroupPair<number> {
  readonly kind: PairKind
}

export interface FormedGroup {
  readonly kind: GroupKind
  readonly representative: number
  readonly keeper: number
  /** The keeper first. */
  readonly members: readonly { readonly seq: number; readonly reasons: readonly string[] }[]
}

const burstReason = 'A separate shot of almost the same scene: all of them stay, together in splits.'
const chosenReason = 'A person chose it.'

/**
 * Groups of copies, and groups of separate shots; a picture may be in one of each.
 *
 * @param compare - `likenessOf` of `compare.ts`
 */
export function formGroups(
  pictures: readonly Groupable[],
  pairs: readonly KindedPair[],
  compare: Compare,
): FormedGroup[] {
  const byNumber = new Map(pictures.map(picture => [picture.id, picture]))
  const known = pairs.filter(({ a, b }) => byNumber.has(a) && byNumber.has(b))
  const rank = (seq: number) => {
    const picture = byNumber.get(seq)
    return picture ? resolvedSidePx(picture) : 0
  }
  const stars = (isWanted: (pair: KindedPair) => boolean) => groupsOf(known.filter(isWanted), rank)
  return [
    ...stars(({ kind }) => kind !== 'burst').flatMap(star => copiesGroup(star, byNumber, compare)),
    ...stars(({ kind }) => kind === 'burst').map(burstGroup),
  ]
}

function copiesGroup(
  { representative, members }: PictureGroup<number>,
  pictures: ReadonlyMap<number, Groupable>,
  compare: Compare,
): FormedGroup[] {
  const hub = pictures.get(representative)
  if (!hub) return []
  const others = members.flatMap(seq => pictures.get(seq) ?? [])
  const ranked = chooseKeeper(hub, others, compare)
  const chosen = ranked.find(({ id }) => pictures.get(id)?.isChosenKeeper)
  const inOrder = chosen
    ? [{ ...chosen, reasons: [chosenReason] }, ...ranked.filter(({ id }) => id !== chosen.id)]
    : ranked
  const keeper = inOrder[0]?.id ?? representative
  const told = inOrder.map(({ id, reasons }) => ({ seq: id, reasons }))
  return [{ kind: 'copies', representative, keeper, members: told }]
}

function burstGroup({ representative, members }: PictureGroup<number>): FormedGroup {
  const seqs = [representative, ...members]
  const told = seqs.map(seq => ({ seq, reasons: [burstReason] }))
  return { kind: 'burst', representative, keeper: representative, members: told }
}

/** From pairs to the groups a person sees: what kind each is, which picture to keep, and why. */
import type { GroupKind, PairKind } from '@gleaner/shared/duplicates'
import { type Copy, resolvedSidePx } from './factors.ts'
import { type GroupPair, groupsOf, type PictureGroup } from './groups.ts'
import { type Compare, chooseKeeper } from './keeper.ts'

/** A picture that may be in a group. */
export interface Groupable extends Copy<string> {
  /** Its number, by which pairs and groups name it. Between equals its id decides, for numbers tell who came first. */
  readonly seq: number
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

/** A picture that stands for others, each of which has a pair with it. */
interface Star {
  readonly hub: Groupable
  readonly others: readonly Groupable[]
}

/**
 * Groups of copies, and groups of separate shots; a picture may be in one of each.
 *
 * @param compare - `likenessOf` of `compare.ts`, or what is remembered of it
 */
export function formGroups(
  pictures: readonly Groupable[],
  pairs: readonly KindedPair[],
  compare: Compare,
): FormedGroup[] {
  const { copies, shots } = starsOf(pictures, pairs)
  return [...copies.map(star => copiesGroup(star, compare)), ...shots.map(burstGroup)]
}

/** What {@link formGroups} compares of these: so it can be done before, one by one. */
export function comparedIn(
  pictures: readonly Groupable[],
  pairs: readonly KindedPair[],
): (readonly [first: Groupable, second: Groupable])[] {
  const { copies } = starsOf(pictures, pairs)
  return copies.flatMap(({ hub, others }) => others.map(other => [hub, other] as const))
}

function starsOf(pictures: readonly Groupable[], pairs: readonly KindedPair[]) {
  const byNumber = new Map(pictures.map(picture => [picture.seq, picture]))
  const byId = new Map(pictures.map(picture => [picture.id, picture]))
  const known = pairs.flatMap(({ a: one, b: other, kind }) => {
    const [a, b] = [byNumber.get(one), byNumber.get(other)]
    return a && b ? [{ a: a.id, b: b.id, kind }] : []
  })
  const rank = (id: string) => {
    const picture = byId.get(id)
    return picture ? resolvedSidePx(picture) : 0
  }
  const starOf = ({ representative, members }: PictureGroup<string>): Star[] => {
    const hub = byId.get(representative)
    return hub ? [{ hub, others: members.flatMap(id => byId.get(id) ?? []) }] : []
  }
  const stars = (isWanted: (pair: Pick<KindedPair, 'kind'>) => boolean) =>
    groupsOf(known.filter(isWanted), rank).flatMap(starOf)
  return { copies: stars(({ kind }) => kind !== 'burst'), shots: stars(({ kind }) => kind === 'burst') }
}

function copiesGroup({ hub, others }: Star, compare: Compare): FormedGroup {
  const byId = new Map([hub, ...others].map(picture => [picture.id, picture]))
  const ranked = chooseKeeper(hub, others, compare).flatMap(({ id, reasons }) => {
    const picture = byId.get(id)
    return picture ? [{ seq: picture.seq, isChosen: picture.isChosenKeeper, reasons }] : []
  })
  const chosen = ranked.find(({ isChosen }) => isChosen)
  const inOrder = chosen
    ? [{ ...chosen, reasons: [chosenReason] }, ...ranked.filter(({ seq }) => seq !== chosen.seq)]
    : ranked
  const members = inOrder.map(({ seq, reasons }) => ({ seq, reasons }))
  return { kind: 'copies', representative: hub.seq, keeper: inOrder[0]?.seq ?? hub.seq, members }
}

function burstGroup({ hub, others }: Star): FormedGroup {
  const members = [hub, ...others].map(({ seq }) => ({ seq, reasons: [burstReason] }))
  return { kind: 'burst', representative: hub.seq, keeper: hub.seq, members }
}

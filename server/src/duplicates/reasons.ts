/** Why one copy of a picture is kept and another is not, in plain words. */
import type { Likeness } from '../look/likeness.ts'
import {
  type Copy,
  type FactorName,
  type Factors,
  factorNames,
  isSharp,
  longSidePx,
  resolvedSidePx,
} from './factors.ts'

/** A copy with everything that is said about it. */
export interface Weighed<Id = unknown> {
  readonly copy: Copy<Id>
  readonly factors: Factors
  /** With the representative of the group, which is the first; none for that one itself. */
  readonly likeness?: Likeness | undefined
}

/** Smaller differences are nothing to speak of. */
const worthSaying = 0.02

const number = (value: number) => Math.round(value).toLocaleString('en')
const detailOf = (copy: Copy) =>
  `${isSharp(copy) && longSidePx(copy) > resolvedSidePx(copy) * 1.1 ? 'at least ' : ''}${number(resolvedSidePx(copy))}`
const percent = (share: number) => `${Math.max(1, Math.round(share * 100))} %`

const worseIn = (one: Factors, other: Factors): FactorName[] =>
  factorNames.filter(name => one[name] < other[name] - worthSaying)

/** What speaks against a copy beside the one that is kept. */
export function reasonsAgainst(weighed: Weighed, kept: Weighed): string[] {
  const worse = worseIn(weighed.factors, kept.factors)
  const reasons = worse.map(name => against[name](weighed, kept))
  const turned = orientationReason(weighed, kept)
  if (turned) reasons.push(turned)
  return reasons.length > 0
    ? reasons
    : ['As good as the best copy, as far as can be seen: one of them is enough.']
}

/** What speaks for the copy that is kept. */
export function reasonsFor(kept: Weighed, others: readonly Weighed[]): string[] {
  const names = new Set(others.flatMap(({ factors }) => worseIn(factors, kept.factors)))
  const reasons = factorNames.filter(name => names.has(name)).map(name => favour[name](kept))
  return reasons.length > 0
    ? reasons
    : ['All copies are as good, as far as can be seen: one of them is enough.']
}

const against: Readonly<Record<FactorName, (weighed: Weighed, kept: Weighed) => string>> = {
  extent: ({ factors }, kept) =>
    `Shows less of the scene: about ${percent(1 - 2 ** ((factors.extent - kept.factors.extent) / 3))} is cut off.`,
  marks: () => 'Carries writing or a mark that the best copy does not.',
  surround: ({ copy, likeness }) =>
    copy.fingerprint?.surround === 'caption' || likeness?.kind === 'caption'
      ? 'Has a bar with writing beside the picture.'
      : 'Has a border or bars around the picture.',
  colour: () => 'Has lost its colours.',
  detail: ({ copy }, kept) =>
    `Holds less detail: worth ${number(resolvedSidePx(copy))} pixels along its long side, the best copy ${detailOf(kept.copy)}.`,
  inflation: ({ copy }) =>
    `Was enlarged, or never sharp: of ${number(longSidePx(copy))} pixels along its long side only about ${number(resolvedSidePx(copy))} hold detail.`,
  compression: ({ copy }) => {
    const quality = copy.fingerprint?.detail.jpegQuality
    return quality != null && quality < 85
      ? `Was compressed harder (JPEG quality ${quality}).`
      : 'Shows the blocks of hard compression.'
  },
  thumbnail: () => 'Is only the thumbnail of a results page.',
}

const favour: Readonly<Record<FactorName, (kept: Weighed) => string>> = {
  extent: () => 'Shows the most of the scene.',
  marks: () => 'Carries no writing or mark over the picture.',
  surround: () => 'Has no border or bars around the picture.',
  colour: () => 'Has its colours.',
  detail: ({ copy }) => `Holds the most detail: worth ${detailOf(copy)} pixels along its long side.`,
  inflation: () => 'Is as sharp as its size allows.',
  compression: () => 'Was compressed the least.',
  thumbnail: () => 'Is no thumbnail.',
}

/** Two copies of which one is mirrored: nothing in the pixels says which of them. */
function orientationReason(weighed: Weighed, kept: Weighed): string | undefined {
  const here = weighed.likeness?.transform.orientation ?? 0
  const there = kept.likeness?.transform.orientation ?? 0
  if (here === there) return undefined
  const isMirrored = here >= 4 !== there >= 4
  return `Is ${isMirrored ? 'mirrored' : 'turned'} beside the best copy; which of the two is right cannot be seen.`
}

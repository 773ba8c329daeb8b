/** Finds the pairs among pictures as they come: looked up by their forms, then verified on their pixels. */
import type { Fingerprint, Hit, Orientation, QueryForm } from '../../look/fingerprint.ts'
import { hitsBetween } from '../../look/forms.ts'
import type { Comparison, Likeness } from '../../look/likeness.ts'
import { createLookIndex, type Proposal } from '../../look/look-index.ts'
import { verify } from '../../look/verify.ts'
import { createClusters } from './clusters.ts'
import type { FingerprintFile } from './fingerprint-file.ts'

export interface Match {
  /** The one that came first. */
  readonly earlier: number
  readonly later: number
  /** The earlier one first. */
  readonly likeness: Likeness
  /** Of the nearest of their forms, 0 to 256. */
  readonly distanceBits: number
}

export interface MatcherOptions {
  /** Forms further apart than this, in bits of 256, propose nothing; the forms' own radius holds as well. */
  readonly maxBits: number
  /** Whether two pictures are to be compared at all. */
  readonly isWanted?: (earlier: number, later: number) => boolean
  /** The first looked up by these hits and the second held. */
  readonly compare?: (first: Fingerprint, second: Fingerprint, hits: readonly Hit[]) => Comparison
}

export interface Matcher {
  /** @returns pairs: pictures are looked up a few at a time, so they may be those of earlier ones */
  readonly add: (picture: Look) => Match[]
  /** The pairs of those that were waiting, and those that were put off; a short piece of work for each yield. */
  readonly finish: () => Generator<Match[]>
}

export interface Look {
  /** From 0, one more each time. */
  readonly number: number
  readonly heldForms: Uint8Array
  readonly queryForms: readonly QueryForm[]
}

/** Pictures that are looked up in one reading of the memory. */
const batch = 64
/** Of pictures that belong together already, so many are tried before the newcomer is none of them. */
const mostTried = 4
/** In all, for one newcomer. */
const mostVerified = 48
/** So many are tried as representatives in place of the first. */
const mostCandidates = 3
/** Each with so many others. */
const mostSettled = 500

/**
 * Comparing pixels costs far more than looking up. So a newcomer is compared with the first of those that belong together
 * already, and with others of them only when it is not like that one. If at the end some of them are tied to the first by others only, those
 * others are tried in its place.
 *
 * @param file - holds the fingerprint of each picture under its number
 */
export function createMatcher(
  file: Pick<FingerprintFile, 'read'>,
  { maxBits, isWanted = () => true, compare = verify }: MatcherOptions,
): Matcher {
  const index = createLookIndex()
  const clusters = createClusters()
  let waiting: Look[] = []

  const matchOf = (earlier: number, later: number, hits: readonly Hit[]): Match | undefined => {
    const likeness = compare(file.read(earlier), file.read(later), hits)
    if (likeness.kind === 'stranger') return undefined
    if (likeness.isDuplicate) clusters.tie(earlier, later)
    return { earlier, later, likeness, distanceBits: hits[0]?.distanceBits ?? 0 }
  }

  /** @param members - of one cluster: once the newcomer is like one of them, the others are left alone */
  const matchAny = (number: number, members: readonly Proposed[]): Match | undefined => {
    for (const { earlier, hits } of members) {
      const match = matchOf(earlier, number, hits.map(backwards))
      if (match) return match
    }
    return undefined
  }

  const matchesOf = (number: number, proposed: readonly Proposed[]): Match[] => {
    const byCluster = Map.groupBy(proposed, ({ earlier }) => clusters.firstOf(earlier))
    let left = mostVerified
    return [...byCluster].flatMap(([first, members]) => {
      const firstOfAll = members.sort((a, b) => Number(b.earlier === first) - Number(a.earlier === first))
      const tried = firstOfAll.slice(0, Math.min(left, mostTried))
      left -= tried.length
      return matchAny(number, tried) ?? []
    })
  }

  const lookUp = (): Match[] => {
    const looks = waiting
    waiting = []
    for (const { number, heldForms } of looks) {
      clusters.add(number)
      index.put(number + 1, heldForms)
    }
    const found = index.within(looks.map(({ queryForms }) => queryForms))
    return looks.flatMap(({ number, queryForms }, at) => {
      const isEarlier = ({ seq }: Proposal) => seq <= number && isWanted(seq - 1, number)
      const hits = hitsBySeq((found[at] ?? []).filter(isEarlier), queryForms, maxBits)
      return matchesOf(
        number,
        [...hits].map(([seq, own]) => ({ earlier: seq - 1, hits: own })),
      )
    })
  }

  const compareLate = (one: number, other: number): Match | undefined => {
    const [earlier, later] = [Math.min(one, other), Math.max(one, other)]
    if (!isWanted(earlier, later)) return undefined
    const [a, b] = [file.read(earlier), file.read(later)]
    const hits = [...hitsBetween(a, b), ...hitsBetween(b, a).map(backwards)]
      .filter(({ distanceBits }) => distanceBits <= maxBits)
      .sort((x, y) => x.distanceBits - y.distanceBits)
    return hits.length === 0 ? undefined : matchOf(earlier, later, hits)
  }

  /** Those that are tied to the first of their cluster by others only may have a better representative. */
  function* settle(): Generator<Match[]> {
    for (const members of clusters.loose()) {
      const [first = 0, ...others] = members
      const untiedToFirst = others.filter(it => !clusters.isTied(first, it))
      const ties = others.filter(other => untiedToFirst.some(it => clusters.isTied(it, other)))
      for (const candidate of ties.slice(0, mostCandidates)) {
        const untied = members.filter(it => it !== candidate && !clusters.isTied(candidate, it))
        for (const it of untied.slice(0, mostSettled)) {
          const match = compareLate(candidate, it)
          yield match ? [match] : []
        }
        if (members.every(it => it === candidate || clusters.isTied(candidate, it))) break
      }
    }
  }

  return {
    add(look) {
      waiting.push(look)
      return waiting.length < batch ? [] : lookUp()
    },
    *finish() {
      yield lookUp()
      yield* settle()
    },
  }
}

interface Proposed {
  readonly earlier: number
  /** Nearest first. */
  readonly hits: readonly Hit[]
}

/** The same hit as if the held picture had been looked up. */
function backwards({ query: { kind, orientation }, heldKind, distanceBits }: Hit): Hit {
  // What is mirrored and turned is brought back by the very same.
  const back = (orientation >= 4 ? orientation : (4 - orientation) % 4) as Orientation
  return { query: { kind: heldKind, orientation: back }, heldKind: kind, distanceBits }
}

/** In order of the nearest hit of each. */
export function hitsBySeq(
  proposals: readonly Proposal[],
  forms: readonly QueryForm[],
  maxBits: number,
): Map<number, Hit[]> {
  const bySeq = new Map<number, Hit[]>()
  for (const { seq, form, heldKind, distanceBits } of proposals) {
    const query = forms[form]
    if (!query || distanceBits > maxBits) continue
    const hit = { query, heldKind, distanceBits }
    const known = bySeq.get(seq)
    if (known) known.push(hit)
    else bySeq.set(seq, [hit])
  }
  return bySeq
}

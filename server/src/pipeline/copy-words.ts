/** What became of a copy, in plain sentences for the activity list. */
import type { DuplicateLevel } from '@gleaner/shared/duplicates'
import { perceptualHashBits } from '@gleaner/shared/hash'
import type { Met } from '../duplicates/judge.ts'
import type { LikenessKind } from '../look/likeness.ts'
import type { ImageId } from '../store/types.ts'

const short = (imageId: string) => `${imageId.slice(0, 8)}…`
const bits = (distanceBits: number) => `distance ${distanceBits} of ${perceptualHashBits} bits`

/** Goes on "Same picture as …". */
const how: Readonly<Record<LikenessKind, string>> = {
  same: '',
  edited: ', edited',
  crop: ', cropped',
  border: ', with a border',
  caption: ', with a caption',
  mirror: ', mirrored',
  turn: ', turned',
  burst: ', another shot',
}
const howOf = ({ likeness }: Pick<Met, 'likeness'>) => (likeness ? how[likeness.kind] : '')

const conflict = 'That one is in another class: decide under Duplicates which of them is right.'

const sentences = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(' ')

/** Known without comparing pixels, or by pixels that are exactly the same. */
export function sayKnown(
  level: Exclude<DuplicateLevel, 'look'>,
  imageId: string,
  isOtherClass: boolean,
): string {
  const known = {
    url: `Same address as ${short(imageId)}, but for what tracks or asks for a size.`,
    bytes: `Same file as ${short(imageId)}.`,
    pixels: `Same pixels as ${short(imageId)}, in another file.`,
  }
  return sentences(known[level], isOtherClass ? conflict : undefined)
}

/** @param reasons - why the held one is the better one */
export function sayLook(of: Met<ImageId>, reasons: readonly string[], isOtherClass: boolean): string {
  const same = `Same picture as ${short(of.copy.id)}${howOf(of)} (${bits(of.distanceBits)}).`
  return isOtherClass ? sentences(same, conflict) : sentences(same, ...reasons)
}

export function sayRemoved(level: DuplicateLevel, by?: Met<ImageId>): string {
  if (by) return `A person removed the same picture before${howOf(by)} (${bits(by.distanceBits)}).`
  if (level === 'url') return 'A person removed the picture of this address before.'
  return level === 'bytes'
    ? 'A person removed this very picture before.'
    : 'A person removed a picture of the very same pixels before.'
}

/** @param pairs - held pictures that belong to a new one, nearest first; one or more */
export function sayStoredNear(pairs: readonly Met<ImageId>[]): string {
  const copies = pairs.filter(({ likeness }) => likeness?.kind !== 'burst')
  const [nearest] = copies.length > 0 ? copies : pairs
  if (!nearest) return ''
  const which = `${short(nearest.copy.id)} (${bits(nearest.distanceBits)})`
  if (copies.length === 0) return `Another shot of almost the same scene as ${which}.`
  const looks = copies.length === 1 ? 'One held picture looks' : `${copies.length} held pictures look`
  return `${looks} alike, nearest ${which}.`
}

/**
 * @param of - the picture it took the place of; `undefined` for the candidate's own thumbnail
 * @param reasons - what speaks against that one
 */
export function sayUpgraded(
  imageId: ImageId,
  of: Met<ImageId> | undefined,
  reasons: readonly string[],
): string {
  if (!of) return `Took the place of its own thumbnail ${short(imageId)}.`
  const what = of.copy.isThumbnail ? 'the thumbnail ' : ''
  const why = of.copy.isThumbnail
    ? []
    : reasons.map(reason => `That one: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`)
  return sentences(
    `Took the place of ${what}${short(imageId)} (${bits(of.distanceBits)}).`,
    ...why.slice(0, 1),
  )
}

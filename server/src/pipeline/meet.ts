/** Which pictures of the dataset belong to a new one: proposed by their forms, counted only when their pixels agree. */
import type { Digest } from '@gleaner/shared/hash'
import type { Met } from '../duplicates/judge.ts'
import type { Fingerprint, Hit } from '../look/fingerprint.ts'
import type { Comparison } from '../look/likeness.ts'
import { knownFingerprint } from '../look/packed.ts'
import { verify } from '../look/verify.ts'
import type { ComparedPicture, ImageId, ImageLook } from '../store/types.ts'
import type { PictureFacts } from '../work/work.ts'
import type { StageContext } from './stage.ts'

/** What has to be known in order to compare. */
export interface MeetingPlace extends Pick<StageContext, 'dataset' | 'settings'> {
  readonly lease: Pick<StageContext['lease'], 'heldImageId'>
}

/** A picture on its way into the dataset. */
export interface Arriving extends Pick<PictureFacts, 'fingerprint' | 'queryForms'> {
  /** Of its bytes. */
  readonly digest: Digest
}

/** Of a picture that looks like hundreds, the nearest decide what becomes of it. */
const mostVerified = 48

interface Remembered {
  readonly packed: Uint8Array
  /** Nothing where there is no fingerprint of this version to compare with. */
  readonly compared: { readonly fingerprint: Fingerprint; readonly comparison: Comparison } | undefined
}
/** By number of the held picture: what was compared once is not compared again in the transaction that decides. */
const remembered = new WeakMap<Fingerprint, Map<number, Remembered>>()

/**
 * The thumbnail that the candidate itself was stored with is left out, and so is what a person said it is no copy of.
 *
 * @param earlier - pictures about to be held, which the dataset does not know yet
 * @returns nearest first
 */
export const meet = (
  arriving: Arriving,
  context: MeetingPlace,
  earlier: readonly ImageLook[] = [],
): Met<ImageId>[] => tryToMeet(arriving, context, earlier, Number.POSITIVE_INFINITY) ?? []

/**
 * What {@link meet} finds, with one comparison in each turn of the event loop: it takes a millisecond or more, and some pictures
 * look like dozens. What was compared is remembered, so that deciding again costs nothing.
 */
export async function meetInTurns(arriving: Arriving, context: MeetingPlace): Promise<Met<ImageId>[]> {
  for (;;) {
    const met = tryToMeet(arriving, context, [], 1)
    if (met) return met
    await nextTurn()
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

/** @returns nothing when there is more to compare than `mostCompared` */
function tryToMeet(
  arriving: Arriving,
  context: MeetingPlace,
  earlier: readonly ImageLook[],
  mostCompared: number,
): Met<ImageId>[] | undefined {
  const { dataset, settings, lease } = context
  const { decideBits, proposeBits } = settings.nearDuplicates
  const mostBits = Math.max(decideBits, proposeBits)
  const { held, removed } = dataset.proposals(arriving.queryForms, earlier)
  const proposals = [...held, ...removed]
    .filter(({ imageId, distanceBits }) => imageId !== lease.heldImageId && distanceBits <= mostBits)
    .sort((a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq)
    .slice(0, mostVerified)
  const met: Met<ImageId>[] = []
  let left = mostCompared
  for (const proposed of proposals) {
    const picture = dataset.store.duplicates.compared(proposed.seq)
    if (!picture) continue
    if (picture.packed && !rememberedOf(arriving.fingerprint, picture.seq, picture.packed)) {
      if (left === 0) return undefined
      left -= 1
    }
    const hits = proposed.hits.filter(({ distanceBits }) => distanceBits <= mostBits)
    const one = metWith(arriving, picture, hits, context)
    if (one) met.push(one)
  }
  return met
}

function metWith(
  arriving: Arriving,
  picture: ComparedPicture,
  hits: readonly Hit[],
  { dataset, lease }: MeetingPlace,
): Met<ImageId> | undefined {
  const { duplicates } = dataset.store
  const { seq, imageId, packed } = picture
  const compared = packed ? comparedByPixels(arriving, seq, packed, hits) : comparedByHash(hits)
  if (!compared) return undefined
  const isApart =
    duplicates.isApart(imageId, { digest: arriving.digest }) ||
    (lease.heldImageId !== null && duplicates.isApart(imageId, { imageId: lease.heldImageId }))
  if (isApart) return undefined
  const { state, classId, meanChroma, original, isThumbnail } = picture
  const { fingerprint, likeness, distanceBits } = compared
  return {
    ...{ seq, state, classId, meanChroma, likeness, distanceBits },
    copy: { id: imageId, original, isThumbnail, fingerprint },
    isFixed: picture.isChosenKeeper,
    isBusy: dataset.upgrading.has(imageId),
  }
}

/** The picture may have been replaced since it was compared. */
function rememberedOf(fingerprint: Fingerprint, seq: number, packed: Uint8Array): Remembered | undefined {
  const before = remembered.get(fingerprint)?.get(seq)
  return before && Buffer.compare(before.packed, packed) === 0 ? before : undefined
}

function comparedByPixels({ fingerprint }: Arriving, seq: number, packed: Uint8Array, hits: readonly Hit[]) {
  let before = rememberedOf(fingerprint, seq, packed)
  if (!before) {
    const other = knownFingerprint(packed)
    const compared = other && { fingerprint: other, comparison: verify(fingerprint, other, hits) }
    before = { packed, compared }
    const known = remembered.get(fingerprint) ?? new Map<number, Remembered>()
    remembered.set(fingerprint, known.set(seq, before))
  }
  // Of another version, until it is looked at again.
  if (!before.compared) return comparedByHash(hits)
  const { comparison } = before.compared
  if (comparison.kind === 'stranger') return undefined
  return {
    fingerprint: before.compared.fingerprint,
    likeness: comparison,
    distanceBits: nearest(hits),
  }
}

/** Of pictures of before nothing is known but the hash of the whole frame. */
function comparedByHash(hits: readonly Hit[]) {
  const upright = hits.filter(
    ({ query, heldKind }) => heldKind === 0 && query.kind === 0 && query.orientation === 0,
  )
  if (upright.length === 0) return undefined
  return { fingerprint: null, likeness: undefined, distanceBits: nearest(upright) }
}

const nearest = (hits: readonly Hit[]) => Math.min(...hits.map(({ distanceBits }) => distanceBits))

/** Which pictures of the dataset belong to a new one: proposed by their forms, counted only when their pixels agree. */
import type { Digest } from '@gleaner/shared/hash'
import type { Met } from '../duplicates/judge.ts'
import type { Fingerprint, Hit } from '../look/fingerprint.ts'
import type { Comparison } from '../look/likeness.ts'
import { knownFingerprint } from '../look/packed.ts'
import { verify } from '../look/verify.ts'
import type { ImageId, ImageLook } from '../store/types.ts'
import type { PictureFacts } from '../work/work.ts'
import type { Proposed } from './open-dataset.ts'
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
  readonly fingerprint: Fingerprint
  readonly comparison: Comparison
}
/** By number of the held picture: what was compared once is not compared again in the transaction that decides. */
const remembered = new WeakMap<Fingerprint, Map<number, Remembered>>()

/**
 * The thumbnail that the candidate itself was stored with is left out, and so is what a person said it is no copy of.
 *
 * @param earlier - pictures about to be held, which the dataset does not know yet
 * @returns nearest first
 */
export function meet(
  arriving: Arriving,
  context: MeetingPlace,
  earlier: readonly ImageLook[] = [],
): Met<ImageId>[] {
  const { dataset, settings, lease } = context
  const { decideBits, proposeBits } = settings.nearDuplicates
  const mostBits = Math.max(decideBits, proposeBits)
  const { held, removed } = dataset.proposals(arriving.queryForms, earlier)
  return [...held, ...removed]
    .filter(({ imageId, distanceBits }) => imageId !== lease.heldImageId && distanceBits <= mostBits)
    .sort((a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq)
    .slice(0, mostVerified)
    .flatMap(proposed => {
      const hits = proposed.hits.filter(({ distanceBits }) => distanceBits <= mostBits)
      return metWith(arriving, { ...proposed, hits }, context) ?? []
    })
}

function metWith(
  arriving: Arriving,
  { seq, imageId, hits }: Proposed,
  { dataset, lease }: MeetingPlace,
): Met<ImageId> | undefined {
  const { duplicates } = dataset.store
  const picture = duplicates.compared(seq)
  if (!picture) return undefined
  const compared = picture.packed
    ? comparedByPixels(arriving, seq, picture.packed, hits)
    : comparedByHash(hits)
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

function comparedByPixels({ fingerprint }: Arriving, seq: number, packed: Uint8Array, hits: readonly Hit[]) {
  const known = remembered.get(fingerprint) ?? new Map<number, Remembered>()
  remembered.set(fingerprint, known)
  let before = known.get(seq)
  // It may have been replaced meanwhile.
  if (!before || Buffer.compare(before.packed, packed) !== 0) {
    const other = knownFingerprint(packed)
    // Of another version, until it is looked at again.
    if (!other) return comparedByHash(hits)
    before = { packed, fingerprint: other, comparison: verify(fingerprint, other, hits) }
    known.set(seq, before)
  }
  const { comparison } = before
  if (comparison.kind === 'stranger') return undefined
  return { fingerprint: before.fingerprint, likeness: comparison, distanceBits: nearest(hits) }
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

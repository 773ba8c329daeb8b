import { type Judgement, judge, type Met, mostPairs } from '../../duplicates/judge.ts'
import type { ImageId, ImageLook } from '../../store/types.ts'
import { sayKnown, sayLook, sayRemoved } from '../copy-words.ts'
import { meet, meetInTurns } from '../meet.ts'
import type { Stage, StageContext, Stop } from '../stage.ts'
import { stop } from '../stage.ts'
import type { CopyFacts, Verdict } from '../verdict.ts'
import type { Seen } from './decode.ts'
import { sameFile } from './recognise.ts'

export interface Judged extends Seen {
  /** The held picture this one is a better copy of. */
  readonly upgradeOf?: Upgrade
  /** Held pictures that belong to it and are kept apart, nearest first. */
  readonly pairs: readonly Met<ImageId>[]
}

export interface Upgrade {
  readonly imageId: ImageId
  /** Absent where it is the candidate's own thumbnail. */
  readonly of?: Met<ImageId>
  /** What speaks against the one whose place it takes. */
  readonly reasons: readonly string[]
  /** Leaves the place to others, before the journey ends: where it was taken in vain. */
  readonly release: () => void
}

type ByLook = Judgement<ImageId>

/**
 * Compares a picture with all that the dataset holds or has seen removed. Pictures that are too flat are never alike.
 *
 * @param earlier - pictures about to be held, which the dataset does not know yet
 */
export function judgeByLook(
  input: Pick<Seen, 'file' | 'picture'>,
  context: StageContext,
  earlier: readonly ImageLook[] = [],
): ByLook {
  return judgeAmong(meet(arrivingOf(input), context, earlier), input, context)
}

const arrivingOf = ({ file, picture }: Pick<Seen, 'file' | 'picture'>) => ({
  ...picture,
  digest: file.digest,
})

function judgeAmong(
  met: readonly Met<ImageId>[],
  { file, picture }: Pick<Seen, 'file' | 'picture'>,
  { lease, source, settings }: StageContext,
): ByLook {
  const { fingerprint, meanChroma } = picture
  const original = {
    ...{ widthPx: picture.width, heightPx: picture.height, format: picture.format },
    sizeBytes: file.bytes.byteLength,
  }
  const copy = { id: file.digest, original, isThumbnail: source.kind === 'thumbnail', fingerprint }
  return judge({ copy, classId: lease.classId, meanChroma }, met, settings.nearDuplicates)
}

/** Held pictures that belong to one that takes a place, nearest first. */
export const heldLike = (
  input: Pick<Seen, 'file' | 'picture'>,
  imageId: ImageId,
  context: StageContext,
): Met<ImageId>[] =>
  meet(arrivingOf(input), context)
    .filter(({ state, copy }) => state === 'stored' && copy.id !== imageId)
    .slice(0, mostPairs)

/**
 * Has other hands that would replace the same picture wait until the journey ends, or the place is released. Whoever
 * waits for another hand holds no place: two would wait for each other for ever.
 */
export function reserve(imageId: ImageId, { dataset, atEnd }: StageContext): Upgrade['release'] {
  const { promise, resolve } = Promise.withResolvers<void>()
  const release = () => {
    if (dataset.upgrading.get(imageId) === promise) dataset.upgrading.delete(imageId)
    resolve()
  }
  dataset.upgrading.set(imageId, promise)
  atEnd(release)
  return release
}

/** Resolves when nobody is replacing the picture any more. @throws the reason of the signal */
export async function othersAreDone(
  { of }: Extract<ByLook, { kind: 'wait' }>,
  { dataset, signal }: StageContext,
): Promise<void> {
  const { promise: stopped, resolve: giveUp } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => giveUp(), { once: true })
  if (!signal.aborted) await Promise.race([dataset.upgrading.get(of.copy.id), stopped])
  signal.throwIfAborted()
}

/** How a candidate ends as a copy of what it looks like. */
export function endAsCopy(
  { of, reasons }: Extract<ByLook, { kind: 'duplicate' }>,
  { file, picture }: Pick<Seen, 'file' | 'picture'>,
  { lease }: StageContext,
): Extract<Verdict, { kind: 'duplicate' }> {
  const isOther = of.classId !== lease.classId
  return {
    kind: 'duplicate',
    code: isOther ? 'DUPLICATE_OTHER_CLASS' : 'DUPLICATE_LOOK',
    ...{ imageId: of.copy.id, distanceBits: of.distanceBits, digest: file.digest },
    pixelDigest: picture.fingerprint.pixelDigest,
    facts: { level: 'look', ...(of.likeness && { kind: of.likeness.kind }), ...sizeOf(picture) },
    explanation: sayLook(of, reasons, isOther),
  }
}

const sizeOf = ({ width, height }: Seen['picture']) => ({ widthPx: width, heightPx: height })

export const endAsBlocked = ({ by }: Extract<ByLook, { kind: 'blocked' }>): Verdict => ({
  kind: 'blocked',
  imageId: by.copy.id,
  explanation: sayRemoved('look', by),
})

/** The very same pixels, in another file. */
function judgeByPixels({ file, picture }: Seen, { dataset, lease }: StageContext): Stop | undefined {
  const { pixelDigest } = picture.fingerprint
  const known = pixelDigest ? dataset.store.imageByPixels(pixelDigest) : undefined
  if (!known || known.imageId === lease.heldImageId) return undefined
  if (known.state === 'removed') {
    return stop({ kind: 'blocked', imageId: known.imageId, explanation: sayRemoved('pixels') })
  }
  const isOther = known.classId !== lease.classId
  const facts: CopyFacts = { level: 'pixels', ...sizeOf(picture) }
  return stop({
    kind: 'duplicate',
    code: isOther ? 'DUPLICATE_OTHER_CLASS' : 'DUPLICATE_PIXELS',
    ...{ imageId: known.imageId, distanceBits: 0, digest: file.digest, pixelDigest, facts },
    explanation: sayKnown('pixels', known.imageId, isOther),
  })
}

/**
 * The original of a stored thumbnail has arrived: it takes its place, alike or not, unless the dataset holds a copy of it,
 * better or not, by now; other thumbnails of it are no more than paired with it.
 */
function replaceOwn(input: Seen, imageId: ImageId, judgement: ByLook, context: StageContext): Judged | Stop {
  const { dataset } = context
  if (judgement.kind === 'duplicate') return stop(endAsCopy(judgement, input, context))
  const isBetter = judgement.kind === 'upgrade' || judgement.kind === 'wait'
  if (isBetter && !judgement.of.copy.isThumbnail) {
    return stop(endAsCopy({ kind: 'duplicate', of: judgement.of, reasons: [] }, input, context))
  }
  const isTaken = dataset.upgrading.has(imageId) || dataset.store.image(imageId)?.isThumbnail !== true
  if (isTaken) return stop({ kind: 'no-way', code: 'DUPLICATE_LOOK', facts: {} })
  const release = reserve(imageId, context)
  const others = isBetter ? [judgement.of] : []
  const pairs = 'pairs' in judgement ? [...others, ...judgement.pairs] : others
  return { ...input, upgradeOf: { imageId, reasons: [], release }, pairs }
}

/** Decides early, so that copies are never rendered. The record stage decides again. */
export const dedupe: Stage<Seen, Judged> = {
  name: 'dedupe',
  run: async (input, context) => {
    const { dataset, lease } = context
    const samePixels = judgeByPixels(input, context)
    if (samePixels) return samePixels
    await dataset.lookAhead(input.picture.queryForms)
    const judgement = judgeAmong(await meetInTurns(arrivingOf(input), context), input, context)
    if (judgement.kind === 'blocked') return stop(endAsBlocked(judgement))
    if (lease.heldImageId) return replaceOwn(input, lease.heldImageId, judgement, context)
    if (judgement.kind === 'wait') {
      await othersAreDone(judgement, context)
      return dedupe.run(input, context)
    }
    if (judgement.kind === 'new') return { ...input, pairs: judgement.pairs }
    if (judgement.kind === 'upgrade') return { ...input, ...takePlace(judgement, context) }
    // Another hand may have filed the very same bytes since they were looked up: then that is the reason.
    return stop(sameFile(input.file.digest, context) ?? endAsCopy(judgement, input, context))
  },
}

/** Reserves the place at once: what comes next may be another copy of the same picture. */
export function takePlace(
  { of, reasons, pairs }: Extract<ByLook, { kind: 'upgrade' }>,
  context: StageContext,
): Required<Pick<Judged, 'upgradeOf' | 'pairs'>> {
  const release = reserve(of.copy.id, context)
  return { upgradeOf: { imageId: of.copy.id, of, reasons, release }, pairs }
}

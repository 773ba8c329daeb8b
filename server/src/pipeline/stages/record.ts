import type { ErrorCode } from '@gleaner/shared/errors'
import type { Attempt } from '@gleaner/shared/image'
import type { ImageEnd, NewImage } from '../../store/types.ts'
import { attemptOf } from '../attempt.ts'
import { sayStoredNear, sayUpgraded } from '../copy-words.ts'
import { heldPairOf } from '../held-pairs.ts'
import { lookKept } from '../look-kept.ts'
import type { Stage, StageContext } from '../stage.ts'
import type { Verdict } from '../verdict.ts'
import { explain } from '../verdict.ts'
import { endAsBlocked, endAsCopy, heldLike, judgeByLook, othersAreDone, takePlace } from './dedupe.ts'
import type { Drawn } from './render.ts'

type Upgrading = Drawn & Required<Pick<Drawn, 'upgradeOf'>>
const isUpgrading = (input: Drawn): input is Upgrading => input.upgradeOf !== undefined

/** Files the picture and ends the candidate, in one transaction that decides again. */
export const record: Stage<Drawn, Verdict> = {
  name: 'record',
  run: async (input, context) => {
    let next: Drawn | Verdict = input
    // Ends: what is withdrawn from was changed by somebody else meanwhile.
    while ('rendered' in next) next = await file(next, context)
    return next
  },
}

/** @returns how it ended, or what to file instead */
async function file(input: Drawn, context: StageContext): Promise<Drawn | Verdict> {
  if (!isUpgrading(input)) return store(input, context)
  const isDone = await upgrade(input, context)
  if (isDone) return { kind: 'recorded' }
  const { upgradeOf, ...anew } = input
  upgradeOf.release()
  return anew
}

/** @returns what to do instead, when another hand recorded a lesser copy meanwhile, or a person removed a copy */
async function store(input: Drawn, context: StageContext): Promise<Drawn | Verdict> {
  const { dataset, lease } = context
  const isThumbnail = context.source.kind === 'thumbnail'
  let { pairs } = input
  // Read inside the transaction, after `decide`: what was recorded meanwhile may belong to it, too.
  const end: ImageEnd = {
    ...endOf(context, isThumbnail ? 'STORED_THUMBNAIL' : 'STORED'),
    get nearPairs() {
      return pairs.map(heldPairOf)
    },
    get explanation() {
      const { width, height } = input.picture
      const stored = isThumbnail
        ? explain.storedThumbnail(width, height, lease.sourceIndex > 0 ? lease.lastCode : null)
        : explain.stored(width, height)
      return pairs.length > 0 ? `${stored} ${sayStoredNear(pairs)}` : stored
    },
  }
  let instead: Drawn | Verdict = { kind: 'recorded' }
  let contested: Parameters<typeof othersAreDone>[0] | undefined
  await dataset.store.recordImage(lease, newImage(input, isThumbnail), end, {
    decide: earlier => {
      const judgement = judgeByLook(input, context, earlier)
      if (judgement.kind === 'new') {
        pairs = judgement.pairs
        return undefined
      }
      if (judgement.kind === 'duplicate') {
        const { imageId, distanceBits, code, explanation, facts } = endAsCopy(judgement, input, context)
        return { imageId, distanceBits, code, explanation, facts: { ...facts } }
      }
      if (judgement.kind === 'wait') {
        contested = judgement
        return 'withdraw'
      }
      instead =
        judgement.kind === 'blocked'
          ? endAsBlocked(judgement)
          : { ...input, ...takePlace(judgement, context) }
      return 'withdraw'
    },
    committed: dataset.held,
  })
  if (!contested) return instead
  await othersAreDone(contested, context)
  return input
}

/** @returns false when the picture to be replaced is not known any more: its collect was undone meanwhile */
async function upgrade(input: Upgrading, context: StageContext): Promise<boolean> {
  const { dataset, lease } = context
  const { imageId, of, reasons } = input.upgradeOf
  const end: ImageEnd = {
    ...endOf(context, 'UPGRADED'),
    explanation: sayUpgraded(imageId, of, reasons),
    // Read inside the transaction: what was recorded since it was judged may belong to it, too.
    get nearPairs() {
      return heldLike(input, imageId, context).map(heldPairOf)
    },
  }
  const image = newImage(input, false)
  const result = await dataset.store.upgradeImage(lease, imageId, image, end, { committed: dataset.held })
  return result.kind !== 'withdrawn'
}

function endOf(context: StageContext, code: ErrorCode) {
  const attempts: Attempt[] = attemptOf(context, code)
  return { code, sourceIndex: context.lease.sourceIndex, attempts, explanation: '' }
}

function newImage({ file, picture, rendered }: Drawn, isThumbnail: boolean): NewImage {
  const { perceptualHash, blockHash, qualityScore, meanChroma, rights, quality } = picture
  return {
    original: {
      bytes: file.bytes,
      digest: file.digest,
      format: picture.format,
      widthPx: picture.width,
      heightPx: picture.height,
    },
    rendered: { bytes: rendered.bytes, widthPx: rendered.width, heightPx: rendered.height },
    perceptualHash,
    blockHash,
    qualityScore,
    meanChroma,
    rights,
    isThumbnail,
    look: lookKept(picture),
    quality,
  }
}

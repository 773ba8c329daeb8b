import type { ErrorCode } from '@gleaner/shared/errors'
import type { Attempt } from '@gleaner/shared/image'
import type { ImageEnd, NewImage } from '../../store/types.ts'
import { attemptOf } from '../attempt.ts'
import type { Stage, StageContext } from '../stage.ts'
import type { Verdict } from '../verdict.ts'
import { explain } from '../verdict.ts'
import type { Judgement } from './dedupe.ts'
import { judgeByLook, lookOf, reserve } from './dedupe.ts'
import type { Drawn } from './render.ts'

/** Files the picture and ends the candidate, in one transaction that decides again. */
export const record: Stage<Drawn, Verdict> = {
  name: 'record',
  run: async (input, context) => {
    let upgradeOf = input.upgradeOf
    // Ends: what is withdrawn from was changed by somebody else meanwhile.
    for (;;) {
      const isDone = upgradeOf ? await upgrade(input, upgradeOf, context) : false
      if (isDone) return { kind: 'recorded' }
      const anew = await store(input, context)
      if (anew?.kind === 'blocked') return anew
      if (anew?.kind !== 'upgrade') return { kind: 'recorded' }
      upgradeOf = anew
    }
  },
}

/** @returns what to do instead, when another hand recorded a thumbnail to replace meanwhile, or a person removed the same picture */
async function store(input: Drawn, context: StageContext): Promise<Judgement | undefined> {
  const { dataset, lease } = context
  const look = lookOf(input.picture, context)
  const code = look.isThumbnail ? 'STORED_THUMBNAIL' : 'STORED'
  let { nearPairs } = input
  // Read inside the transaction, after `decide`: what was recorded meanwhile may look alike, too.
  const end: ImageEnd = {
    ...endOf(context, code),
    get nearPairs() {
      return nearPairs
    },
    get explanation() {
      const { width, height } = input.picture
      const [nearest] = nearPairs
      const near = nearest && explain.storedNear(nearest.imageId, nearest.distanceBits, nearPairs.length)
      const stored = look.isThumbnail
        ? explain.storedThumbnail(width, height, lease.sourceIndex > 0 ? lease.lastCode : null)
        : explain.stored(width, height)
      return [stored, near].filter(Boolean).join(' ')
    },
  }
  let instead: Judgement | undefined
  await dataset.store.recordImage(lease, newImage(input, look.isThumbnail), end, {
    decide: earlier => {
      const judgement = judgeByLook(look, context, earlier)
      if (judgement.kind === 'duplicate') return judgement
      if (judgement.kind === 'new') {
        nearPairs = judgement.nearPairs
        return undefined
      }
      // At once: the next piece of the same group may be another copy of the same picture.
      if (judgement.kind === 'upgrade') reserve(judgement.imageId, context)
      instead = judgement
      return 'withdraw'
    },
    committed: dataset.held,
  })
  return instead
}

/** @returns false when the picture to be replaced is not known any more: its collect was undone meanwhile */
async function upgrade(
  input: Drawn,
  { imageId, distanceBits }: NonNullable<Drawn['upgradeOf']>,
  context: StageContext,
): Promise<boolean> {
  const { dataset, lease } = context
  const explanation = explain.upgraded(imageId, distanceBits)
  const end = { ...endOf(context, 'UPGRADED'), explanation, nearPairs: input.nearPairs }
  const image = newImage(input, false)
  const result = await dataset.store.upgradeImage(lease, imageId, image, end, { committed: dataset.held })
  return result.kind !== 'withdrawn'
}

function endOf(context: StageContext, code: ErrorCode) {
  const attempts: Attempt[] = attemptOf(context, code)
  return { code, sourceIndex: context.lease.sourceIndex, attempts, explanation: '' }
}

function newImage({ file, picture, rendered }: Drawn, isThumbnail: boolean): NewImage {
  const { perceptualHash, blockHash, qualityScore, meanChroma, rights } = picture
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
  }
}

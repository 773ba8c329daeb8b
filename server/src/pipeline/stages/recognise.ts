import type { Digest } from '@gleaner/shared/hash'
import type { ImageId } from '../../store/types.ts'
import { sayKnown, sayRemoved } from '../copy-words.ts'
import type { Stage, StageContext } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Verdict } from '../verdict.ts'
import type { Fetched } from './fetch.ts'

/** Whether a held picture is in another class than the one the candidate was collected for. */
export const isOtherClass = (imageId: ImageId, { dataset, lease }: StageContext) =>
  dataset.store.heldPicture(imageId)?.classId !== lease.classId

/** How a candidate ends whose very file is held. */
export function sameFile(digest: Digest, context: StageContext): Verdict | undefined {
  const imageId = context.dataset.store.imageByDigest(digest)
  return imageId && sameAs(imageId, digest, context)
}

function sameAs(imageId: ImageId, digest: Digest, context: StageContext): Verdict {
  const isOther = isOtherClass(imageId, context)
  return {
    kind: 'duplicate',
    code: isOther ? 'DUPLICATE_OTHER_CLASS' : 'DUPLICATE_DIGEST',
    ...{ imageId, distanceBits: 0, digest, facts: { level: 'bytes' } },
    explanation: sayKnown('bytes', imageId, isOther),
  }
}

/** Looks the digest of the bytes up: a file that is held, or was removed by a person, need not be decoded. */
export const recognise: Stage<Fetched, Fetched> = {
  name: 'recognise',
  run: async (input, context) => {
    const { digest } = input.file
    const known = context.dataset.store.pictureByDigest(digest)
    if (!known) return input
    const { imageId } = known
    return known.state === 'removed'
      ? stop({ kind: 'blocked', imageId, explanation: sayRemoved('bytes') })
      : stop(sameAs(imageId, digest, context))
  },
}

import type { CandidateSource } from '@gleaner/shared/candidate'
import { sayKnown, sayRemoved } from '../copy-words.ts'
import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import { isOtherClass } from './recognise.ts'

/** Looks the address up: what differs by tracking alone, or asks for no larger size, need not be fetched. */
export const sameAddress: Stage<CandidateSource, CandidateSource> = {
  name: 'same-address',
  run: async (source, context) => {
    const { dataset, lease } = context
    // One that waits with its thumbnail wants the original, whoever else came by this address.
    const known = lease.heldImageId ? undefined : dataset.store.sameAddress(lease)
    if (!known) return source
    const { imageId } = known
    if (known.state === 'removed') {
      return stop({ kind: 'blocked', imageId, explanation: sayRemoved('url') })
    }
    const isOther = isOtherClass(imageId, context)
    return stop({
      kind: 'duplicate',
      code: isOther ? 'DUPLICATE_OTHER_CLASS' : 'DUPLICATE_URL',
      ...{ imageId, distanceBits: 0, facts: { level: 'url' } },
      explanation: sayKnown('url', imageId, isOther),
    })
  },
}

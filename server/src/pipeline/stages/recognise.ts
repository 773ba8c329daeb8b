import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Fetched } from './fetch.ts'

/** Looks the digest of the bytes up: a file that is held, or was removed by a person, need not be decoded. */
export const recognise: Stage<Fetched, Fetched> = {
  name: 'recognise',
  run: async (input, { dataset }) => {
    const { digest } = input.file
    if (dataset.store.isRemoved(digest)) return stop({ kind: 'blocked' })
    const imageId = dataset.store.imageByDigest(digest)
    return imageId
      ? stop({ kind: 'duplicate', code: 'DUPLICATE_DIGEST', imageId, distanceBits: 0, digest })
      : input
  },
}

import { packFingerprint } from '../look/packed.ts'
import type { PictureLook } from '../store/types.ts'
import type { PictureFacts } from '../work/work.ts'

/** What is kept of a picture's look, so that it is known again. */
export const lookKept = ({ fingerprint }: Pick<PictureFacts, 'fingerprint'>): PictureLook => ({
  version: fingerprint.version,
  forms: fingerprint.heldForms,
  packed: packFingerprint(fingerprint),
  pixelDigest: fingerprint.pixelDigest,
})

import { qualityVersion } from '@gleaner/shared/quality'
import { type Fingerprint, fingerprintVersion, lookRasterBytes } from '../../src/look/fingerprint.ts'
import type { PictureFacts } from '../../src/work/work.ts'

/** Of a picture that shows nothing, for tests in which looks do not matter. */
export const blankFingerprint: Fingerprint = {
  version: fingerprintVersion,
  pixelDigest: null,
  raster: new Uint8Array(lookRasterBytes).fill(128),
  aspect: 1,
  content: { left: 0, top: 0, width: 1, height: 1 },
  surround: 'none',
  heldForms: new Uint8Array(0),
  detail: { resolvedSidePx: 100, measuredSidePx: 100, blockiness: 1, jpegQuality: null },
}

/** Of the same picture. */
export const blankQuality: PictureFacts['quality'] = {
  version: qualityVersion,
  scores: {
    ...{ sharpness: 0, brightness: 50, information: 0, colorfulness: 0 },
    ...{ emptiness: 100, text: 0, watermark: 0, screenshot: 0 },
  },
}

/** Makes the fingerprint of a picture from its one raster. Runs in a decoder process only. */
import { createHash } from 'node:crypto'
import { type Digest, type PerceptualHash, perceptualHashToBytes } from '@gleaner/shared/hash'
import {
  type Area,
  type Fingerprint,
  fingerprintVersion,
  lookChromaSide,
  lookRasterBytes,
  lookSide,
} from '../look/fingerprint.ts'
import { heldFormsOf } from '../look/forms.ts'
import { contentOf } from './content.ts'
import { blockiness, jpegQuality, resolvedSidePx } from './detail.ts'
import type { Size } from './geometry.ts'
import type { JpegLayout } from './jpeg-layout.ts'
import type { Miniature, Raster } from './luma.ts'

/** The bytes pictures are verified on: 64 × 64 luma, 8 × 8 Cb, 8 × 8 Cr. */
export function lookRaster({ luma, red, blue }: Miniature): Uint8Array {
  const raster = new Uint8Array(lookRasterBytes)
  for (let at = 0; at < luma.length; at++) raster[at] = Math.round(luma[at] as number)
  const cell = lookSide / lookChromaSide
  const planeBytes = lookChromaSide ** 2
  for (let y = 0; y < lookChromaSide; y++) {
    for (let x = 0; x < lookChromaSide; x++) {
      let [blueSum, redSum, lumaSum] = [0, 0, 0]
      for (let dy = 0; dy < cell; dy++) {
        for (let dx = 0; dx < cell; dx++) {
          const at = (y * cell + dy) * lookSide + x * cell + dx
          blueSum += blue[at] as number
          redSum += red[at] as number
          lumaSum += luma[at] as number
        }
      }
      const at = lookSide ** 2 + y * lookChromaSide + x
      raster[at] = Math.round(128 + ((blueSum - lumaSum) / cell ** 2) * 0.564)
      raster[at + planeBytes] = Math.round(128 + ((redSum - lumaSum) / cell ** 2) * 0.713)
    }
  }
  return raster
}

/** As much as is kept of it. */
const mostMeasuredPx = 65_535

/** What a fingerprint is made from. */
export interface Sighted {
  readonly raster: Raster
  /** The same, reduced. */
  readonly mini: Miniature
  /** Size of the picture, of which the raster may be a reduction. */
  readonly frame: Size
  readonly layout: JpegLayout | undefined
  /** `null` for pictures too flat to be told from others by look. */
  readonly perceptualHash: PerceptualHash | null
}

export function fingerprintOf({ raster, mini, frame, layout, perceptualHash }: Sighted): Fingerprint {
  const { content, surround } = contentOf(raster)
  const isWhole = raster.width === frame.width && raster.height === frame.height
  const shares = { content: rounded(content), aspect: Math.fround(frame.height / frame.width) }
  const small = lookRaster(mini)
  return {
    version: fingerprintVersion,
    pixelDigest: isWhole ? pixelDigestOf(raster) : null,
    raster: small,
    ...shares,
    surround,
    heldForms: perceptualHash
      ? heldFormsOf({ raster: small, ...shares }, perceptualHashToBytes(perceptualHash))
      : new Uint8Array(0),
    detail: {
      resolvedSidePx: resolvedSidePx(raster, content),
      measuredSidePx: Math.min(mostMeasuredPx, longSidePx(raster, content)),
      blockiness: isWhole ? Math.fround(blockiness(raster)) : 1,
      jpegQuality: (layout && jpegQuality(layout)) ?? null,
    },
  }
}

const longSidePx = ({ width, height }: Size, content: Area) =>
  Math.round(Math.max(width * content.width, height * content.height))

/** As the numbers are kept, so that a fingerprint read back is the one that was made. */
const rounded = ({ left, top, width, height }: Area): Area => ({
  left: Math.fround(left),
  top: Math.fround(top),
  width: Math.fround(width),
  height: Math.fround(height),
})

function pixelDigestOf({ data, width, height }: Raster): Digest {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return createHash('sha256').update(size).update(data).digest('hex') as Digest
}

/** Makes the fingerprint of a picture from its one raster. Runs in a decoder process only. */
import { hash } from 'node:crypto'
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
import { mixBytes, mixed } from './pixels.ts'

/** The bytes pictures are verified on: 64 × 64 luma, 8 × 8 Cb, 8 × 8 Cr. */
export function lookRaster({ luma, red, blue }: Miniature): Uint8Array {
  const raster = new Uint8Array(lookRasterBytes)
  for (let at = 0; at < luma.length; at++) raster[at] = rounded(luma[at] as number)
  const planeBytes = lookChromaSide ** 2
  for (let cell = 0; cell < planeBytes; cell++) {
    const meanLuma = meanOf(luma, cell)
    const at = lookSide ** 2 + cell
    raster[at] = rounded(128 + (meanOf(blue, cell) - meanLuma) * 0.564)
    raster[at + planeBytes] = rounded(128 + (meanOf(red, cell) - meanLuma) * 0.713)
  }
  return raster
}

/** Of values 0 to 255. The general function costs several times as much. */
const rounded = (value: number) => (value + 0.5) | 0

const chromaCell = lookSide / lookChromaSide

/** Mean of one of the 8 × 8 parts of a plane. */
function meanOf(plane: Float64Array, cell: number): number {
  const row = Math.floor(cell / lookChromaSide) * chromaCell
  const column = (cell % lookChromaSide) * chromaCell
  let sum = 0
  for (let y = row; y < row + chromaCell; y++) {
    const start = y * lookSide + column
    for (let at = start; at < start + chromaCell; at++) sum += plane[at] as number
  }
  return sum / chromaCell ** 2
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
  const shares = { content: kept(content), aspect: Math.fround(frame.height / frame.width) }
  const small = lookRaster(mini)
  return {
    version: fingerprintVersion,
    pixelDigest: isWhole ? pixelDigestOf(raster, small) : null,
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
const kept = ({ left, top, width, height }: Area): Area => ({
  left: Math.fround(left),
  top: Math.fround(top),
  width: Math.fround(width),
  height: Math.fround(height),
})

/**
 * A digest of all values would take a tenth of a decoder's time. So the values are only mixed: of two pictures with one
 * digest it is certain that they have one size and one small raster, and very likely that their pixels are the same.
 */
function pixelDigestOf({ data, width, height }: Raster, small: Uint8Array): Digest {
  digested.writeUInt32BE(width, 0)
  digested.writeUInt32BE(height, 4)
  digested.set(small, sizeBytes)
  digested.set(mixed(data), sizeBytes + lookRasterBytes)
  return hash('sha256', digested, 'hex') as Digest
}

const sizeBytes = 8
/** What the digest is of, one after the other: width, height, the small raster, the mixed values. */
const digested = Buffer.alloc(sizeBytes + lookRasterBytes + mixBytes)

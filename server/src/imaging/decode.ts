/** Bytes to raster and fingerprints. Runs in a decoder process only. */
import type { ErrorCode } from '@gleaner/shared/errors'
import sharp from 'sharp'
import { blockHash } from './block-hash.ts'
import { isPlainSrgb } from './colour-profile.ts'
import { isCutShort } from './cut-short.ts'
import { dctHash, minQualityScore, qualityScore } from './dct-hash.ts'
import { decodeFailure } from './decode-failure.ts'
import type { Decoded, DecodeSettings, ImageFailure } from './decoded.ts'
import { rasterSize } from './geometry.ts'
import { type Header, readHeader } from './header.ts'
import { meanChroma, miniature, type Raster, valueRange } from './luma.ts'
import { readRights } from './rights.ts'
import { sniff } from './sniff.ts'

/** A picture whose 64 × 64 miniature has no two values further apart shows nothing. */
const uniformRange = 2

/** What travels to the server about a picture; its pixels stay behind. */
export type PictureFacts = Omit<Decoded, 'kind' | 'render' | 'release'>

/** A picture in memory: the whole frame, oriented, sRGB, on the background, reduced to what is needed. */
export interface OpenPicture {
  readonly kind: 'open'
  readonly facts: PictureFacts
  readonly raster: Raster
}

/**
 * Decodes a picture once, whole: what is cut off is cut off later, because skipped rows would hide a file that ends
 * early and would spoil the fingerprints.
 *
 * @param room - asked before any pixel is decoded, with the weight of the job in megapixels; decoding waits for it
 */
export async function openPicture(
  bytes: Buffer,
  settings: DecodeSettings,
  room: (weightMegapixels: number) => Promise<void>,
): Promise<OpenPicture | ImageFailure> {
  const sniffed = await sniff(bytes)
  if (sniffed.kind === 'failed') return sniffed
  const header = await readHeader(bytes, sniffed.format, settings.accept)
  if (header.kind === 'failed') return header
  if (isCutShort(bytes, header.format)) return failed('IMAGE_TRUNCATED', header)
  await room(header.weightMegapixels)
  let raster: Raster
  try {
    raster = await decodeFrame(bytes, header, settings)
  } catch (error) {
    return decodeFailure(error, header.format, 'pixels', bytes)
  }
  const mini = miniature(raster)
  if (valueRange(mini) <= uniformRange) return failed('IMAGE_UNIFORM', header)
  const score = qualityScore(mini.luma)
  const facts: PictureFacts = {
    format: header.format,
    ...header.frame,
    frames: header.frames,
    perceptualHash: score < minQualityScore ? null : dctHash(mini.luma),
    blockHash: blockHash(mini.luma),
    qualityScore: score,
    meanChroma: meanChroma(mini),
    rights: await readRights(header.metadata),
  }
  return { kind: 'open', facts, raster }
}

const failed = (code: ErrorCode, { format, frame }: Header): ImageFailure => ({
  kind: 'failed',
  code,
  facts: { format, ...frame },
})

async function decodeFrame(bytes: Buffer, header: Header, settings: DecodeSettings): Promise<Raster> {
  const { frame } = header
  const size = rasterSize(frame, settings.render)
  const ignoreIcc = header.isRgb && header.profile !== undefined && isPlainSrgb(header.profile)
  const limitInputPixels = frame.width * frame.height
  const pipeline = sharp(bytes, { failOn: 'warning', limitInputPixels, ignoreIcc })
    .autoOrient()
    .flatten({ background: settings.render.background })
    .toColourspace('srgb')
  if (size.width !== frame.width || size.height !== frame.height) {
    pipeline.resize(size.width, size.height, { fit: 'fill' })
  }
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  if (info.channels !== 3 || data.length !== info.width * info.height * 3) {
    throw new Error(`decoded to ${info.width}x${info.height}x${info.channels}`)
  }
  return { data, width: info.width, height: info.height }
}

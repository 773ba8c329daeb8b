/** Bytes to raster and fingerprints. Runs in a decoder process only. */
import type { ErrorCode } from '@gleaner/shared/errors'
import { qualityVersion } from '@gleaner/shared/quality'
import { queryForms } from '../look/forms.ts'
import { blockHash } from './block-hash.ts'
import { isCutShort } from './cut-short.ts'
import { dctHash, minQualityScore, qualityScore } from './dct-hash.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeFrame, type Pixels } from './decode-frame.ts'
import type { Decoded, DecodeSettings, ImageFailure } from './decoded.ts'
import type { FastJpeg } from './fast-jpeg.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Header, readHeader } from './header.ts'
import { isWithin, meanChroma, miniature } from './luma.ts'
import { qualityOf } from './quality.ts'
import { readRights } from './rights.ts'
import { sniff } from './sniff.ts'

/** A picture whose 64 × 64 miniature has no two values further apart shows nothing. */
const uniformRange = 2

/** What travels to the server about a picture; its pixels stay behind. */
export type PictureFacts = Omit<Decoded, 'kind' | 'render' | 'release'>

/** A picture in memory. */
export interface OpenPicture extends Pixels {
  readonly kind: 'open'
  readonly facts: PictureFacts
}

/**
 * Decodes a picture once, whole: what is cut off is cut off later, because skipped rows would hide a file that ends
 * early and would spoil the fingerprints.
 *
 * @param room - asked before any pixel is decoded, with the weight of the job in megapixels; decoding waits for it
 * @param fastJpeg - without it the image library does everything
 */
export async function openPicture(
  bytes: Buffer,
  settings: DecodeSettings,
  room: (weightMegapixels: number) => Promise<void>,
  fastJpeg?: FastJpeg,
): Promise<OpenPicture | ImageFailure> {
  const sniffed = await sniff(bytes)
  if (sniffed.kind === 'failed') return sniffed
  const header = await readHeader(bytes, sniffed.format, settings.accept)
  if (header.kind === 'failed') return header
  if (isCutShort(bytes, header.format)) return failed('IMAGE_TRUNCATED', header)
  await room(header.weightMegapixels)
  let pixels: Pixels
  try {
    pixels = await decodeFrame(bytes, header, settings.render, fastJpeg)
  } catch (error) {
    return decodeFailure(error, header.format, 'pixels', bytes)
  }
  const mini = miniature(pixels.raster)
  if (isWithin(mini, uniformRange)) return failed('IMAGE_UNIFORM', header)
  const score = qualityScore(mini.luma)
  const perceptualHash = score < minQualityScore ? null : dctHash(mini.luma)
  const { frame, layout } = header
  const fingerprint = fingerprintOf({ raster: pixels.raster, mini, frame, layout, perceptualHash })
  const facts: PictureFacts = {
    format: header.format,
    ...frame,
    frames: header.frames,
    perceptualHash,
    fingerprint,
    queryForms: queryForms(fingerprint),
    blockHash: blockHash(mini.luma),
    qualityScore: score,
    quality: { version: qualityVersion, scores: qualityOf(pixels.raster, mini) },
    meanChroma: meanChroma(mini),
    rights: await readRights(header.metadata),
  }
  return { kind: 'open', facts, ...pixels }
}

const failed = (code: ErrorCode, { format, frame }: Header): ImageFailure => ({
  kind: 'failed',
  code,
  facts: { format, ...frame },
})

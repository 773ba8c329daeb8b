/** The perceptual hash that decides about near-duplicates, and how far it can be trusted. */

import type { PerceptualHash } from '@gleaner/shared/hash'
import { perceptualHashFromBytes } from '@gleaner/shared/hash'
import { frequencies } from '../look/frequencies.ts'
import { bitsOf, spectrumOf } from '../look/spectrum.ts'
import { miniatureSide } from './luma.ts'

const side = miniatureSide

/** Below this quality two different pictures may well share a hash, so none is given. */
export const minQualityScore = 50

/** For each sample of a line, its weights in the lowest functions of the orthonormal DCT-II over 64 samples. */
const basis = Float64Array.from({ length: frequencies * side }, (_, at) => {
  const frequency = at % frequencies
  const sample = Math.floor(at / frequencies)
  return (
    Math.sqrt((frequency === 0 ? 1 : 2) / side) *
    Math.cos((Math.PI * frequency * (2 * sample + 1)) / (2 * side))
  )
})

/**
 * 256-bit DCT hash: one bit for each of the 16 × 16 lowest frequencies, row and column 0 included, set where the
 * coefficient lies above the median of all.
 *
 * @param luma - 64 × 64 values, row-major
 * @returns row-major (vertical frequency first), the constant term in the most significant bit
 */
export const dctHash = (luma: Float64Array): PerceptualHash =>
  perceptualHashFromBytes(bitsOf(spectrumOf(luma, { across: basis, down: basis, first: 'across' })))

/**
 * PDQ's quality number: how much the picture changes from cell to cell.
 *
 * @param luma - 64 × 64 values 0 to 255, row-major
 * @returns whole number, 0 (flat) to 100
 * @see facebook/ThreatExchange, pdq/cpp/hashing, `pdqImageDomainQualityMetric`
 */
export function qualityScore(luma: Float64Array): number {
  let sum = 0
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const here = luma[y * side + x] as number
      if (y + 1 < side) sum += step(here, luma[(y + 1) * side + x] as number)
      if (x + 1 < side) sum += step(here, luma[y * side + x + 1] as number)
    }
  }
  return Math.min(100, Math.floor(sum / 90))
}

const step = (a: number, b: number) => Math.floor((Math.abs(a - b) * 100) / 255)

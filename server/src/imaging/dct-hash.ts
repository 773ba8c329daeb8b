/** The perceptual hash that decides about near-duplicates, and how far it can be trusted. */

import type { PerceptualHash } from '@gleaner/shared/hash'
import { perceptualHashFromBytes } from '@gleaner/shared/hash'
import { miniatureSide } from './luma.ts'

const side = miniatureSide
const frequencies = 16

/** Below this quality two different pictures may well share a hash, so none is given. */
export const minQualityScore = 50

/** Row f holds the f-th basis function of the orthonormal DCT-II over 64 samples. */
const basis = Float64Array.from({ length: frequencies * side }, (_, at) => {
  const frequency = Math.floor(at / side)
  const sample = at % side
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
export function dctHash(luma: Float64Array): PerceptualHash {
  const coefficients = lowFrequencies(luma)
  const sorted = coefficients.slice().sort()
  const half = sorted.length / 2
  const median = ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
  const bytes = new Uint8Array(coefficients.length / 8)
  for (let at = 0; at < coefficients.length; at++) {
    if ((coefficients[at] as number) > median) {
      bytes[at >>> 3] = (bytes[at >>> 3] as number) | (0x80 >>> (at & 7))
    }
  }
  return perceptualHashFromBytes(bytes)
}

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

function lowFrequencies(luma: Float64Array): Float64Array {
  const rows = new Float64Array(side * frequencies)
  for (let y = 0; y < side; y++) {
    for (let f = 0; f < frequencies; f++) {
      let sum = 0
      for (let x = 0; x < side; x++) sum += (luma[y * side + x] as number) * (basis[f * side + x] as number)
      rows[y * frequencies + f] = sum
    }
  }
  const coefficients = new Float64Array(frequencies * frequencies)
  for (let v = 0; v < frequencies; v++) {
    for (let y = 0; y < side; y++) {
      const weight = basis[v * side + y] as number
      for (let u = 0; u < frequencies; u++) {
        const at = v * frequencies + u
        coefficients[at] = (coefficients[at] as number) + weight * (rows[y * frequencies + u] as number)
      }
    }
  }
  return coefficients
}

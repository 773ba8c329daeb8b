import { hammingDistance, perceptualHashToWords, popCount } from '@gleaner/shared/hash'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockHash } from './block-hash.ts'
import { dctHash, qualityScore } from './dct-hash.ts'

/** A made-up scene: a few soft waves and some grain, so that no two frequencies weigh the same; chosen by the seed. */
function scene(seed: number): Float64Array {
  const part = (n: number) => {
    const noise = Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453
    return noise - Math.floor(noise)
  }
  const luma = Float64Array.from({ length: 64 * 64 }, (_, at) => 125 + 6 * part(at + 1_000))
  for (let n = 0; n < 24; n++) {
    const [u, v, shift] = [Math.floor(part(n) * 14), Math.floor(part(n + 100) * 14), 2 * part(n + 200)]
    const height = 20 * part(n + 300)
    for (let at = 0; at < luma.length; at++) {
      const phase = (u * (at % 64) + v * Math.floor(at / 64)) / 64 + shift
      luma[at] = (luma[at] ?? 0) + height * Math.cos(Math.PI * phase)
    }
  }
  return luma
}

const anySeed = fc.integer({ min: 1, max: 1_000_000 })

/** The definition written down once more, the slow way: '1' where a coefficient lies above the median. */
function plainDctBits(luma: Float64Array): string {
  const wave = Array.from({ length: 16 }, (_, f) =>
    Array.from(
      { length: 64 },
      (_, at) => Math.cos((Math.PI * f * (2 * at + 1)) / 128) * (f ? Math.SQRT2 : 1),
    ),
  )
  const coefficients = Array.from({ length: 256 }, (_, at) =>
    luma.reduce((sum, value, cell) => {
      return sum + value * (wave[at >> 4]?.[cell >> 6] ?? 0) * (wave[at & 15]?.[cell & 63] ?? 0)
    }, 0),
  )
  const sorted = coefficients.toSorted((a, b) => a - b)
  const median = ((sorted[127] ?? 0) + (sorted[128] ?? 0)) / 2
  return coefficients.map(coefficient => (coefficient > median ? '1' : '0')).join('')
}

test('agrees with the definition', () => {
  for (const seed of [7, 8, 9]) {
    const words = [...perceptualHashToWords(dctHash(scene(seed)))]
    expect(words.map(word => word.toString(2).padStart(32, '0')).join('')).toBe(plainDctBits(scene(seed)))
  }
})

test('half of the bits are set', () => {
  fc.assert(
    fc.property(anySeed, seed => {
      const bits = perceptualHashToWords(dctHash(scene(seed))).reduce((sum, word) => sum + popCount(word), 0)
      expect(bits).toBe(128)
    }),
  )
})

test('does not change with brightness and contrast', () => {
  fc.assert(
    fc.property(
      anySeed,
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      fc.integer({ min: -50, max: 50 }),
      (seed, gain, shift) => {
        const luma = scene(seed)
        expect(
          hammingDistance(dctHash(luma), dctHash(luma.map(value => value * gain + shift))),
        ).toBeLessThanOrEqual(2)
      },
    ),
  )
})

test('a mirrored picture turns over every second column of frequencies', () => {
  const luma = scene(3)
  const mirrored = luma.map((_, at) => luma[at - (at % 64) + 63 - (at % 64)] ?? 0)
  const [a, b] = [perceptualHashToWords(dctHash(luma)), perceptualHashToWords(dctHash(mirrored))]
  const even = [...a].reduce((sum, word, at) => sum + popCount((word ^ (b[at] ?? 0)) & 0xaaaaaaaa), 0)
  const odd = [...a].reduce((sum, word, at) => sum + popCount((word ^ (b[at] ?? 0)) & 0x55555555), 0)
  expect(even).toBeLessThanOrEqual(16)
  expect(odd).toBeGreaterThanOrEqual(112)
})

test('different scenes are far apart', () => {
  fc.assert(
    fc.property(anySeed, anySeed, (a, b) => {
      fc.pre(a !== b)
      expect(hammingDistance(dctHash(scene(a)), dctHash(scene(b)))).toBeGreaterThan(64)
    }),
  )
})

test('quality is nothing for a flat picture, little for a gradient, full for a busy one', () => {
  expect(qualityScore(new Float64Array(4096).fill(77))).toBe(0)
  expect(qualityScore(Float64Array.from({ length: 4096 }, (_, at) => (at % 64) * 2))).toBe(0)
  expect(qualityScore(Float64Array.from({ length: 4096 }, (_, at) => ((at + (at >> 6)) % 2) * 255))).toBe(100)
  expect(qualityScore(Float64Array.from({ length: 4096 }, (_, at) => (at % 64 < 32 ? 0 : 255)))).toBe(71)
})

test('the block hash compares blocks with the median of their band, by the core of image-hash', () => {
  const left = Float64Array.from({ length: 4096 }, (_, at) => (at % 64 < 32 ? 200 : 20))
  expect(blockHash(left)).toBe('ff00'.repeat(16))
})

test('a flat picture has no block hash', () => {
  expect(blockHash(new Float64Array(4096).fill(255))).toBeNull()
  expect(blockHash(new Float64Array(4096).fill(10))).toBeNull()
})

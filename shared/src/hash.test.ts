import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  hammingDistance,
  isPerceptualHash,
  perceptualHashBits,
  perceptualHashFromBytes,
  perceptualHashFromWords,
  perceptualHashToBytes,
  perceptualHashToWords,
  popCount,
} from './hash.ts'

const anyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const anyHash = anyBytes.map(perceptualHashFromBytes)
const anyBits = fc.uniqueArray(fc.integer({ min: 0, max: perceptualHashBits - 1 }), { maxLength: 256 })

/** The same hash with the named bits turned over, bit 0 the most significant. */
function turned(bytes: Uint8Array, bits: readonly number[]) {
  const copy = Uint8Array.from(bytes)
  for (const bit of bits) copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (0x80 >>> (bit & 7))
  return perceptualHashFromBytes(copy)
}

test('hammingDistance is a metric', () => {
  fc.assert(
    fc.property(anyHash, anyHash, anyHash, (a, b, c) => {
      expect(hammingDistance(a, a)).toBe(0)
      expect(hammingDistance(a, b) === 0).toBe(a === b)
      expect(hammingDistance(a, b)).toBe(hammingDistance(b, a))
      expect(hammingDistance(a, c)).toBeLessThanOrEqual(hammingDistance(a, b) + hammingDistance(b, c))
    }),
  )
})

test('hammingDistance counts exactly the bits turned over', () => {
  fc.assert(
    fc.property(anyBytes, anyBits, (bytes, bits) => {
      expect(hammingDistance(perceptualHashFromBytes(bytes), turned(bytes, bits))).toBe(bits.length)
    }),
  )
})

test('hex, bytes and words are forms of the same hash', () => {
  fc.assert(
    fc.property(anyBytes, bytes => {
      const hash = perceptualHashFromBytes(bytes)
      expect(isPerceptualHash(hash)).toBe(true)
      expect(perceptualHashToBytes(hash)).toEqual(bytes)
      expect(perceptualHashFromWords(perceptualHashToWords(hash))).toBe(hash)
    }),
  )
})

test('the first byte holds the most significant bits', () => {
  const hash = perceptualHashFromBytes(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 0x81 : 0)))
  expect(hash.slice(0, 8)).toBe('81000000')
  expect(perceptualHashToWords(hash)[0]).toBe(0x81000000)
})

test('anything but 256 bits is refused', () => {
  expect(() => perceptualHashFromBytes(new Uint8Array(31))).toThrow(RangeError)
  expect(() => perceptualHashFromWords(new Uint32Array(9))).toThrow(RangeError)
  expect(isPerceptualHash('0'.repeat(63))).toBe(false)
  expect(isPerceptualHash('G'.repeat(64))).toBe(false)
})

test('popCount agrees with counting digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), word => {
      expect(popCount(word)).toBe(word.toString(2).replaceAll('0', '').length)
    }),
  )
})

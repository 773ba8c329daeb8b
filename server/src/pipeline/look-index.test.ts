import type { PerceptualHash } from '@gleaner/shared/hash'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Look, LookIndex } from './look-index.ts'
import { createLookIndex } from './look-index.ts'

const hexDigit = fc.integer({ min: 0, max: 15 }).map(value => value.toString(16))
const anyHash = fc
  .array(hexDigit, { minLength: 64, maxLength: 64 })
  .map(digits => digits.join('') as PerceptualHash)

/** A few hashes and many that differ from one of them in a handful of bits, so that every radius finds some. */
const relatedHashes = fc
  .tuple(
    fc.array(anyHash, { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 110 })), {
      maxLength: 40,
    }),
  )
  .map(([bases, edits]) => [
    ...bases,
    ...edits.map(([base, bits]) => flip(bases[base % bases.length] ?? ('' as PerceptualHash), bits)),
  ])

function flip(perceptualHash: PerceptualHash, bits: readonly number[]): PerceptualHash {
  const flipped = bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(`0x${perceptualHash}`))
  return flipped.toString(16).padStart(64, '0') as PerceptualHash
}

/** The slow and obvious way. */
function distance(a: PerceptualHash, b: PerceptualHash): number {
  const differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  return differing.toString(2).replaceAll('0', '').length
}

const look = (imageId: string, perceptualHash: PerceptualHash): Look => ({
  imageId,
  perceptualHash,
  meanChroma: [0, 0],
  isThumbnail: false,
})

const found = (index: LookIndex, wanted: PerceptualHash, radiusBits: number) =>
  index.within(wanted, radiusBits).map(match => `${match.distanceBits} ${match.look.imageId}`)

function expected(held: ReadonlyMap<string, PerceptualHash>, wanted: PerceptualHash, radiusBits: number) {
  return [...held]
    .map(([imageId, perceptualHash]) => ({ imageId, distanceBits: distance(wanted, perceptualHash) }))
    .filter(match => match.distanceBits <= radiusBits)
    .sort((a, b) => a.distanceBits - b.distanceBits || (a.imageId < b.imageId ? -1 : 1))
    .map(match => `${match.distanceBits} ${match.imageId}`)
}

test('finds exactly what comparing every pair finds', () => {
  fc.assert(
    fc.property(relatedHashes, anyHash, fc.integer({ min: 0, max: 256 }), (hashes, stranger, radiusBits) => {
      const held = new Map(hashes.map((perceptualHash, number) => [`image${number}`, perceptualHash]))
      const index = createLookIndex([...held].map(([imageId, hash]) => look(imageId, hash)))
      for (const wanted of [...hashes, stranger]) {
        expect(found(index, wanted, radiusBits)).toEqual(expected(held, wanted, radiusBits))
      }
    }),
  )
})

test('keeps in step with pictures added, replaced and removed', () => {
  const step = fc.record({ imageId: fc.constantFrom('a', 'b', 'c', 'd', 'e'), hash: fc.option(anyHash) })
  fc.assert(
    fc.property(fc.array(step, { size: 'max', maxLength: 60 }), anyHash, (steps, wanted) => {
      const held = new Map<string, PerceptualHash>()
      const index = createLookIndex()
      for (const { imageId, hash } of steps) {
        if (hash) {
          index.put(look(imageId, hash))
          held.set(imageId, hash)
        } else {
          expect(index.remove(imageId)).toBe(held.delete(imageId))
        }
        expect(index.has(imageId)).toBe(held.has(imageId))
      }
      expect(index.size).toBe(held.size)
      expect(found(index, wanted, 256)).toEqual(expected(held, wanted, 256))
    }),
  )
})

test('grows past the room it starts with', () => {
  const hashes = Array.from({ length: 3000 }, (_, number) =>
    flip('0'.repeat(64) as PerceptualHash, [number % 256]),
  )
  const index = createLookIndex(hashes.map((hash, number) => look(`image${number}`, hash)))
  expect(index.size).toBe(3000)
  expect(index.within('0'.repeat(64) as PerceptualHash, 1)).toHaveLength(3000)
})

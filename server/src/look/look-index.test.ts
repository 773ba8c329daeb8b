import type { PerceptualHash } from '@gleaner/shared/hash'
import { perceptualHashToWords, popCount } from '@gleaner/shared/hash'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Look, LookIndex } from './look-index.ts'
import { createLookIndex, lookIndexLimits } from './look-index.ts'

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

const zero = '0'.repeat(64) as PerceptualHash

/** @param bits - counted from the least significant */
function flip(perceptualHash: PerceptualHash, bits: readonly number[]): PerceptualHash {
  const flipped = bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(`0x${perceptualHash}`))
  return flipped.toString(16).padStart(64, '0') as PerceptualHash
}

/** The slow and obvious way. */
function distance(a: PerceptualHash, b: PerceptualHash): number {
  const differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  return differing.toString(2).replaceAll('0', '').length
}

const look = (seq: number, perceptualHash: PerceptualHash): Look => ({
  seq,
  perceptualHash,
  meanChroma: [seq / 2, -seq],
  isThumbnail: seq % 3 === 0,
})

function indexOf(hashes: readonly PerceptualHash[], limits = lookIndexLimits): LookIndex {
  const index = createLookIndex(limits)
  for (const [at, perceptualHash] of hashes.entries()) index.put(look(at + 1, perceptualHash))
  return index
}

const found = (index: LookIndex, wanted: readonly PerceptualHash[], radiusBits: number) =>
  index
    .within(wanted, radiusBits)
    .map(matches => matches.map(({ seq, distanceBits }) => `${distanceBits} ${seq}`))

function expected(held: ReadonlyMap<number, PerceptualHash>, wanted: PerceptualHash, radiusBits: number) {
  return [...held]
    .map(([seq, perceptualHash]) => ({ seq, distanceBits: distance(wanted, perceptualHash) }))
    .filter(match => match.distanceBits <= radiusBits)
    .sort((a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq)
    .map(match => `${match.distanceBits} ${match.seq}`)
}

test('finds exactly what comparing every pair finds, for one hash or several at once', () => {
  fc.assert(
    fc.property(relatedHashes, anyHash, fc.integer({ min: 0, max: 256 }), (hashes, stranger, radiusBits) => {
      const held = new Map(hashes.map((perceptualHash, at) => [at + 1, perceptualHash]))
      const index = indexOf(hashes)
      const wanted = [...hashes, stranger]
      const alone = wanted.map(perceptualHash => found(index, [perceptualHash], radiusBits)[0])
      expect(alone).toEqual(wanted.map(perceptualHash => expected(held, perceptualHash, radiusBits)))
      expect(found(index, wanted, radiusBits)).toEqual(alone)
    }),
  )
})

test('keeps in step with pictures added, replaced and removed', () => {
  const step = fc.record({ seq: fc.integer({ min: 1, max: 5 }), hash: fc.option(anyHash) })
  fc.assert(
    fc.property(fc.array(step, { size: 'max', maxLength: 60 }), anyHash, (steps, wanted) => {
      const held = new Map<number, PerceptualHash>()
      const index = createLookIndex()
      for (const { seq, hash } of steps) {
        if (hash) {
          index.put(look(seq, hash))
          held.set(seq, hash)
        } else {
          expect(index.remove(seq)).toBe(held.delete(seq))
        }
        expect(index.has(seq)).toBe(held.has(seq))
      }
      expect(index.size).toBe(held.size)
      expect(found(index, [wanted], 256)).toEqual([expected(held, wanted, 256)])
      const kept = index.within([wanted], 256)[0] ?? []
      expect(kept).toEqual(
        kept.map(({ seq, distanceBits }) => {
          const { meanChroma, isThumbnail } = look(seq, wanted)
          return { seq, distanceBits, meanChroma, isThumbnail }
        }),
      )
    }),
  )
})

test('holds more than one chunk of memory, and takes from the last what fills a gap in the first', () => {
  const hashes = Array.from({ length: 40_000 }, (_, at) => flip(zero, [at % 256, (at >> 8) % 256]))
  const index = indexOf(hashes)
  expect(index.size).toBe(40_000)
  expect(found(index, [zero], 2)[0]).toHaveLength(40_000)
  for (let seq = 1; seq <= 20_000; seq++) expect(index.remove(seq)).toBe(true)
  const left = new Map(hashes.map((hash, at) => [at + 1, hash] as const).filter(([seq]) => seq > 20_000))
  const wanted = flip(zero, [7, 78])
  expect(found(index, [wanted], 2)).toEqual([expected(left, wanted, 2)])
})

test('grows a chunk at a time and by more, and loses nothing', () => {
  const count = 150_000
  const hashOf = (seq: number) => seq.toString(16).padStart(64, '0') as PerceptualHash
  const index = createLookIndex()
  for (let seq = 1; seq <= count; seq++) index.put(look(seq, hashOf(seq)))
  const some = Array.from({ length: 50 }, (_, at) => 1 + at * 3_000).concat(count)
  expect(found(index, some.map(hashOf), 0)).toEqual(some.map(seq => [`0 ${seq}`]))
})

test('equals brute force on 10,000 random and planted queries', () => {
  let state = 1
  const bits = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state ^ (state >>> 15)
  }
  const random = () =>
    Array.from({ length: 8 }, () => (bits() >>> 0).toString(16).padStart(8, '0')).join('') as PerceptualHash
  const hashes = Array.from({ length: 500 }, random)
  const words = hashes.map(perceptualHashToWords)
  const index = indexOf(hashes)
  for (let query = 0; query < 10_000; query++) {
    const planted = hashes[query % hashes.length] ?? zero
    const edits = Array.from({ length: query % 70 }, () => bits() & 255)
    const wanted = query % 2 === 0 ? random() : flip(planted, edits)
    const asked = perceptualHashToWords(wanted)
    const near = words.flatMap((held, at) => {
      const distanceBits = held.reduce((sum, word, place) => sum + popCount(word ^ (asked[place] ?? 0)), 0)
      return distanceBits <= 64 ? [`${distanceBits} ${at + 1}`] : []
    })
    expect(found(index, [wanted], 64)[0]?.sort()).toEqual(near.sort())
  }
})

test('a large index passes over pictures whose low frequencies differ, at radii where that is safe', () => {
  const limits = { sketchFrom: 3, sketchBits: 20, sketchRadiusBits: 64 }
  // Rows of 16 bits, the lowest frequencies in the upper half of the first eight: bits 8 to 15 of 16, in the upper 128.
  const low = Array.from({ length: 64 }, (_, at) => 128 + Math.floor(at / 8) * 16 + 8 + (at % 8))
  const high = Array.from({ length: 256 }, (_, bit) => bit).filter(bit => !low.includes(bit))
  const hashes = [
    flip(zero, low.slice(0, 20)),
    flip(zero, low.slice(0, 21)),
    flip(zero, [...low.slice(0, 20), ...high.slice(0, 44)]),
    flip(zero, high.slice(0, 64)),
    flip(zero, high.slice(0, 65)),
  ]
  expect(found(indexOf(hashes, limits), [zero], 64)).toEqual([['20 1', '64 3', '64 4']])
  expect(found(indexOf(hashes, limits), [zero], 65)).toEqual([['20 1', '21 2', '64 3', '64 4', '65 5']])
  expect(found(indexOf(hashes.slice(0, 2), limits), [zero], 64)).toEqual([['20 1', '21 2']])
})

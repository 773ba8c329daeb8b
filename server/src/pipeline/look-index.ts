/** Finds the pictures of one dataset that look like a given one. */
import type { PerceptualHash } from '@gleaner/shared/hash'

/** What the index keeps about a picture beside its perceptual hash. */
export interface Look {
  readonly imageId: string
  readonly perceptualHash: PerceptualHash
  /** Mean chroma (Cb, Cr), each −128 to 127. */
  readonly meanChroma: readonly [cb: number, cr: number]
  readonly isThumbnail: boolean
}

export interface LookMatch {
  readonly look: Look
  /** Hamming distance of the two perceptual hashes, 0 to 256. */
  readonly distanceBits: number
}

export interface LookIndex {
  readonly size: number
  has(imageId: string): boolean
  /** Adds a picture, or replaces what was known under its id. */
  put(look: Look): void
  /** @returns whether the picture was there */
  remove(imageId: string): boolean
  /** @returns every picture at `radiusBits` or nearer, nearest first; equals are ordered by id */
  within(perceptualHash: PerceptualHash, radiusBits: number): LookMatch[]
}

const wordsPerHash = 8

/** Reads 64 hex digits into eight words, most significant first. */
function readWords(perceptualHash: PerceptualHash, into: Uint32Array, at: number): void {
  for (let word = 0; word < wordsPerHash; word++) {
    into[at + word] = Number.parseInt(perceptualHash.slice(word * 8, word * 8 + 8), 16)
  }
}

/** Counts the differing bits of two words, one count (0 to 4) in each of eight 4-bit fields. */
function differing(one: number, other: number): number {
  const bits = one ^ other
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  return (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
}

/** Adds up eight 4-bit fields: the counts of at most three words, so that no field overflows. */
function sum(counts: number): number {
  return Math.imul((counts & 0x0f0f0f0f) + ((counts >>> 4) & 0x0f0f0f0f), 0x01010101) >>> 24
}

/** @returns the Hamming distance of two hashes, or some number above `radiusBits` when it is above */
function distanceWithin(radiusBits: number, a: Uint32Array, at: number, b: Uint32Array): number {
  const word = (place: number) => differing(a[at + place] ?? 0, b[place] ?? 0)
  const first = sum(word(0) + word(1) + word(2)) + sum(word(3) + word(4))
  return first > radiusBits ? first : first + sum(word(5) + word(6) + word(7))
}

const nearestFirst = (a: LookMatch, b: LookMatch) =>
  a.distanceBits - b.distanceBits || (a.look.imageId < b.look.imageId ? -1 : 1)

/**
 * One flat array of 256-bit perceptual hashes, scanned from end to end. The answer is exact: a picture is passed over
 * only when the bits counted so far exceed the radius already, which five of its eight words tell 99 times in 100. (A
 * sketch of the low frequencies alone would tell faster, but may miss true pairs at radius 64, and pays off only from
 * some 200 000 pictures on.)
 *
 * The cost does not depend on the radius. Adding is a copy; removing moves the last entry into the gap.
 */
export function createLookIndex(looks: Iterable<Look> = []): LookIndex {
  let words = new Uint32Array(1024 * wordsPerHash)
  const entries: Look[] = []
  const places = new Map<string, number>()
  const wanted = new Uint32Array(wordsPerHash)

  const index: LookIndex = {
    get size() {
      return entries.length
    },
    has: imageId => places.has(imageId),
    put(look) {
      const place = places.get(look.imageId) ?? entries.length
      if ((place + 1) * wordsPerHash > words.length) {
        const wider = new Uint32Array(words.length * 2)
        wider.set(words)
        words = wider
      }
      readWords(look.perceptualHash, words, place * wordsPerHash)
      entries[place] = look
      places.set(look.imageId, place)
    },
    remove(imageId) {
      const place = places.get(imageId)
      if (place === undefined) return false
      places.delete(imageId)
      const last = entries.pop()
      if (last && place < entries.length) {
        entries[place] = last
        places.set(last.imageId, place)
        const from = entries.length * wordsPerHash
        words.copyWithin(place * wordsPerHash, from, from + wordsPerHash)
      }
      return true
    },
    within(perceptualHash, radiusBits) {
      readWords(perceptualHash, wanted, 0)
      const found: LookMatch[] = []
      for (let place = 0; place < entries.length; place++) {
        const distanceBits = distanceWithin(radiusBits, words, place * wordsPerHash, wanted)
        const look = entries[place]
        if (distanceBits <= radiusBits && look) found.push({ look, distanceBits })
      }
      return found.sort(nearestFirst)
    },
  }
  for (const look of looks) index.put(look)
  return index
}

/** Finds the pictures of one dataset that look like given ones. */
import { heldFormBytes } from './fingerprint.ts'
import { type Pass, passesOf, type Sketches, type WantedForm } from './passes.ts'
import { createPlaces, type Places, type Row } from './places.ts'
import { chunkForms, createScanMemory, type Found, hashBytes, type ScanMemory } from './scan.ts'

export type { Sketches, WantedForm } from './passes.ts'

/** A held form near a wanted one. */
export interface Proposal {
  /** Number of the picture. */
  readonly seq: number
  /** Place of the wanted form in the query. */
  readonly form: number
  readonly heldKind: number
  /** Hamming distance of the two perceptual hashes, 0 to 256. */
  readonly distanceBits: number
}

/** Pictures are known by their number in the dataset: from 1 up, at most 2^31 − 1, with few gaps. */
export interface LookIndex {
  /** Held forms of all pictures. */
  readonly forms: number
  /** Bytes of memory. */
  readonly sizeBytes: number
  has(seq: number): boolean
  /**
   * Adds a picture, or replaces what was known under its number.
   *
   * @param heldForms - 33 bytes each: kind 0 to 15, perceptual hash; with none, the picture is not known any more
   * @returns false when just this was known already; then nothing is moved
   */
  put(seq: number, heldForms: Uint8Array): boolean
  /** @returns whether the picture was there */
  remove(seq: number): boolean
  /**
   * Asked for several pictures at once, memory is read once for all of them.
   *
   * @returns for each query every held form within the radius of a wanted one of a fitting kind, nearest first; equals
   *   are ordered by number of the picture, wanted form, held kind
   */
  within(queries: readonly (readonly WantedForm[])[]): Proposal[][]
  /** What {@link LookIndex.within} does, a part of the memory at a time. */
  search(queries: readonly (readonly WantedForm[])[]): Search
  /** For what writes and reads the index as a whole; nobody else. */
  readonly inside: { readonly memory: ScanMemory; readonly places: Places }
}

/** A search under way. Pictures put or removed meanwhile may be found or not. */
export interface Search {
  /**
   * Compares with the next held forms.
   *
   * @returns whether it is through
   */
  readonly step: () => boolean
  /** @returns as {@link LookIndex.within}, of what was compared so far */
  readonly found: () => Proposal[][]
}

export interface LookIndexLimits {
  /** From so many held forms of a kind on, only those with a near sketch are compared in full. */
  readonly sketchFrom: number
  /** So many held forms of a kind are put on shelves, by six more bits: most of them are passed over. */
  readonly shelveFrom: number
  /**
   * How far apart those of a true pair may be, by radius, in ascending order. Above the last radius, true pairs would be
   * lost: everything is compared.
   */
  readonly sketches: readonly Sketches[]
}

const nearness = { lowBits: 15, leadBits: 2, turnedLeadBits: 1 } as const
const turnedOnShelf = { bits: 2, sketchBits: 18 } as const

/**
 * Of 28,378 near forms of edited copies of photos none had sketches more than 20 bits apart, and 135 had leads further apart
 * than this, or 109 with the bits of the shelf; of 15,702 pairs ten were found by no other of their forms, or four. One group of
 * strangers in seven has as near a lead, and one in 23 where only one bit may differ; on shelves one in 30, and in 100.
 */
export const lookIndexLimits: LookIndexLimits = {
  sketchFrom: 5_000,
  shelveFrom: 131_072,
  sketches: [
    { radiusBits: 72, sketchBits: 20, ...nearness, onShelf: { bits: 3, sketchBits: 19 }, turnedOnShelf },
    { radiusBits: 80, sketchBits: 21, ...nearness, onShelf: { bits: 3, sketchBits: 21 }, turnedOnShelf },
  ],
}

const nearestFirst = (a: Proposal, b: Proposal) =>
  a.distanceBits - b.distanceBits || a.seq - b.seq || a.form - b.form || a.heldKind - b.heldKind

/**
 * One flat memory of 256-bit perceptual hashes, those of each kind in chunks of their own, in order of the bits that copies
 * change least: most of it is passed over. Nothing is an object of its own: a held form takes about 50 bytes.
 *
 * The cost does not depend on the radius. Adding is a copy; removing moves the last form of the kind into the gap.
 */
export function createLookIndex(limits: LookIndexLimits = lookIndexLimits): LookIndex {
  const memory = createScanMemory()
  const places = createPlaces(memory, limits.shelveFrom)

  const search = (queries: readonly (readonly WantedForm[])[]): Search => {
    const found = queries.map((): Proposal[] => [])
    const passes = passesOf(queries, limits.sketches)
    const isSketched = passes.map(
      ({ kind, maySketch }) => maySketch && places.countOf(kind) >= limits.sketchFrom,
    )
    const next = { pass: 0, row: 0, chunk: 0 }
    const scan = ({ kind, asks, wanted }: Pass, { shelf, count, chunks }: Row) => {
      const at = chunks[next.chunk] ?? 0
      const some = Math.min(chunkForms, count - next.chunk * chunkForms)
      const note: Found = (place, number, distanceBits) => {
        const ask = asks[number]
        const seq = places.seqAt(at * chunkForms + place)
        if (ask && seq > 0) found[ask.query]?.push({ seq, form: ask.form, heldKind: kind, distanceBits })
      }
      memory.want(wanted)
      if (isSketched[next.pass]) memory.scanSketches(at, some, shelf, note)
      else memory.scan(at, some, note)
      next.chunk += 1
    }
    return {
      step: () => {
        for (let pass = passes[next.pass]; pass; pass = passes[next.pass]) {
          const row = places.rowsOf(pass.kind)[next.row]
          if (row && next.chunk * chunkForms < row.count) {
            scan(pass, row)
            return false
          }
          if (!row) next.pass += 1
          next.row = row ? next.row + 1 : 0
          next.chunk = 0
        }
        return true
      },
      found: () => {
        for (const proposals of found) proposals.sort(nearestFirst)
        return found
      },
    }
  }

  return {
    get forms() {
      return places.count()
    },
    get sizeBytes() {
      return memory.sizeBytes() + places.sizeBytes()
    },
    has: places.has,
    put(seq, heldForms) {
      if (isSame(places.formsOf(seq), heldForms)) return false
      places.remove(seq)
      for (let at = 0; at + heldFormBytes <= heldForms.length; at += heldFormBytes) {
        places.add(seq, heldForms[at] ?? 0, heldForms.subarray(at + 1, at + heldFormBytes))
      }
      return true
    },
    remove: places.remove,
    within(queries) {
      const whole = search(queries)
      while (!whole.step());
      return whole.found()
    },
    search,
    inside: { memory, places },
  }
}

/** Perceptual hashes as numbers, by the query: the same one is asked about every picture that comes meanwhile. */
const wordsOfQueries = new WeakMap<readonly WantedForm[], Int32Array>()
const hashWords = hashBytes / Int32Array.BYTES_PER_ELEMENT

function wordsOf(query: readonly WantedForm[]): Int32Array {
  const known = wordsOfQueries.get(query)
  if (known) return known
  const bytes = new Uint8Array(query.length * hashBytes)
  for (const [form, { bits }] of query.entries()) bytes.set(bits, form * hashBytes)
  const words = new Int32Array(bytes.buffer)
  wordsOfQueries.set(query, words)
  return words
}

const heldBytes = new Uint8Array(hashBytes)
const heldWords = new Int32Array(heldBytes.buffer)

/** Hamming distance of the held words from those that begin at a place. */
function distanceFrom(words: Int32Array, start: number): number {
  // Of each byte how many bits differ, in all words: at most 64.
  let sums = 0
  for (let at = 0; at < hashWords; at++) {
    let bits = (words[start + at] ?? 0) ^ (heldWords[at] ?? 0)
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    sums += (bits + (bits >>> 4)) & 0x0f0f0f0f
  }
  return (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24)
}

/**
 * What an index finds, of one picture alone.
 *
 * @param query - not to be changed afterwards
 * @param heldForms - as in {@link LookIndex.put}
 */
export function nearForms(query: readonly WantedForm[], seq: number, heldForms: Uint8Array): Proposal[] {
  const found: Proposal[] = []
  const words = wordsOf(query)
  for (let at = 0; at + heldFormBytes <= heldForms.length; at += heldFormBytes) {
    const heldKind = heldForms[at] ?? 0
    for (let byte = 0; byte < hashBytes; byte++) heldBytes[byte] = heldForms[at + 1 + byte] ?? 0
    for (let form = 0; form < query.length; form++) {
      const wanted = query[form]
      if (!wanted?.among.includes(heldKind)) continue
      const distanceBits = distanceFrom(words, form * hashWords)
      if (distanceBits <= wanted.radiusBits) found.push({ seq, form, heldKind, distanceBits })
    }
  }
  return found.sort(nearestFirst)
}

/** Whether these are the very forms, each of them once. */
function isSame(known: Iterable<readonly [kind: number, bits: Uint8Array]>, heldForms: Uint8Array): boolean {
  const wanted = Buffer.from(heldForms.buffer, heldForms.byteOffset, heldForms.length)
  let forms = 0
  for (const [kind, bits] of known) {
    let at = 0
    while (
      at < wanted.length &&
      !(wanted[at] === kind && wanted.subarray(at + 1, at + heldFormBytes).equals(bits))
    ) {
      at += heldFormBytes
    }
    if (at >= wanted.length) return false
    forms += 1
  }
  return forms * heldFormBytes === wanted.length
}

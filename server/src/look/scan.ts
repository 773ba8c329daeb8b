/**
 * The memory perceptual hashes are searched in, and the loops that search it. The loops are `scan.wat`; a test compiles
 * that text and compares it with the bytes below.
 */

/** Hashes in one chunk of memory. */
export const chunkHashes = 16_384
/** Bytes of a 256-bit hash. */
export const hashBytes = 32
/** Wanted hashes that one pass over the memory compares with. */
export const mostWanted = 64

/** The module, in base64. */
export const compiledScan =
  'AGFzbQEAAAABHgRgAn9/AX9gBX9/f39/AX9gBH9/f38Bf2ADf39/AAMGBQABAgIDBQMBABEHKQQGbWVtb3J5AgAEc2NhbgACDHNjYW5T' +
  'a2V0Y2hlcwADBnNrZXRjaAAECp4IBToAIAApAwAgASkDkAKFeyAAKQMIIAEpA5gChXt8IAApAxAgASkDoAKFeyAAKQMYIAEpA6gChXt8' +
  'fKcLOgEBfyAAIAFBBXRqIAIQACEFIAUgAigCsAJLBEAgBA8LIAQgAUEIdCADcjYCACAEIAU2AgQgBEEIagtcAQN/QYCABCEGA0AgASAC' +
  'SQRAQQAhBEEAIQUDQCAAQYCACGogASAFIAQgBhABIQYgBUGAA2ohBSAEQQFqIQQgBCADSQ0ACyABQQFqIQEMAQsLIAZBgIAEa0EDdgu6' +
  'BQIFfxF7QYCABCEGA0AgASACSQRAIAAgAWohByAH/QAEACEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEKIAlBBP1tIQsgB/0ABICAASEJ' +
  'IAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEMIAlBBP1tIQ0gB/0ABICAAiEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEOIAlBBP1tIQ8gB/0A' +
  'BICAAyEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEQIAlBBP1tIREgB/0ABICABCEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiESIAlBBP1t' +
  'IRMgB/0ABICABSEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEUIAlBBP1tIRUgB/0ABICABiEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEW' +
  'IAlBBP1tIRcgB/0ABICAByEJIAn9DA8PDw8PDw8PDw8PDw8PDw/9TiEYIAlBBP1tIRlBACEEQQAhBQNAIAX9AAQAIAr9gAIgBf0ABBAg' +
  'C/2AAv1uIAX9AAQgIAz9gAIgBf0ABDAgDf2AAv1u/W4gBf0ABEAgDv2AAiAF/QAEUCAP/YAC/W4gBf0ABGAgEP2AAiAF/QAEcCAR/YAC' +
  '/W79bv1uIAX9AASAASAS/YACIAX9AASQASAT/YAC/W4gBf0ABKABIBT9gAIgBf0ABLABIBX9gAL9bv1uIAX9AATAASAW/YACIAX9AATQ' +
  'ASAX/YAC/W4gBf0ABOABIBj9gAIgBf0ABPABIBn9gAL9bv1u/W79biAF/QAEgAL9Jv1kIQggCARAA0AgASAIaGohByAHIAJJBEAgAEGA' +
  'gAhqIAcgBSAEIAYQASEGCyAIIAhBAWtxIggNAAsLIAVBgANqIQUgBEEBaiEEIAQgA0kNAAsgAUEQaiEBDAELCyAGQYCABGtBA3YLjAEB' +
  'An8DQCABIAJJBEAgAEGAgAhqIAFBBXRqIQMgACABaiEEIAQgAy0AADoAACAEIAMtAAI6AICAASAEIAMtAAQ6AICAAiAEIAMtAAY6AICA' +
  'AyAEIAMtAAg6AICABCAEIAMtAAo6AICABSAEIAMtAAw6AICABiAEIAMtAA46AICAByABQQFqIQEMAQsLCw=='

/** What `scan.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly scan: (chunk: number, from: number, end: number, forms: number) => number
  readonly scanSketches: (chunk: number, from: number, end: number, forms: number) => number
  readonly sketch: (chunk: number, from: number, end: number) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536
const sketchBytes = 8
const matchesAt = pageBytes
const mostMatches = 131_072
const chunksAt = 17 * pageBytes
const chunkBytes = chunkHashes * (sketchBytes + hashBytes)

/** Where things of a wanted hash are, from the start of its 384 bytes. */
const wantedBytes = 384
const limitAt = 256
const wantedHashAt = 272
const radiusAt = 304

/** In how many bits do two values of four bits differ: of `a` and `b`, at `a * 16 + b`. */
const nibbleDistances = Uint8Array.from({ length: 256 }, (_, at) => {
  const differing = (at >> 4) ^ (at & 15)
  return (differing & 1) + ((differing >> 1) & 1) + ((differing >> 2) & 1) + (differing >> 3)
})

const scanModule = new WebAssembly.Module(Buffer.from(compiledScan, 'base64'))

export interface Wanted {
  /** 32 bytes, most significant bit first. */
  readonly bits: Uint8Array
  readonly radiusBits: number
}

/** Called with the place in the chunk, the place among the wanted hashes, and the Hamming distance. */
export type Found = (place: number, wanted: number, distanceBits: number) => void

export interface ScanMemory {
  /** Makes room for so many chunks; what is there stays. */
  readonly reserve: (chunks: number) => void
  /** Bytes of memory, for hashes or not. */
  readonly sizeBytes: () => number
  /** Writes a hash of 32 bytes. */
  readonly write: (chunk: number, place: number, bits: Uint8Array) => void
  readonly copy: (
    from: readonly [chunk: number, place: number],
    to: readonly [chunk: number, place: number],
  ) => void
  /** The first hashes of a chunk as they lie in memory, valid until more is reserved. */
  readonly hashes: (chunk: number, count: number) => Uint8Array
  /** One hash as it lies in memory, valid until more is reserved. */
  readonly hash: (chunk: number, place: number) => Uint8Array
  /** To be called when hashes were written through {@link ScanMemory.hashes}. */
  readonly written: (chunk: number, count: number) => void
  /**
   * What {@link ScanMemory.scan} compares with from now on. Costs nothing when it is the very list that was asked for last.
   *
   * @param wanted - 1 to {@link mostWanted}; not to be changed
   * @param sketchBits - hashes whose sketches are further apart are passed over, 0 to 64
   */
  readonly want: (wanted: readonly Wanted[], sketchBits: number) => void
  /**
   * Compares the first hashes of a chunk with the wanted ones.
   *
   * @param count - 0 to {@link chunkHashes}
   */
  readonly scan: (chunk: number, count: number, isSketched: boolean, found: Found) => void
}

export function createScanMemory(): ScanMemory {
  const { memory, scan, scanSketches, sketch } = new WebAssembly.Instance(scanModule).exports as Exports
  // Growing the memory gives it another buffer and leaves this one empty.
  let bytes = new Uint8Array(memory.buffer)
  let matches = new Uint32Array(memory.buffer, matchesAt, mostMatches * 2)
  let known: readonly Wanted[] = []

  const chunkAt = (chunk: number) => chunksAt + chunk * chunkBytes
  const hashAt = (chunk: number, place: number) =>
    chunkAt(chunk) + chunkHashes * sketchBytes + place * hashBytes

  const wantOne = (number: number, { bits, radiusBits }: Wanted, sketchBits: number) => {
    const at = number * wantedBytes
    for (let table = 0; table < 2 * sketchBytes; table++) {
      // Bytes 0, 2, 4 to 14 of the hash, the lower half of each first.
      const byte = bits[table & ~1] ?? 0
      const nibble = table % 2 === 0 ? byte & 15 : byte >> 4
      for (let value = 0; value < 16; value++) {
        bytes[at + table * 16 + value] = nibbleDistances[nibble * 16 + value] ?? 0
      }
    }
    bytes.fill(sketchBits + 1, at + limitAt, at + limitAt + 16)
    bytes.set(bits, at + wantedHashAt)
    new DataView(memory.buffer).setInt32(at + radiusAt, radiusBits, true)
  }

  return {
    reserve: chunks => {
      const missing = chunkAt(chunks) - bytes.length
      if (missing <= 0) return
      memory.grow(missing / pageBytes)
      bytes = new Uint8Array(memory.buffer)
      matches = new Uint32Array(memory.buffer, matchesAt, mostMatches * 2)
    },
    sizeBytes: () => bytes.length,
    write: (chunk, place, bits) => {
      bytes.set(bits, hashAt(chunk, place))
      sketch(chunkAt(chunk), place, place + 1)
    },
    copy: (from, to) => {
      const at = hashAt(...from)
      bytes.copyWithin(hashAt(...to), at, at + hashBytes)
      sketch(chunkAt(to[0]), to[1], to[1] + 1)
    },
    hashes: (chunk, count) => bytes.subarray(hashAt(chunk, 0), hashAt(chunk, count)),
    hash: (chunk, place) => bytes.subarray(hashAt(chunk, place), hashAt(chunk, place + 1)),
    written: (chunk, count) => sketch(chunkAt(chunk), 0, count),
    want: (wanted, sketchBits) => {
      if (wanted === known) return
      for (const [number, each] of wanted.entries()) wantOne(number, each, sketchBits)
      known = wanted
    },
    scan: (chunk, count, isSketched, found) => {
      const pass = isSketched ? scanSketches : scan
      // As many places at a time as there is room for, should every one of them match; a multiple of 16.
      const step = Math.min(chunkHashes, (mostMatches / known.length) & ~15)
      for (let from = 0; from < count; from += step) {
        const many = pass(chunkAt(chunk), from, Math.min(count, from + step), known.length)
        for (let match = 0; match < many; match++) {
          const at = matches[match * 2] ?? 0
          found(at >>> 8, at & 255, matches[match * 2 + 1] ?? 0)
        }
      }
    },
  }
}

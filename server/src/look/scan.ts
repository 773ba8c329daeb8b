/**
 * The memory perceptual hashes are searched in, and the loops that search it. The loops are `scan.wat`; a test compiles
 * that text and compares it with the bytes below.
 */

/** Hashes in one chunk of memory. */
export const chunkForms = 16_384
/** Bytes of a perceptual hash. */
export const hashBytes = 32
/** Wanted forms that one pass over the memory compares with. */
export const mostWanted = 64

/** The module, in base64. */
export const compiledScan =
  'AGFzbQEAAAABMwdgA39/fwF/YAJ/fwF/YAV/f39/fwF/YAR/f39/AX9gAX8Bf2AFf39/f38AYAR/f39/AAMKCQABAgMDBAUGAQUDAQARBzkGBm1lbW9yeQIA' +
  'BHNjYW4AAwxzY2FuU2tldGNoZXMABAR3YW50AAYGc2tldGNoAAcGbGVhZEF0AAgKzwwJRwEBfyAAQYCACGogAUEFdGohAyADKQMAIAIpAwCFeyADKQMIIAIp' +
  'AwiFe3wgAykDECACKQMQhXsgAykDGCACKQMYhXt8fKcLaAEFf0GAgAQhAkGAgAQhAwNAIAIgAUkEQCACKAIAIQRBgIACIARB/wFxQTBsaiEFIAAgBEEIdiAF' +
  'EAAhBiADIAQ2AgAgAyAGNgIEIAMgBiAFKAIgTUEDdGohAyACQQhqIQIMAQsLIAMLPgEBfwNAIAIEQCAAIAJoaiEFIAUgAUkEQCAEIAVBCHQgA3I2AgAgBEEI' +
  'aiEECyACIAJBAWtxIQIMAQsLIAQLeQEEf0GAgAQhBQNAIAEgAkkEQEEAIQQDQEGAgAIgBEEwbGohBiAAIAEgBhAAIQcgByAGKAIgTQRAIAUgAUEIdCAEcjYC' +
  'ACAFIAc2AgQgBUEIaiEFCyAEQQFqIQQgBCADSQ0ACyABQQFqIQEMAQsLIAVBgIAEa0EDdguFBgMGfwJ+Bnv9DA8PDw8PDw8PDw8PDw8PDw8hEUGAgAQhBiAD' +
  'QdACbCEFA0AgASACSQRAIAAgAUEEdmohCSACIAFrQQ9qQQR2rSEKQn9CASAKhkIBfSAKQsAAWhshCkEAIQQDQCAE/QAEoAIhDCAE/QAEsAIhDSAKIAn9AASA' +
  'gCggDP1RIAn9AASAiCj9Tv1iIA39Kv1krSAJ/QAEkIAoIAz9USAJ/QAEkIgo/U79YiAN/Sr9ZK1CEIaEIAn9AASggCggDP1RIAn9AASgiCj9Tv1iIA39Kv1k' +
  'rUIghiAJ/QAEsIAoIAz9USAJ/QAEsIgo/U79YiAN/Sr9ZK1CMIaEhIMhCwNAIAtCAFIEQCABIAt6p0EEdGohCCAAIAhBA3RqIQcgB/0ABAAhDiAE/QAEACAO' +
  'IBH9Tv2AAiAE/QAEECAOQQT9bf2AAv1uIQ8gB/0ABBAhDiAPIAT9AAQgIA4gEf1O/YACIAT9AAQwIA5BBP1t/YAC/W79biEPIAf9AAQgIQ4gDyAE/QAEQCAO' +
  'IBH9Tv2AAiAE/QAEUCAOQQT9bf2AAv1u/W4hDyAH/QAEMCEOIA8gBP0ABGAgDiAR/U79gAIgBP0ABHAgDkEE/W39gAL9bv1uIQ8gB/0ABEAhDiAPIAT9AASA' +
  'ASAOIBH9Tv2AAiAE/QAEkAEgDkEE/W39gAL9bv1uIQ8gB/0ABFAhDiAPIAT9AASgASAOIBH9Tv2AAiAE/QAEsAEgDkEE/W39gAL9bv1uIQ8gDyAE/QAEgAL9' +
  'KiEQIBD9UwRAIAf9AARgIQ4gDyAE/QAEwAEgDiAR/U79gAIgBP0ABNABIA5BBP1t/YAC/W79biEPIAf9AARwIQ4gDyAE/QAE4AEgDiAR/U79gAIgBP0ABPAB' +
  'IA5BBP1t/YAC/W79biEPIBAgDyAE/QAEkAL9Kv1OIRAgCCACIBD9ZCAEKALAAiAGEAIhBgsgCyALQgF9gyELDAELCyAEQdACaiIEIAVJDQALIAFBgAhqIQEM' +
  'AQsLIAAgBhABQYCABGtBA3YLNAAgAC0AAEHgAHFBAXQgAC0ABEH4AHFBAXZyIAAtAAJBgAFxQQZ2IAAtAAZBEHFBBHZycgu7AQEFf0GAgAIgAUEwbGohBSAA' +
  'QdACbCEGIAYhCQNAIAUgB0EBdGotAAAhCCAJIAhBD3H9D/0MAAECAwQFBgcICQoLDA0OD/1R/WL9CwQAIAkgCEEEdv0P/QwAAQIDBAUGBwgJCgsMDQ4P/VH9' +
  'Yv0LBBAgCUEgaiEJIAdBAWoiB0EISQ0ACyAGIAL9D/0LBIACIAYgA/0P/QsEkAIgBiAFEAX9D/0LBKACIAYgBP0P/QsEsAIgBiABNgLAAgvXAQEDfwNAIAEg' +
  'AkkEQCAAQYCACGogAUEFdGohBCAAIAFBBHZBB3RqIAFBD3FqIQUgBSAELQAAOgAAIAUgBC0AAjoAECAFIAQtAAQ6ACAgBSAELQAGOgAwIAUgBC0ACDoAQCAF' +
  'IAQtAAo6AFAgBSAELQAMOgBgIAUgBC0ADjoAcCAEEAUhBiAAIAFBBHZqIQUgAyABQQ9xRXEEQCAFIAY6AICAKCAFQf8BOgCAiCgFIAUgBS0AgIgoQf8BIAYg' +
  'BS0AgIAoc3NxOgCAiCgLIAFBAWohAQwBCwsLEQAgAEGAgAhqIAFBBXRqEAUL'

/** What `scan.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly scan: (chunk: number, from: number, end: number, forms: number) => number
  readonly scanSketches: (chunk: number, from: number, end: number, members: number) => number
  readonly sketch: (chunk: number, from: number, end: number, isFresh: number) => void
  readonly leadAt: (chunk: number, place: number) => number
  readonly want: (
    place: number,
    number: number,
    lowBits: number,
    sketchBits: number,
    leadBits: number,
  ) => void
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
/** Hashes that are passed over together. */
const groupForms = 16
const chunkBytes = chunkForms * (sketchBytes + hashBytes) + 2 * (chunkForms / groupForms)

/** Where wanted forms are, and what belongs to each. */
const formsAt = 32_768
const formBytes = 48
const radiusAt = 32
/** So many places, or a multiple, are gone through at a time. */
const stride = groupForms * 64

/** Orders leads so that neighbours differ in one bit: a group across two of them has seven in common. */
const rankOfLead = Uint8Array.from({ length: 256 }, (_, lead) => {
  let rank = 0
  for (let bits = lead; bits > 0; bits >>= 1) rank ^= bits
  return rank
})

const scanModule = new WebAssembly.Module(Buffer.from(compiledScan, 'base64'))

/** Held forms that differ more in one of these are passed over. */
export interface Nearness {
  /** Of the 64 bits of the sketch. */
  readonly sketchBits: number
  /** Of its first six rows, 48 bits. */
  readonly lowBits: number
  /** Of the lead, 8 bits; fewer than 0 are nearer than anything is. */
  readonly leadBits: number
}

export interface Wanted extends Nearness {
  /** 32 bytes, most significant bit first. */
  readonly bits: Uint8Array
  readonly radiusBits: number
}

/** Called with the place in the chunk, the place among the wanted forms, and the Hamming distance. */
export type Found = (place: number, wanted: number, distanceBits: number) => void

export interface ScanMemory {
  /** Makes room for so many chunks; what is there stays. */
  readonly reserve: (chunks: number) => void
  /** Bytes of memory, for forms or not. */
  readonly sizeBytes: () => number
  /** Writes the 32 bytes of a form. */
  readonly write: (chunk: number, place: number, bits: Uint8Array) => void
  readonly copy: (
    from: readonly [chunk: number, place: number],
    to: readonly [chunk: number, place: number],
  ) => void
  /** Bits of the first forms of a chunk as they lie in memory, valid until more is reserved. */
  readonly bitsOf: (chunk: number, count: number) => Uint8Array
  /** One form as it lies in memory, valid until more is reserved. */
  readonly bitsAt: (chunk: number, place: number) => Uint8Array
  /** To be called when bits were written through {@link ScanMemory.bitsOf}. */
  readonly written: (chunk: number, count: number) => void
  /**
   * Puts forms of a chunk in order of their leads, so that groups have theirs in common.
   *
   * @param from - the first one, at a multiple of 16
   * @returns by new place, the place a form had before, both counted from the first one
   */
  readonly sort: (chunk: number, from: number, end: number) => Uint16Array
  /**
   * What {@link ScanMemory.scan} compares with from now on. Costs nothing when it is the very list that was asked for last,
   * with the very numbers.
   *
   * @param wanted - 1 to {@link mostWanted}; not to be changed
   * @param nearness - of each wanted form, in place of its own; not to be changed
   */
  readonly want: (wanted: readonly Wanted[], nearness?: readonly Nearness[]) => void
  /**
   * Compares the first forms of a chunk with the wanted ones.
   *
   * @param count - 0 to {@link chunkForms}
   */
  readonly scan: (chunk: number, count: number, isSketched: boolean, found: Found) => void
}

export function createScanMemory(): ScanMemory {
  const { memory, ...loops } = new WebAssembly.Instance(scanModule).exports as Exports
  // Growing the memory gives it another buffer and leaves this one empty.
  let bytes = new Uint8Array(memory.buffer)
  let matches = new Uint32Array(memory.buffer, matchesAt, mostMatches * 2)
  let known: readonly Wanted[] = []
  let knownNearness: readonly Nearness[] = []
  /** Of the wanted forms, how many anything can be near to. */
  let members = 0

  const chunkAt = (chunk: number) => chunksAt + chunk * chunkBytes
  const bitsPlace = (chunk: number, place: number) =>
    chunkAt(chunk) + chunkForms * sketchBytes + place * hashBytes

  const writeForm = (number: number, { bits, radiusBits }: Wanted) => {
    const at = formsAt + number * formBytes
    bytes.set(bits, at)
    new DataView(memory.buffer).setInt32(at + radiusAt, radiusBits, true)
  }

  return {
    reserve: chunks => {
      const missing = chunkAt(chunks) - bytes.length
      if (missing <= 0) return
      memory.grow(Math.ceil(missing / pageBytes))
      bytes = new Uint8Array(memory.buffer)
      matches = new Uint32Array(memory.buffer, matchesAt, mostMatches * 2)
    },
    sizeBytes: () => bytes.length,
    write: (chunk, place, bits) => {
      bytes.set(bits, bitsPlace(chunk, place))
      loops.sketch(chunkAt(chunk), place, place + 1, 1)
    },
    copy: (from, to) => {
      const at = bitsPlace(...from)
      bytes.copyWithin(bitsPlace(...to), at, at + hashBytes)
      loops.sketch(chunkAt(to[0]), to[1], to[1] + 1, 0)
    },
    bitsOf: (chunk, count) => bytes.subarray(bitsPlace(chunk, 0), bitsPlace(chunk, count)),
    bitsAt: (chunk, place) => bytes.subarray(bitsPlace(chunk, place), bitsPlace(chunk, place + 1)),
    written: (chunk, count) => loops.sketch(chunkAt(chunk), 0, count, 1),
    sort: (chunk, from, end) => {
      const start = bitsPlace(chunk, from)
      const order = orderOf(end - from, at => rankOfLead[loops.leadAt(chunkAt(chunk), from + at)] ?? 0)
      const before = bytes.slice(start, bitsPlace(chunk, end))
      for (let place = 0; place < order.length; place++) {
        const at = (order[place] ?? 0) * hashBytes
        bytes.set(before.subarray(at, at + hashBytes), start + place * hashBytes)
      }
      loops.sketch(chunkAt(chunk), from, end, 1)
      return order
    },
    want: (wanted, nearness = wanted) => {
      if (wanted === known && nearness === knownNearness) return
      if (wanted !== known) for (const [number, each] of wanted.entries()) writeForm(number, each)
      members = 0
      for (const [number, { lowBits, sketchBits, leadBits }] of nearness.entries()) {
        if (leadBits < 0) continue
        loops.want(members, number, lowBits, sketchBits, leadBits)
        members += 1
      }
      known = wanted
      knownNearness = nearness
    },
    scan: (chunk, count, isSketched, found) => {
      if (isSketched && members === 0) return
      // As many places at a time as there is room for, should every one of them match.
      const step = Math.min(chunkForms, Math.floor(mostMatches / known.length / stride) * stride)
      for (let from = 0; from < count; from += step) {
        const end = Math.min(count, from + step)
        const many = isSketched
          ? loops.scanSketches(chunkAt(chunk), from, end, members)
          : loops.scan(chunkAt(chunk), from, end, known.length)
        for (let match = 0; match < many; match++) {
          const at = matches[match * 2] ?? 0
          found(at >>> 8, at & 255, matches[match * 2 + 1] ?? 0)
        }
      }
    },
  }
}

/** Numbers from 0 up, in ascending order of a rank of 0 to 255; equals stay as they are. */
function orderOf(count: number, rankOf: (at: number) => number): Uint16Array {
  const ranks = Uint8Array.from({ length: count }, (_, at) => rankOf(at))
  const next = new Uint32Array(257)
  for (const rank of ranks) next[rank + 1] = (next[rank + 1] ?? 0) + 1
  for (let rank = 1; rank < 257; rank++) next[rank] = (next[rank] ?? 0) + (next[rank - 1] ?? 0)
  const order = new Uint16Array(count)
  for (const [at, rank] of ranks.entries()) {
    const to = next[rank] ?? 0
    order[to] = at
    next[rank] = to + 1
  }
  return order
}

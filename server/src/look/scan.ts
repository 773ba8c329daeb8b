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
  'AGFzbQEAAAABNQdgA39/fwF/YAJ/fwF/YAR/f39/AX9gBX9/f39/AX9gAX8Bf2AHf39/f39/fwBgBH9/f38AAwsKAAECAgEDBAUGAQUDAQARBzkGBm1lbW9yeQIABHNj' +
  'YW4AAwxzY2FuU2tldGNoZXMABQR3YW50AAcGc2tldGNoAAgGbGVhZEF0AAkKhRAKRwEBfyAAQYCACGogAUEFdGohAyADKQMAIAIpAwCFeyADKQMIIAIpAwiFe3wgAykD' +
  'ECACKQMQhXsgAykDGCACKQMYhXt8fKcLowEBBn9BgIAEIQMDQCADIAFJBEAgAiAAIAMoAgBBCHZBBXRqKAKAgAhqIQIgA0EIaiEDDAELC0GA4AEgAjYCAEGAgAQhA0GA' +
  'gAQhBANAIAMgAUkEQCADKAIAIQVBgIACIAVB/wFxQTBsaiEGIAAgBUEIdiAGEAAhByAEIAU2AgAgBCAHNgIEIAQgByAGKAIgTUEDdGohBCADQQhqIQMMAQsLIAQLogIC' +
  'B38De/0MDw8PDw8PDw8PDw8PDw8PDyENQYCgAiEEA0AgBCACSQRAIAT9AAQAIQwgBCgCECEHIAQoAhQhBSAFKAIgIQYgACAHQQN0aiEIIAwgBv0ABIAC/Sr9ZCEKIAj9' +
  'AARgIQsgDCAG/QAEwAEgCyAN/U79gAIgBv0ABNABIAtBBP2NASAN/U79gAL9bv1uIQwgCP0ABHAhCyAMIAb9AATgASALIA39Tv2AAiAG/QAE8AEgC0EE/Y0BIA39Tv2A' +
  'Av1u/W4hDCAKIAwgBf0ABBD9Kv1kcSEKA0AgByAKaGohCSADIAlBCHQgBigCwAJyNgIAIAMgCSABSSAKQQBHcUEDdGohAyAKIApBAWtxIgoNAAsgBEEgaiEEDAELCyAD' +
  'C3kBBH9BgIAEIQUDQCABIAJJBEBBACEEA0BBgIACIARBMGxqIQYgACABIAYQACEHIAcgBigCIE0EQCAFIAFBCHQgBHI2AgAgBSAHNgIEIAVBCGohBQsgBEEBaiEEIAQg' +
  'A0kNAAsgAUEBaiEBDAELCyAFQYCABGtBA3YLiQECA38Be0GAwAEhAyAAQdACbCEAA0AgAiAASQRAIAFBAEgEQCACKALEAiEEIAL9AASQAiEFBSACKALIAiABIAIoAswC' +
  'c2lrIQQgAv0ABLACIQULIARBAE4EQCADIAT9D/0LBAAgAyAF/QsEECADIAI2AiAgA0EwaiEDCyACQdACaiECDAELCyADC/cFAwh/An4Ge/0MDw8PDw8PDw8PDw8PDw8P' +
  'DyEUQYCABCEIIAMgBBAEIQcgB0GAwAFGBEBBAA8LQYCgAiEMA0AgASACSQRAIAAgAUEEdmohCyACIAFrQQ9qQQR2rSENQn9CASANhkIBfSANQsAAWhshDUGAwAEhBQNA' +
  'IAUoAiAhBiAG/QAEoAIhDyAF/QAEACEQIA0gC/0ABICAKCAP/VEgC/0ABICIKP1O/WIgEP0q/WStIAv9AASQgCggD/1RIAv9AASQiCj9Tv1iIBD9Kv1krUIQhoQgC/0A' +
  'BKCAKCAP/VEgC/0ABKCIKP1O/WIgEP0q/WStQiCGIAv9AASwgCggD/1RIAv9AASwiCj9Tv1iIBD9Kv1krUIwhoSEgyEOA0AgDkIAUgRAIAEgDnqnQQR0aiEKIAAgCkED' +
  'dGohCSAJ/QAEACERIAb9AAQAIBEgFP1O/YACIAb9AAQQIBFBBP2NASAU/U79gAL9biESIAn9AAQQIREgEiAG/QAEICARIBT9Tv2AAiAG/QAEMCARQQT9jQEgFP1O/YAC' +
  '/W79biESIAn9AAQgIREgEiAG/QAEQCARIBT9Tv2AAiAG/QAEUCARQQT9jQEgFP1O/YAC/W79biESIAn9AAQwIREgEiAG/QAEYCARIBT9Tv2AAiAG/QAEcCARQQT9jQEg' +
  'FP1O/YAC/W79biESIAn9AARAIREgEiAG/QAEgAEgESAU/U79gAIgBv0ABJABIBFBBP2NASAU/U79gAL9bv1uIRIgCf0ABFAhESASIAb9AASgASARIBT9Tv2AAiAG/QAE' +
  'sAEgEUEE/Y0BIBT9Tv2AAv1u/W4hEiAMIBL9CwQAIAwgCjYCECAMIAU2AhQgDCASIAb9AASAAv0q/VNBBXRqIQwgDiAOQgF9gyEODAELCyAMQeCPA0sEQCAAIAIgDCAI' +
  'EAIhCEGAoAIhDAsgBUEwaiIFIAdJDQALIAFBgAhqIQEMAQsLIAAgAiAMIAgQAiEIIAAgCBABQYCABGtBA3YLNAAgAC0AAEHgAHFBAXQgAC0ABEH4AHFBAXZyIAAtAAJB' +
  'gAFxQQZ2IAAtAAZBEHFBBHZycgvTAQEFf0GAgAIgAEEwbGohByAAQdACbCEIIAghCwNAIAcgCUEBdGotAAAhCiALIApBD3H9D/0MAAECAwQFBgcICQoLDA0OD/1R/WL9' +
  'CwQAIAsgCkEEdv0P/QwAAQIDBAUGBwgJCgsMDQ4P/VH9Yv0LBBAgC0EgaiELIAlBAWoiCUEISQ0ACyAIIAH9D/0LBIACIAggAv0P/QsEkAIgCCAHEAb9D/0LBKACIAgg' +
  'Bf0P/QsEsAIgCCAANgLAAiAIIAM2AsQCIAggBjYCyAIgCCAENgLMAgvXAQEDfwNAIAEgAkkEQCAAQYCACGogAUEFdGohBCAAIAFBBHZBB3RqIAFBD3FqIQUgBSAELQAA' +
  'OgAAIAUgBC0AAjoAECAFIAQtAAQ6ACAgBSAELQAGOgAwIAUgBC0ACDoAQCAFIAQtAAo6AFAgBSAELQAMOgBgIAUgBC0ADjoAcCAEEAYhBiAAIAFBBHZqIQUgAyABQQ9x' +
  'RXEEQCAFIAY6AICAKCAFQf8BOgCAiCgFIAUgBS0AgIgoQf8BIAYgBS0AgIAoc3NxOgCAiCgLIAFBAWohAQwBCwsLEQAgAEGAgAhqIAFBBXRqEAYL'

/** What `scan.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly scan: (chunk: number, from: number, end: number, forms: number) => number
  readonly scanSketches: (chunk: number, from: number, end: number, members: number, shelf: number) => number
  readonly sketch: (chunk: number, from: number, end: number, isFresh: number) => void
  readonly leadAt: (chunk: number, place: number) => number
  readonly want: (
    number: number,
    lowBits: number,
    sketchBits: number,
    leadBits: number,
    shelf: number,
    sketchBitsOnShelf: number,
    bitsOnShelf: number,
  ) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536
const sketchBytes = 8
const wordBytes = 4
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
  /** Of the lead, 8 bits. */
  readonly leadBits: number
}

/** The same where forms are on shelves: the more the shelf differs, the less the lead may. */
export interface OnShelf {
  readonly sketchBits: number
  /** Of the lead and the 6 bits that tell the shelf, together. */
  readonly bits: number
}

export interface Wanted extends Nearness {
  /** 32 bytes, most significant bit first. */
  readonly bits: Uint8Array
  readonly radiusBits: number
  readonly shelf: number
  readonly onShelf: OnShelf
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
   * What {@link ScanMemory.scan} compares with from now on. Costs nothing when it is the very list that was asked for last.
   *
   * @param wanted - 1 to {@link mostWanted}; not to be changed
   */
  readonly want: (wanted: readonly Wanted[]) => void
  /**
   * Compares the first forms of a chunk with the wanted ones in full.
   *
   * @param count - 0 to {@link chunkForms}
   */
  readonly scan: (chunk: number, count: number, found: Found) => void
  /**
   * The same, but for forms that are passed over.
   *
   * @param shelf - that the forms are on; nothing for none
   */
  readonly scanSketches: (chunk: number, count: number, shelf: number | undefined, found: Found) => void
}

export function createScanMemory(): ScanMemory {
  const { memory, ...loops } = new WebAssembly.Instance(scanModule).exports as Exports
  // Growing the memory gives it another buffer and leaves this one empty.
  let bytes = new Uint8Array(memory.buffer)
  let words = new Int32Array(memory.buffer)
  let known: readonly Wanted[] = []
  /** Places that are gone through at a time. */
  let step = chunkForms

  const chunkAt = (chunk: number) => chunksAt + chunk * chunkBytes
  const bitsPlace = (chunk: number, place: number) =>
    chunkAt(chunk) + chunkForms * sketchBytes + place * hashBytes

  const writeForm = (number: number, wanted: Wanted) => {
    const { bits, radiusBits, lowBits, sketchBits, leadBits, shelf, onShelf } = wanted
    const at = formsAt + number * formBytes
    bytes.set(bits, at)
    words[(at + radiusAt) / wordBytes] = radiusBits
    loops.want(number, lowBits, sketchBits, leadBits, shelf, onShelf.sketchBits, onShelf.bits)
  }
  const tell = (many: number, found: Found) => {
    for (let at = matchesAt / wordBytes, match = 0; match < many; match++, at += 2) {
      const entry = words[at] ?? 0
      found(entry >>> 8, entry & 255, words[at + 1] ?? 0)
    }
  }

  return {
    reserve: chunks => {
      const missing = chunkAt(chunks) - bytes.length
      if (missing <= 0) return
      memory.grow(Math.ceil(missing / pageBytes))
      bytes = new Uint8Array(memory.buffer)
      words = new Int32Array(memory.buffer)
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
    want: wanted => {
      if (wanted === known) return
      for (const [number, each] of wanted.entries()) writeForm(number, each)
      known = wanted
      // As many places at a time as there is room for, should every one of them match.
      step = Math.min(chunkForms, Math.floor(mostMatches / wanted.length / stride) * stride)
    },
    scan: (chunk, count, found) => {
      for (let from = 0; from < count; from += step) {
        tell(loops.scan(chunkAt(chunk), from, Math.min(count, from + step), known.length), found)
      }
    },
    scanSketches: (chunk, count, shelf = -1, found) => {
      for (let from = 0; from < count; from += step) {
        const end = Math.min(count, from + step)
        tell(loops.scanSketches(chunkAt(chunk), from, end, known.length, shelf), found)
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

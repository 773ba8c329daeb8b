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
  'AGFzbQEAAAABNQdgA39/fwF/YAJ/fwF/YAV/f39/fwF/YAR/f39/AX9gAX8Bf2AHf39/f39/fwBgBH9/f38AAwsKAAECAwECBAUGAQUDAQARBzkGBm1lbW9yeQIABHNj' +
  'YW4AAwxzY2FuU2tldGNoZXMABQR3YW50AAcGc2tldGNoAAgGbGVhZEF0AAkK6Q4KRwEBfyAAQYCACGogAUEFdGohAyADKQMAIAIpAwCFeyADKQMIIAIpAwiFe3wgAykD' +
  'ECACKQMQhXsgAykDGCACKQMYhXt8fKcLowEBBn9BgIAEIQMDQCADIAFJBEAgAiAAIAMoAgBBCHZBBXRqKAKAgAhqIQIgA0EIaiEDDAELC0GA4AEgAjYCAEGAgAQhA0GA' +
  'gAQhBANAIAMgAUkEQCADKAIAIQVBgIACIAVB/wFxQTBsaiEGIAAgBUEIdiAGEAAhByAEIAU2AgAgBCAHNgIEIAQgByAGKAIgTUEDdGohBCADQQhqIQMMAQsLIAQLPgEB' +
  'fwNAIAIEQCAAIAJoaiEFIAUgAUkEQCAEIAVBCHQgA3I2AgAgBEEIaiEECyACIAJBAWtxIQIMAQsLIAQLeQEEf0GAgAQhBQNAIAEgAkkEQEEAIQQDQEGAgAIgBEEwbGoh' +
  'BiAAIAEgBhAAIQcgByAGKAIgTQRAIAUgAUEIdCAEcjYCACAFIAc2AgQgBUEIaiEFCyAEQQFqIQQgBCADSQ0ACyABQQFqIQEMAQsLIAVBgIAEa0EDdguJAQIDfwF7QYDA' +
  'ASEDIABB0AJsIQADQCACIABJBEAgAUEASARAIAIoAsQCIQQgAv0ABJACIQUFIAIoAsgCIAEgAigCzAJzaWshBCAC/QAEsAIhBQsgBEEATgRAIAMgBP0P/QsEACADIAX9' +
  'CwQQIAMgAjYCICADQTBqIQMLIAJB0AJqIQIMAQsLIAMLwAYDB38CfgZ7/QwPDw8PDw8PDw8PDw8PDw8PIRNBgIAEIQggAyAEEAQhByAHQYDAAUYEQEEADwsDQCABIAJJ' +
  'BEAgACABQQR2aiELIAIgAWtBD2pBBHatIQxCf0IBIAyGQgF9IAxCwABaGyEMQYDAASEFA0AgBSgCICEGIAb9AASgAiEOIAX9AAQAIQ8gDCAL/QAEgIAoIA79USAL/QAE' +
  'gIgo/U79YiAP/Sr9ZK0gC/0ABJCAKCAO/VEgC/0ABJCIKP1O/WIgD/0q/WStQhCGhCAL/QAEoIAoIA79USAL/QAEoIgo/U79YiAP/Sr9ZK1CIIYgC/0ABLCAKCAO/VEg' +
  'C/0ABLCIKP1O/WIgD/0q/WStQjCGhISDIQ0DQCANQgBSBEAgASANeqdBBHRqIQogACAKQQN0aiEJIAn9AAQAIRAgBv0ABAAgECAT/U79gAIgBv0ABBAgEEEE/Y0BIBP9' +
  'Tv2AAv1uIREgCf0ABBAhECARIAb9AAQgIBAgE/1O/YACIAb9AAQwIBBBBP2NASAT/U79gAL9bv1uIREgCf0ABCAhECARIAb9AARAIBAgE/1O/YACIAb9AARQIBBBBP2N' +
  'ASAT/U79gAL9bv1uIREgCf0ABDAhECARIAb9AARgIBAgE/1O/YACIAb9AARwIBBBBP2NASAT/U79gAL9bv1uIREgCf0ABEAhECARIAb9AASAASAQIBP9Tv2AAiAG/QAE' +
  'kAEgEEEE/Y0BIBP9Tv2AAv1u/W4hESAJ/QAEUCEQIBEgBv0ABKABIBAgE/1O/YACIAb9AASwASAQQQT9jQEgE/1O/YAC/W79biERIBEgBv0ABIAC/SohEiAS/VMEQCAJ' +
  '/QAEYCEQIBEgBv0ABMABIBAgE/1O/YACIAb9AATQASAQQQT9jQEgE/1O/YAC/W79biERIAn9AARwIRAgESAG/QAE4AEgECAT/U79gAIgBv0ABPABIBBBBP2NASAT/U79' +
  'gAL9bv1uIREgEiARIAX9AAQQ/Sr9TiESIAogAiAS/WQgBigCwAIgCBACIQgLIA0gDUIBfYMhDQwBCwsgBUEwaiIFIAdJDQALIAFBgAhqIQEMAQsLIAAgCBABQYCABGtB' +
  'A3YLNAAgAC0AAEHgAHFBAXQgAC0ABEH4AHFBAXZyIAAtAAJBgAFxQQZ2IAAtAAZBEHFBBHZycgvTAQEFf0GAgAIgAEEwbGohByAAQdACbCEIIAghCwNAIAcgCUEBdGot' +
  'AAAhCiALIApBD3H9D/0MAAECAwQFBgcICQoLDA0OD/1R/WL9CwQAIAsgCkEEdv0P/QwAAQIDBAUGBwgJCgsMDQ4P/VH9Yv0LBBAgC0EgaiELIAlBAWoiCUEISQ0ACyAI' +
  'IAH9D/0LBIACIAggAv0P/QsEkAIgCCAHEAb9D/0LBKACIAggBf0P/QsEsAIgCCAANgLAAiAIIAM2AsQCIAggBjYCyAIgCCAENgLMAgvXAQEDfwNAIAEgAkkEQCAAQYCA' +
  'CGogAUEFdGohBCAAIAFBBHZBB3RqIAFBD3FqIQUgBSAELQAAOgAAIAUgBC0AAjoAECAFIAQtAAQ6ACAgBSAELQAGOgAwIAUgBC0ACDoAQCAFIAQtAAo6AFAgBSAELQAM' +
  'OgBgIAUgBC0ADjoAcCAEEAYhBiAAIAFBBHZqIQUgAyABQQ9xRXEEQCAFIAY6AICAKCAFQf8BOgCAiCgFIAUgBS0AgIgoQf8BIAYgBS0AgIAoc3NxOgCAiCgLIAFBAWoh' +
  'AQwBCwsLEQAgAEGAgAhqIAFBBXRqEAYL'

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

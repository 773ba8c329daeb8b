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
  'AGFzbQEAAAABJQVgA39/fwF/YAJ/fwF/YAV/f39/fwF/YAR/f39/AX9gA39/fwADBwYAAQIDAwQFAwEAEQcpBAZtZW1vcnkCAARzY2Fu' +
  'AAMMc2NhblNrZXRjaGVzAAQGc2tldGNoAAUK4QoGRwEBfyAAQYCACGogAUEFdGohAyADKQMAIAIpAwCFeyADKQMIIAIpAwiFe3wgAykD' +
  'ECACKQMQhXsgAykDGCACKQMYhXt8fKcLaAEFf0GAgAQhAkGAgAQhAwNAIAIgAUkEQCACKAIAIQRBgIACIARB/wFxQTBsaiEFIAAgBEEI' +
  'diAFEAAhBiADIAQ2AgAgAyAGNgIEIAMgBiAFKAIgTUEDdGohAyACQQhqIQIMAQsLIAMLPgEBfwNAIAIEQCAAIAJoaiEFIAUgAUkEQCAE' +
  'IAVBCHQgA3I2AgAgBEEIaiEECyACIAJBAWtxIQIMAQsLIAQLeQEEf0GAgAQhBQNAIAEgAkkEQEEAIQQDQEGAgAIgBEEwbGohBiAAIAEg' +
  'BhAAIQcgByAGKAIgTQRAIAUgAUEIdCAEcjYCACAFIAc2AgQgBUEIaiEFCyAEQQFqIQQgBCADSQ0ACyABQQFqIQEMAQsLIAVBgIAEa0ED' +
  'dgu+BgIEfxl7QYCABCEGIANBgANsIQUDQCABIAJJBEAgACABaiEHIAf9AAQAIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIQkgCEEE/W0h' +
  'CiAH/QAEgIABIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIQsgCEEE/W0hDCAH/QAEgIACIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIQ0g' +
  'CEEE/W0hDiAH/QAEgIADIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIQ8gCEEE/W0hECAH/QAEgIAEIQggCP0MDw8PDw8PDw8PDw8PDw8P' +
  'D/1OIREgCEEE/W0hEiAH/QAEgIAFIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIRMgCEEE/W0hFCAH/QAEgIAGIQggCP0MDw8PDw8PDw8P' +
  'Dw8PDw8PD/1OIRUgCEEE/W0hFiAH/QAEgIAHIQggCP0MDw8PDw8PDw8PDw8PDw8PD/1OIRcgCEEE/W0hGEEAIQQDQCAE/QAEECAK/YAC' +
  'IAT9AARQIA79gAL9biAE/QAEkAEgEv2AAiAE/QAE0AEgFv2AAv1u/W4hGSAE/QAEACAJ/YACIAT9AARAIA39gAL9biAE/QAEgAEgEf2A' +
  'AiAE/QAEwAEgFf2AAv1u/W4hGiAE/QAEMCAM/YACIAT9AARwIBD9gAL9biAE/QAEsAEgFP2AAiAE/QAE8AEgGP2AAv1u/W4hGyAE/QAE' +
  'ICAL/YACIAT9AARgIA/9gAL9biAE/QAEoAEgE/2AAiAE/QAE4AEgF/2AAv1u/W4hHCAZIBr9biAbIBz9bv1uIAT9AASAAv0mIR0gGSAb' +
  '/W4gGiAc/W79cSAE/QAEkAL9JSEeIBkgGv1uIBsgHP1u/XEgBP0ABKAC/SUhHyAZIBz9biAaIBv9bv1xIAT9AASwAv0lISAgHSAe/VAg' +
  'HyAg/VD9UP1TBEAgASACIB39ZCAEKALAAiAGEAIhBiABIAIgHv1kIAQoAsQCIAYQAiEGIAEgAiAf/WQgBCgCyAIgBhACIQYgASACICD9' +
  'ZCAEKALMAiAGEAIhBgsgBEGAA2oiBCAFSQ0ACyABQRBqIQEMAQsLIAAgBhABQYCABGtBA3YLtAEBAn8DQCABIAJJBEAgAEGAgAhqIAFB' +
  'BXRqIQMgACABaiEEIAQgAy0AAC0AgMACOgAAIAQgAy0AAi0AgMACOgCAgAEgBCADLQAELQCAwAI6AICAAiAEIAMtAAYtAIDAAjoAgIAD' +
  'IAQgAy0ACC0AgMACOgCAgAQgBCADLQAKLQCAwAI6AICABSAEIAMtAAwtAIDAAjoAgIAGIAQgAy0ADi0AgMACOgCAgAcgAUEBaiEBDAEL' +
  'Cws='

/** What `scan.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly scan: (chunk: number, from: number, end: number, forms: number) => number
  readonly scanSketches: (chunk: number, from: number, end: number, families: number) => number
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
const chunkBytes = chunkForms * (sketchBytes + hashBytes)

/** Where wanted forms are, and what belongs to each. */
const formsAt = 32_768
const formBytes = 48
const radiusAt = 32
/** By byte of a row of frequencies: those of even columns in the upper half, those of odd ones in the lower. */
const columnsAt = 40_960
/** Where things of a family are, from the start of its bytes. */
const familyBytes = 384
const limitsAt = 256
const numbersAt = 320
const lanes = 16

/** In how many bits do two values of four bits differ: of `a` and `b`, at `a * 16 + b`. */
const nibbleDistances = Uint8Array.from({ length: 256 }, (_, at) => setBits((at >> 4) ^ (at & 15)))

const byColumns = Uint8Array.from({ length: 256 }, (_, byte) => {
  let split = 0
  for (let column = 0; column < 8; column++) {
    if (byte & (0x80 >> column)) split |= (column % 2 === 0 ? 0x80 : 0x08) >> (column >> 1)
  }
  return split
})

function setBits(byte: number): number {
  let left = byte
  let count = 0
  for (; left !== 0; count += 1) left &= left - 1
  return count
}

/**
 * What changes in a sketch by mirroring the picture: bits of even rows, bits of odd rows. As it is, left to right, upside
 * down, turned by half.
 */
const mirrorings = [
  [0x00, 0x00],
  [0x0f, 0x0f],
  [0x00, 0xff],
  [0x0f, 0xf0],
] as const

/** So many bits of a mirrored sketch may be others than mirroring makes of it: those about the median are by chance. */
const mostStrayBits = 2

/** Wanted forms whose sketches are one, mirrored or not. */
export interface Family {
  readonly sketch: Uint8Array
  /** By mirroring: the number of the form, and how many of its bits are others. */
  readonly members: ({ readonly number: number; readonly strayBits: number } | undefined)[]
}

/** The eight lowest columns of the eight lowest rows. */
const sketchOf = (bits: Uint8Array) =>
  Uint8Array.from({ length: sketchBytes }, (_, row) => byColumns[bits[row * 2] ?? 0] ?? 0)

/** In how many bits one sketch differs from another that is mirrored. */
function strayBitsOf(one: Uint8Array, other: Uint8Array, mirroring: number): number {
  const changes = mirrorings[mirroring] ?? mirrorings[0]
  let count = 0
  for (const [row, byte] of one.entries())
    count += setBits(byte ^ (other[row] ?? 0) ^ (changes[row % 2] ?? 0))
  return count
}

/** Puts forms together whose sketches are one, mirrored or not: eight orientations of a picture are two families. */
export function familiesOf(wanted: readonly Pick<Wanted, 'bits'>[]): Family[] {
  const families: Family[] = []
  for (const [number, { bits }] of wanted.entries()) {
    const sketch = sketchOf(bits)
    const isTakenIn = families.some(({ sketch: first, members }) =>
      mirrorings.some((_, mirroring) => {
        const strayBits = strayBitsOf(first, sketch, mirroring)
        if (members[mirroring] || strayBits > mostStrayBits) return false
        members[mirroring] = { number, strayBits }
        return true
      }),
    )
    if (!isTakenIn)
      families.push({ sketch, members: [{ number, strayBits: 0 }, undefined, undefined, undefined] })
  }
  return families
}

const scanModule = new WebAssembly.Module(Buffer.from(compiledScan, 'base64'))

export interface Wanted {
  /** Held forms whose sketches are further apart are passed over: bits, 0 to 64. */
  readonly sketchBits: number
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
   * What {@link ScanMemory.scan} compares with from now on. Costs nothing when it is the very list that was asked for last.
   *
   * @param wanted - 1 to {@link mostWanted}; not to be changed
   */
  readonly want: (wanted: readonly Wanted[]) => void
  /**
   * Compares the first forms of a chunk with the wanted ones.
   *
   * @param count - 0 to {@link chunkForms}
   */
  readonly scan: (chunk: number, count: number, isSketched: boolean, found: Found) => void
}

export function createScanMemory(): ScanMemory {
  const { memory, scan, scanSketches, sketch } = new WebAssembly.Instance(scanModule).exports as Exports
  // Growing the memory gives it another buffer and leaves this one empty.
  let bytes = new Uint8Array(memory.buffer)
  let matches = new Uint32Array(memory.buffer, matchesAt, mostMatches * 2)
  bytes.set(byColumns, columnsAt)
  let known: readonly Wanted[] = []
  let families = 0

  const chunkAt = (chunk: number) => chunksAt + chunk * chunkBytes
  const bitsPlace = (chunk: number, place: number) =>
    chunkAt(chunk) + chunkForms * sketchBytes + place * hashBytes

  const writeForm = (number: number, { bits, radiusBits }: Wanted) => {
    const at = formsAt + number * formBytes
    bytes.set(bits, at)
    new DataView(memory.buffer).setInt32(at + radiusAt, radiusBits, true)
  }
  const writeFamily = (place: number, { sketch, members }: Family, wanted: readonly Wanted[]) => {
    const at = place * familyBytes
    for (const [row, byte] of sketch.entries()) {
      for (const [half, nibble] of [byte & 15, byte >> 4].entries()) {
        const table = at + (row * 2 + half) * lanes
        bytes.set(nibbleDistances.subarray(nibble * lanes, nibble * lanes + lanes), table)
      }
    }
    for (const [mirroring, member] of members.entries()) {
      // What no distance is below, where nobody is wanted: of 0 to 64, and of -32 to 32.
      const none = mirroring === 0 ? 0 : 0x80
      const sketchBits = wanted[member?.number ?? 0]?.sketchBits ?? 0
      const below = member && sketchBits + member.strayBits + 1 - (mirroring === 0 ? 0 : 32)
      const limit = at + limitsAt + mirroring * lanes
      bytes.fill(below ?? none, limit, limit + lanes)
      new DataView(memory.buffer).setInt32(at + numbersAt + mirroring * 4, member?.number ?? 0, true)
    }
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
      bytes.set(bits, bitsPlace(chunk, place))
      sketch(chunkAt(chunk), place, place + 1)
    },
    copy: (from, to) => {
      const at = bitsPlace(...from)
      bytes.copyWithin(bitsPlace(...to), at, at + hashBytes)
      sketch(chunkAt(to[0]), to[1], to[1] + 1)
    },
    bitsOf: (chunk, count) => bytes.subarray(bitsPlace(chunk, 0), bitsPlace(chunk, count)),
    bitsAt: (chunk, place) => bytes.subarray(bitsPlace(chunk, place), bitsPlace(chunk, place + 1)),
    written: (chunk, count) => sketch(chunkAt(chunk), 0, count),
    want: wanted => {
      if (wanted === known) return
      const found = familiesOf(wanted)
      for (const [number, each] of wanted.entries()) writeForm(number, each)
      for (const [place, family] of found.entries()) writeFamily(place, family, wanted)
      known = wanted
      families = found.length
    },
    scan: (chunk, count, isSketched, found) => {
      // As many places at a time as there is room for, should every one of them match; a multiple of 16.
      const step = Math.min(chunkForms, (mostMatches / known.length) & ~15)
      for (let from = 0; from < count; from += step) {
        const end = Math.min(count, from + step)
        const many = isSketched
          ? scanSketches(chunkAt(chunk), from, end, families)
          : scan(chunkAt(chunk), from, end, known.length)
        for (let match = 0; match < many; match++) {
          const at = matches[match * 2] ?? 0
          found(at >>> 8, at & 255, matches[match * 2 + 1] ?? 0)
        }
      }
    },
  }
}

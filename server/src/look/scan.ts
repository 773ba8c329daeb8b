/**
 * The memory perceptual hashes are searched in, and the two loops that search it. The loops are `scan.wat`; a test
 * compiles that text and compares it with the bytes below.
 */

/** Hashes in one chunk of memory: what a single call goes through. */
export const chunkHashes = 16_384
/** Bytes of a 256-bit hash. */
export const hashBytes = 32
/** Bytes of a sketch: of the 8 × 8 lowest of the 16 × 16 frequencies a hash is made of. */
export const sketchBytes = 8

/** The module, in base64. */
export const compiledScan =
  'AGFzbQEAAAABFQNgAX8Bf2ADf39/AX9gBH9/f38BfwMEAwABAgUDAQADByADBm1lbW9yeQIABHNjYW4AAQxzY2FuU2tldGNoZXMA' +
  'AgqTAgM2ACAAKQMAQQApAwCFeyAAKQMIQQgpAwCFe3wgACkDEEEQKQMAhXsgACkDGEEYKQMAhXt8fKcLWwEEfyAAQYCACGohBEGA' +
  'gAQhBQNAIAMgAUkEQCAEEAAhBiAGIAJNBEAgBSADNgIAIAUgBjYCBCAFQQhqIQULIARBIGohBCADQQFqIQMMAQsLIAVBgIAEa0ED' +
  'dgt+AgR/An4gACEFQYCABCEGQSApAwAhCCADrSEJA0AgBCABSQRAIAUpAwAgCIV7IAlYBEAgAEGAgAhqIARBBXRqEAAhByAHIAJN' +
  'BEAgBiAENgIAIAYgBzYCBCAGQQhqIQYLCyAFQQhqIQUgBEEBaiEEDAELCyAGQYCABGtBA3YL'

/** What `scan.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly scan: (chunk: number, count: number, radiusBits: number) => number
  readonly scanSketches: (chunk: number, count: number, radiusBits: number, sketchBits: number) => number
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536
const matchesAt = pageBytes
const chunksAt = 3 * pageBytes
const chunkPages = (chunkHashes * (sketchBytes + hashBytes)) / pageBytes
const wantedSketchAt = hashBytes

const scanModule = new WebAssembly.Module(Buffer.from(compiledScan, 'base64'))

export interface ScanMemory {
  /** Makes room for at least so many hashes; what is there stays. */
  readonly reserve: (hashes: number) => void
  /** @param perceptualHash - 64 hex digits */
  readonly write: (place: number, perceptualHash: string) => void
  readonly copy: (from: number, to: number) => void
  /** @param perceptualHash - 64 hex digits: what {@link ScanMemory.scan} compares with from now on */
  readonly want: (perceptualHash: string) => void
  /**
   * Compares the first hashes of a chunk with the wanted one.
   *
   * @param count - 0 to {@link chunkHashes}
   * @param sketchBits - hashes whose sketches are further apart are passed over; all are compared unless given
   * @param found - called with the place among all hashes and the Hamming distance, in order of place
   */
  readonly scan: (
    chunk: number,
    count: number,
    radiusBits: number,
    sketchBits: number | undefined,
    found: (place: number, distanceBits: number) => void,
  ) => void
}

export function createScanMemory(): ScanMemory {
  const { memory, scan, scanSketches } = new WebAssembly.Instance(scanModule).exports as Exports
  // Growing the memory gives it another buffer and leaves this one empty.
  let bytes = Buffer.from(memory.buffer)
  let words = new Uint32Array(memory.buffer)

  const chunkAt = (chunk: number) => chunksAt + chunk * chunkPages * pageBytes
  const sketchAt = (place: number) =>
    chunkAt(Math.floor(place / chunkHashes)) + (place % chunkHashes) * sketchBytes
  const hashAt = (place: number) =>
    chunkAt(Math.floor(place / chunkHashes)) + chunkHashes * sketchBytes + (place % chunkHashes) * hashBytes

  const writeAt = (perceptualHash: string, hash: number, sketch: number) => {
    bytes.write(perceptualHash, hash, 'hex')
    // A row of 16 frequencies is two bytes, the lower eight first: the sketch is the first byte of the first eight rows.
    for (let row = 0; row < sketchBytes; row++) bytes[sketch + row] = bytes[hash + 2 * row] ?? 0
  }

  return {
    reserve: hashes => {
      const missing = chunkAt(Math.ceil(hashes / chunkHashes)) - bytes.length
      if (missing <= 0) return
      memory.grow(missing / pageBytes)
      bytes = Buffer.from(memory.buffer)
      words = new Uint32Array(memory.buffer)
    },
    write: (place, perceptualHash) => writeAt(perceptualHash, hashAt(place), sketchAt(place)),
    copy: (from, to) => {
      bytes.copyWithin(hashAt(to), hashAt(from), hashAt(from) + hashBytes)
      bytes.copyWithin(sketchAt(to), sketchAt(from), sketchAt(from) + sketchBytes)
    },
    want: perceptualHash => writeAt(perceptualHash, 0, wantedSketchAt),
    scan: (chunk, count, radiusBits, sketchBits, found) => {
      const at = chunkAt(chunk)
      const matches =
        sketchBits === undefined
          ? scan(at, count, radiusBits)
          : scanSketches(at, count, radiusBits, sketchBits)
      for (let match = 0; match < matches; match++) {
        const word = matchesAt / 4 + match * 2
        found(chunk * chunkHashes + (words[word] ?? 0), words[word + 1] ?? 0)
      }
    },
  }
}

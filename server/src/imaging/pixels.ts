/**
 * The loops over every value of a raster. They are `pixels.wat`; a test compiles that text and compares it with the bytes
 * below. A raster that lies in their memory is worked on where it is; of others they see as much at a time as they need, so
 * that their size does not matter.
 */
export const compiledPixels =
  'AGFzbQEAAAABLQZgA39/fwBgBn9/f39/fwBgBH9/f3wAYAd/f39/f398AGAEf39/fwBgAn97AAMKCQABAgMABAQFAAUDAQAeB0gJBm1l' +
  'bW9yeQIABXJhaXNlAAAFd2VpZ2gAAQVjZWxscwACBW1lYW5zAAMDbWl4AAQGZ2F0aGVyAAUEYmVuZAAGBXN0ZXBzAAgKzw8JTQADQCAA' +
  'IAD9AAQAIAL9AAQA/XD9CwQAIAAgAP0ABBAgAv0ABBD9cP0LBBAgACAA/QAEICAC/QAEIP1w/QsEICAAQTBqIgAgAUkNAAsL7AMCBX8K' +
  'eyAD/RAhDyAE/RAhECAAIAJqIQYgACABQQFrIAJsaiEHA0D9DAAAAAAAAAAAAAAAAAAAAAAhEf0MAAAAAAAAAAAAAAAAAAAAACES/QwA' +
  'AAAAAAAAAAAAAAAAAAAAIRP9DAAAAAAAAAAAAAAAAAAAAAAhFCAAIAJqIQggAUECayEKAkAgCkEATA0AA0BBgAIgCiAKQYACShshCSAK' +
  'IAlrIQr9DAAAAAAAAAAAAAAAAAAAAAAhDf0MAAAAAAAAAAAAAAAAAAAAACEOA0AgCP0ABAAhCyANIAv9iQH9jgEhDSAOIAv9igH9jgEh' +
  'DiAIIAJqIQggCUEBayIJDQALIBEgDf2pAf2uASERIBIgDf2qAf2uASESIBMgDv2pAf2uASETIBQgDv2qAf2uASEUIApBAEoNAAsLIAD9' +
  'AAQAIQsgB/0ABAAhDCAL/YkBIA/9lQEgDP2JASAQ/ZUB/Y4BIQ0gC/2KASAP/ZUBIAz9igEgEP2VAf2OASEOIAUgEUEG/asBIA39qQH9' +
  'rgH9CwQAIAUgEkEG/asBIA39qgH9rgH9CwQQIAUgE0EG/asBIA79qQH9rgH9CwQgIAUgFEEG/asBIA79qgH9rgH9CwQwIAVBwABqIQUg' +
  'B0EQaiEHIABBEGoiACAGSQ0ACwuNAwIEfwd7IAP9FCEKIAJBgARqIQQDQCAAIAEoAgBqIQUgBSEH/QwAAAAAAAAAAAAAAAAAAAAAIQgg' +
  'ASgCBCIGBEADQCAFQQxqIQUgCCAF/QAEAP2uASEIIAZBAWsiBg0ACwsgBf0ABAwhCSABKAIIuP0UIQsgASgCDLj9FCEMIAj9/wH9DAAA' +
  'AAAAAFBAAAAAAAAAUED98gEgB/0ABAD9/wEgC/3yASAJ/f8BIAz98gH98AH98AEgCv3zASENIAggCP0NCAkKCwwNDg8AAQIDBAUGB/3/' +
  'Af0MAAAAAAAAUEAAAAAAAABQQP3yASAH/V0DCP3/ASAL/fIBIAkgCf0NCAkKCwwNDg8AAQIDBAUGB/3/ASAM/fIB/fAB/fABIAr98wEh' +
  'DiACIA39WwMAACACIA39WwOAgAIBIAIgDv1bA4CABAAgAkSJQWDl0CLTPyAN/SEAokRiEFg5tMjiPyAN/SEBoqBEyXa+nxovvT8gDv0h' +
  'AKKgOQOAgAYgAUEQaiEBIAJBCGoiAiAESQ0ACwtLAQF/IAVBgIACaiEHA0AgACACKAIAaiACKAIEIAEgAigCCCACKAIMIAMQASADIAQg' +
  'BSAGEAIgAkEQaiECIAVBgARqIgUgB0kNAAsL7AIBDXv9DLF5N553yuuFPa6ywi/r1CchDyAC/QAEACEDIAL9AAQQIQQgAv0ABCAhBSAC' +
  '/QAEMCEGIAL9AARAIQcgAv0ABFAhCCAC/QAEYCEJIAL9AARwIQoDQCAA/QAEACELIAD9AAQQIQwgAP0ABCAhDSAA/QAEMCEOIAMgDf3O' +
  'ASEDIAQgDv3OASEEIAUgC/3OASEFIAYgDP3OASEGIAsgB/2uASELIAwgCP2uASEMIA0gCf2uASENIA4gCv2uASEOIAMgCyAM/d4B/c4B' +
  'IQMgBCALIAz93wH9zgEhBCAFIA0gDv3eAf3OASEFIAYgDSAO/d8B/c4BIQYgByAP/a4BIQcgCCAP/a4BIQggCSAP/a4BIQkgCiAP/a4B' +
  'IQogAEHAAGoiACABSQ0ACyACIAP9CwQAIAIgBP0LBBAgAiAF/QsEICACIAb9CwQwIAIgB/0LBEAgAiAI/QsEUCACIAn9CwRgIAIgCv0L' +
  'BHALpwEBA3sgAUEDRgRA/QwAAwYJDA//////////////IQT9DP///////wIFCAsO//////8hBf0M//////////////8BBAcKDSEGA0Ag' +
  'AiAA/QAEACAE/Q4gAP0ABBAgBf0O/VAgAP0ABCAgBv0O/VD9CwQAIABBMGohACACQRBqIgIgA0kNAAsPCwNAIAIgAC0AADoAACAAIAFq' +
  'IQAgAkEBaiICIANJDQALC5YCAQp7/QwAAAEAAgADAAQABQAGAAcAIQdBAf0QIQggAv0QIQkDQCAA/QIDAEEB/YsBIQQgAEEIa/0CAwAg' +
  'AP0CAwj9jgEgBP2RAf2AASEFIAggBSAJ/TX9TiAHIAEgAGv9EP0v/U4hBiANIAUgBv26Af2uASENIAwgAEEEa/0CAwAgAP0CAwT9jgEg' +
  'BP2RAf2AASAG/boB/a4BIQwgCyAAQQJr/QIDACAA/QIDAv2OASAE/ZEB/YABIAb9ugH9rgEhCyAKIABBAWv9AgMAIAD9AgMB/Y4BIAT9' +
  'kQH9gAEgBv26Af2uASEKIABBCGoiACABSQ0ACyADIAoQByADQQRqIAsQByADQQhqIAwQByADQQxqIA0QBwskACAAIAAoAgAgAf0bACAB' +
  '/RsBaiAB/RsCIAH9GwNqamo2AgALYgEDeyAC/QAEACEEIAL9AAQQIQUDQCAA/QIDACAAQQFr/QIDAP2RAf2AASEDIAQgA/2pAf2uASEE' +
  'IAUgA/2qAf2uASEFIABBCGoiACABSQ0ACyACIAT9CwQAIAIgBf0LBBAL'

/** What `pixels.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly raise: (at: number, end: number, pattern: number) => void
  readonly weigh: (
    ...parameters: [from: number, rows: number, rowBytes: number, first: number, last: number, to: number]
  ) => void
  readonly cells: (sums: number, spans: number, to: number, total: number) => void
  readonly means: (
    ...parameters: [
      from: number,
      rowBytes: number,
      rowSpans: number,
      sums: number,
      spans: number,
      to: number,
      total: number,
    ]
  ) => void
  readonly mix: (at: number, end: number, state: number) => void
  readonly gather: (at: number, stride: number, to: number, end: number) => void
  readonly bend: (at: number, end: number, least: number, sums: number) => void
  readonly steps: (at: number, end: number, sums: number) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

export const loops = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(compiledPixels, 'base64')))
  .exports as Exports

const KiB = 1024
const pageBytes = 64 * KiB

/** Values a row may have: the loops have room for so many. */
export const maxColumns = 60_000

/** Where things lie in the memory of the loops. */
export const place = {
  pattern: 0,
  mixed: 64,
  bends: 192,
  steps: 208,
  spans: 256,
  sums: 2 * KiB,
  quality: 244 * KiB,
  planes: 256 * KiB,
  line: 512 * KiB,
  otherLine: 576 * KiB,
  raster: 640 * KiB,
} as const

/** Loops run over the end of a raster by less than this. */
const slackBytes = 64
/** What passes through the memory at a time; a multiple of what any loop takes at once. */
const pieceBytes = 48 * 64 * 256
/** Enough for a raster of 4 megapixels, the largest the fast codec is asked for. */
const mostRasterBytes = 16 * KiB * KiB

let roomBytes = 0
let bytes = new Uint8Array(loops.memory.buffer)
let words = new Uint32Array(loops.memory.buffer)

/** The memory as it is now: growing it takes earlier views of it away. */
export const memoryBytes = (): Uint8Array => bytes

/** The same in 32-bit numbers: a view for every few of them would cost more than what is done with them. */
export const memoryWords = (): Uint32Array => words

function reserve(end: number): void {
  const missing = end + slackBytes - bytes.length
  if (missing <= 0) return
  loops.memory.grow(Math.ceil(missing / pageBytes))
  bytes = new Uint8Array(loops.memory.buffer)
  words = new Uint32Array(loops.memory.buffer)
}

/**
 * Room for a raster where the loops can work on it without copying it.
 *
 * @param length - bytes
 * @param before - bytes of room from `place.raster` on that the raster lies behind
 * @returns bytes that may hold anything; they are valid until the next call
 */
export function rasterRoom(length: number, before = 0): Buffer {
  if (length > mostRasterBytes) return Buffer.allocUnsafeSlow(length)
  // With what passes through behind it: growing the memory later would take the raster away from whoever holds it.
  reserve(place.raster + before + length + 2 * slackBytes + pieceBytes)
  roomBytes = before + length
  return Buffer.from(loops.memory.buffer, place.raster + before, length)
}

/** Whether a raster lies in the memory of the loops. */
export const isInside = (data: Uint8Array): boolean => data.buffer === loops.memory.buffer

/** Where a part of a raster lies in the memory: a copy of it, valid until the next call, unless it lies there anyway. */
export function placed(data: Uint8Array, from: number, end: number): number {
  if (isInside(data)) return data.byteOffset + from
  const at = place.raster + Math.ceil(roomBytes / slackBytes) * slackBytes + slackBytes
  reserve(at + end - from)
  bytes.set(data.subarray(from, end), at)
  return at
}

/** @param work - is given all of a raster, in one piece or in several */
function inPieces(data: Uint8Array, work: (at: number, end: number, from: number) => void): void {
  const most = isInside(data) ? data.length : pieceBytes
  for (let from = 0; from < data.length; from += most) {
    const end = Math.min(data.length, from + most)
    const at = placed(data, from, end)
    work(at, at + end - from, from)
  }
}

const patternBytes = 48

/**
 * Adds 1 to the values of some channels, up to 255.
 *
 * @param data - red, green, blue, red … ; changed
 * @param channels - which of the three
 */
export function brighten(data: Uint8Array, channels: readonly boolean[]): void {
  if (!channels.some(Boolean)) return
  for (let at = 0; at < patternBytes; at++) bytes[place.pattern + at] = channels[at % 3] ? 1 : 0
  inPieces(data, (at, end, from) => {
    loops.raise(at, end, place.pattern)
    if (!isInside(data)) data.set(bytes.subarray(at, end), from)
  })
}

/** Sums, then the keys the first values meet: digits of pi. */
const mixStart = Uint32Array.of(
  ...Array.from({ length: 16 }, () => 0),
  ...[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
  ...[0x452821e6, 0x38d01377, 0xbe5466cf, 0x34e90c6c, 0xc0ac29b7, 0xc97c50dd, 0x3f84d5b5, 0xb5470917],
)
/** What all values are mixed into. */
export const mixBytes = 64

/**
 * Mixes all values into 64 bytes: other values give other bytes, unless somebody looked for values that do not. A sixth of
 * the time of a digest that withstands that.
 */
export function mixed(data: Uint8Array): Uint8Array {
  bytes.set(new Uint8Array(mixStart.buffer), place.mixed)
  inPieces(data, (at, end) => {
    bytes.fill(0, end, end + mixBytes)
    loops.mix(at, end, place.mixed)
  })
  return bytes.slice(place.mixed, place.mixed + mixBytes)
}

/**
 * The loops over every value of a raster. They are `pixels.wat`; a test compiles that text and compares it with the bytes
 * below. A raster that lies in their memory is worked on where it is; others pass through a small part of it piece by
 * piece, so that their size does not matter.
 */
export const compiledPixels =
  'AGFzbQEAAAABGQNgBH9/f38AYAN/f38AYAh/f39/f3x8fAADBAMAAQIFAwEAHgcgBAZtZW1vcnkCAANhZGQAAAVyYWlzZQABBWJsZW5kAAIK' +
  'lwQDwQECA38GewNAIAP9AAQAIQkgA/0ABBAhCiAD/QAEICELIAP9AAQwIQwgACAEaiEGIAEhBQNAIAb9AAQAIQcgB/2JASEIIAkgCP2pAf2u' +
  'ASEJIAogCP2qAf2uASEKIAf9igEhCCALIAj9qQH9rgEhCyAMIAj9qgH9rgEhDCAGIAJqIQYgBUEBayIFDQALIAMgCf0LBAAgAyAK/QsEECAD' +
  'IAv9CwQgIAMgDP0LBDAgA0HAAGohAyAEQRBqIgQgAkkNAAsLTQADQCAAIAD9AAQAIAL9AAQA/XD9CwQAIAAgAP0ABBAgAv0ABBD9cP0LBBAg' +
  'ACAA/QAEICAC/QAEIP1w/QsEICAAQTBqIgAgAUkNAAsLgwICAX8GeyAF/RQhCSAG/RQhCiAH/RQhCyABIANqIQgDQCAA/QAEACEMIAH9XAIA' +
  '/YkB/akBIQ0gAv1cAgD9iQH9qQEhDiAEIAz9/wEgCf3yASAN/f8BIAr98gEgDv3/ASAL/fIB/fAB/fAB/QsEACAMIAz9DQgJCgsMDQ4PAAEC' +
  'AwQFBgchDCANIA39DQgJCgsMDQ4PAAECAwQFBgchDSAOIA79DQgJCgsMDQ4PAAECAwQFBgchDiAEIAz9/wEgCf3yASAN/f8BIAr98gEgDv3/' +
  'ASAL/fIB/fAB/fAB/QsEECAAQRBqIQAgAkEEaiECIARBIGohBCABQQRqIgEgCEkNAAsL'

/** What `pixels.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly add: (from: number, rows: number, rowBytes: number, sums: number) => void
  readonly raise: (at: number, end: number, pattern: number) => void
  readonly blend: (
    ...parameters: [sums: number, first: number, last: number, columns: number, to: number, ...Shares]
  ) => void
}
type Shares = [wholeShare: number, firstShare: number, lastShare: number]

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const { memory, add, raise, blend } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(compiledPixels, 'base64')),
).exports as Exports

const KiB = 1024
const pageBytes = 64 * KiB
const patternAt = 0
const patternBytes = 48
const sumsAt = 64
/** What lies below holds so many values of a row. */
const maxColumns = 60_000
const blendedAt = 256 * KiB
const firstRowAt = 768 * KiB
const lastRowAt = 832 * KiB
const pieceAt = 896 * KiB
const pieceBytes = 1024 * KiB
const rasterAt = pieceAt + pieceBytes
/** Loops run over the end of a raster by less than this. */
const slackBytes = 64
/** Enough for a raster of 4 megapixels, the largest the fast codec is asked for. */
const mostRasterBytes = 16 * KiB * KiB

/** Growing the memory takes the views of it away. */
function viewsOf(buffer: ArrayBuffer) {
  return {
    bytes: new Uint8Array(buffer),
    sums: new Uint32Array(buffer, sumsAt, maxColumns),
    blended: new Float64Array(buffer, blendedAt, maxColumns),
  }
}
let views = viewsOf(memory.buffer)

/**
 * Room for a raster where the loops can work on it without copying it.
 *
 * @param length - bytes
 * @returns bytes that may hold anything; they are valid until the next call
 */
export function rasterRoom(length: number): Buffer {
  if (length > mostRasterBytes) return Buffer.allocUnsafeSlow(length)
  const missing = rasterAt + length + slackBytes - memory.buffer.byteLength
  if (missing > 0) {
    memory.grow(Math.ceil(missing / pageBytes))
    views = viewsOf(memory.buffer)
  }
  return Buffer.from(memory.buffer, rasterAt, length)
}

const isInside = (data: Uint8Array) => data.buffer === memory.buffer

/** Rows that become one: the first and the last count with shares of their own, those between with another. */
export interface RowSpan {
  readonly first: number
  /** `first` or later. */
  readonly last: number
  readonly firstShare: number
  /** 0 when the last row is the first one. */
  readonly lastShare: number
  readonly wholeShare: number
}

/**
 * Adds rows of values, column by column, each row times its share.
 *
 * @param data - rows without padding
 * @param rowBytes - values in a row, 1 to 60,000
 * @returns `rowBytes` values; valid until the next call
 */
export function blendRows(data: Uint8Array, rowBytes: number, span: RowSpan): Float64Array {
  if (rowBytes > maxColumns) throw new RangeError(`${rowBytes} values in a row`)
  const { first, last, wholeShare, firstShare, lastShare } = span
  const { bytes, sums, blended } = views
  sums.fill(0, 0, rowBytes)
  addRows(data, rowBytes, first + 1, last)
  const placeOf = (row: number, copyAt: number) => {
    if (isInside(data)) return data.byteOffset + row * rowBytes
    bytes.set(data.subarray(row * rowBytes, (row + 1) * rowBytes), copyAt)
    return copyAt
  }
  const rows = [placeOf(first, firstRowAt), placeOf(last, lastRowAt)] as const
  blend(sumsAt, ...rows, rowBytes, blendedAt, wholeShare, firstShare, lastShare)
  return blended
}

function addRows(data: Uint8Array, rowBytes: number, from: number, to: number): void {
  if (from >= to) return
  if (isInside(data)) {
    add(data.byteOffset + from * rowBytes, to - from, rowBytes, sumsAt)
    return
  }
  const rowsAtOnce = Math.floor(pieceBytes / rowBytes)
  for (let row = from; row < to; row += rowsAtOnce) {
    const end = Math.min(to, row + rowsAtOnce)
    views.bytes.set(data.subarray(row * rowBytes, end * rowBytes), pieceAt)
    add(pieceAt, end - row, rowBytes, sumsAt)
  }
}

/**
 * Adds 1 to the values of some channels, up to 255.
 *
 * @param data - red, green, blue, red … ; changed
 * @param channels - which of the three
 */
export function brighten(data: Uint8Array, channels: readonly boolean[]): void {
  if (!channels.some(Boolean)) return
  const { bytes } = views
  for (let at = 0; at < patternBytes; at++) bytes[patternAt + at] = channels[at % 3] ? 1 : 0
  if (isInside(data)) {
    raise(data.byteOffset, data.byteOffset + data.length, patternAt)
    return
  }
  const most = Math.floor(pieceBytes / patternBytes) * patternBytes
  for (let from = 0; from < data.length; from += most) {
    const piece = data.subarray(from, from + most)
    bytes.set(piece, pieceAt)
    raise(pieceAt, pieceAt + piece.length, patternAt)
    piece.set(bytes.subarray(pieceAt, pieceAt + piece.length))
  }
}

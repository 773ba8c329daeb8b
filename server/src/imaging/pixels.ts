/**
 * The loops over every value of a raster. They are `pixels.wat`; a test compiles that text and compares it with the bytes
 * below. Rasters pass through a small memory piece by piece, so that their size does not matter.
 */
export const compiledPixels =
  'AGFzbQEAAAABDgJgBH9/f38AYAN/f38AAwMCAAEFAwEAFQcYAwZtZW1vcnkCAANhZGQAAAVyYWlzZQABCpICAsEBAgN/BnsDQCAD/QAE' +
  'ACEJIAP9AAQQIQogA/0ABCAhCyAD/QAEMCEMIAAgBGohBiABIQUDQCAG/QAEACEHIAf9iQEhCCAJIAj9qQH9rgEhCSAKIAj9qgH9rgEh' +
  'CiAH/YoBIQggCyAI/akB/a4BIQsgDCAI/aoB/a4BIQwgBiACaiEGIAVBAWsiBQ0ACyADIAn9CwQAIAMgCv0LBBAgAyAL/QsEICADIAz9' +
  'CwQwIANBwABqIQMgBEEQaiIEIAJJDQALC00AA0AgACAA/QAEACAC/QAEAP1w/QsEACAAIAD9AAQQIAL9AAQQ/XD9CwQQIAAgAP0ABCAg' +
  'Av0ABCD9cP0LBCAgAEEwaiIAIAFJDQALCw=='

/** What `pixels.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly add: (from: number, rows: number, rowBytes: number, sums: number) => void
  readonly raise: (at: number, end: number, pattern: number) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const { memory, add, raise } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(compiledPixels, 'base64')),
).exports as Exports

const patternAt = 0
const patternBytes = 48
const sumsAt = 64
const pieceAt = 256 * 1024
const pieceBytes = 1024 * 1024
/** Sums of so many columns fit in front of the piece. */
const maxColumns = 60_000

const bytes = new Uint8Array(memory.buffer)
const sums = new Uint32Array(memory.buffer, sumsAt, maxColumns)

/**
 * Adds rows of values, column by column.
 *
 * @param data - rows without padding
 * @param rowBytes - values in a row, 1 to 60,000
 * @param rows - at least 1
 * @returns `rowBytes` sums; valid until the next call
 */
export function sumOfRows(data: Uint8Array, rowBytes: number, firstRow: number, rows: number): Uint32Array {
  if (rowBytes > maxColumns) throw new RangeError(`${rowBytes} values in a row`)
  sums.fill(0, 0, rowBytes)
  const rowsAtOnce = Math.floor(pieceBytes / rowBytes)
  for (let row = firstRow; row < firstRow + rows; row += rowsAtOnce) {
    const end = Math.min(firstRow + rows, row + rowsAtOnce)
    bytes.set(data.subarray(row * rowBytes, end * rowBytes), pieceAt)
    add(pieceAt, end - row, rowBytes, sumsAt)
  }
  return sums
}

/**
 * Adds 1 to the values of some channels, up to 255.
 *
 * @param data - red, green, blue, red … ; changed
 * @param channels - which of the three
 */
export function brighten(data: Uint8Array, channels: readonly boolean[]): void {
  if (!channels.some(Boolean)) return
  for (let at = 0; at < patternBytes; at++) bytes[patternAt + at] = channels[at % 3] ? 1 : 0
  const most = Math.floor(pieceBytes / patternBytes) * patternBytes
  for (let from = 0; from < data.length; from += most) {
    const piece = data.subarray(from, from + most)
    bytes.set(piece, pieceAt)
    raise(pieceAt, pieceAt + piece.length, patternAt)
    piece.set(bytes.subarray(pieceAt, pieceAt + piece.length))
  }
}

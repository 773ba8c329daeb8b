/**
 * Tar archives (POSIX ustar), with a pax record only where a name or a size asks for one. Owner, mode and time are the same for
 * every file, so that the same files give the same bytes.
 */
import { chunked } from './chunks.ts'

const blockBytes = 512
/** What fits into the eleven octal digits of a header. */
const mostOctalSize = 0o77777777777

/** 1980-01-01: the oldest a zip can say as well, and old enough for nobody to take it for a time that matters. */
export const archivedAtSeconds = 315_532_800

export interface TarEntry {
  /** Relative, with `/`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** @returns an archive in chunks of about a mebibyte; memory is that of one entry and one chunk */
export async function* tarOf(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  yield* chunked(tarParts(entries))
}

async function* tarParts(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const { path, bytes } of entries) {
    yield tarHeader(path, bytes.length)
    yield bytes
    yield tarPadding(bytes.length)
  }
  yield tarEnd
}

/** Two empty blocks. */
export const tarEnd: Uint8Array = Buffer.alloc(2 * blockBytes)

const zeros = Buffer.alloc(blockBytes)

/** @returns what fills up the last block of a file */
export const tarPadding = (sizeBytes: number): Uint8Array => zeros.subarray(0, -sizeBytes & (blockBytes - 1))

/**
 * @param path - relative, with `/`; any length, any letters
 * @returns one block, or three and more where a pax record says what the header cannot
 */
export function tarHeader(path: string, sizeBytes: number): Buffer {
  const place = placeOf(path)
  const records = [
    ...(place ? [] : [paxRecord('path', path)]),
    ...(sizeBytes > mostOctalSize ? [paxRecord('size', String(sizeBytes))] : []),
  ]
  const shown = place ?? { prefix: '', name: path.replace(/[^\x20-\x7e]/g, '_').slice(-100) }
  const header = block({ ...shown, type: '0', sizeBytes: Math.min(sizeBytes, mostOctalSize) })
  if (records.length === 0) return header
  const pax = Buffer.concat(records)
  const paxHeader = block({ prefix: '', name: 'PaxHeader', type: 'x', sizeBytes: pax.length })
  return Buffer.concat([paxHeader, pax, tarPadding(pax.length), header])
}

interface Place {
  /** Up to 155 bytes. */
  readonly prefix: string
  /** Up to 100 bytes. */
  readonly name: string
}

/** @returns `undefined` when the path does not fit, or is not ASCII, whose meaning no two readers agree on */
function placeOf(path: string): Place | undefined {
  if (!/^[\x20-\x7e]*$/.test(path)) return undefined
  if (path.length <= 100) return { prefix: '', name: path }
  const slash = path.indexOf('/', path.length - 101)
  return slash > 0 && slash <= 155 && slash < path.length - 1
    ? { prefix: path.slice(0, slash), name: path.slice(slash + 1) }
    : undefined
}

function block(header: Place & { readonly type: '0' | 'x'; readonly sizeBytes: number }): Buffer {
  const bytes = Buffer.alloc(blockBytes)
  const octal = (value: number, at: number, digits: number) =>
    void bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1')
  bytes.write(header.name, 0, 'latin1')
  octal(0o644, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(header.sizeBytes, 124, 11)
  octal(archivedAtSeconds, 136, 11)
  bytes.fill(' ', 148, 156)
  bytes.write(header.type, 156, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  bytes.write(header.prefix, 345, 'latin1')
  let sum = 0
  for (const byte of bytes) sum += byte
  octal(sum, 148, 6)
  bytes[154] = 0
  return bytes
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length += 1
  return Buffer.from(`${length} ${key}=${value}\n`)
}

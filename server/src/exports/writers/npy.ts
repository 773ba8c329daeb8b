/** NumPy arrays: a header that says their shape, then the numbers; and archives of them, which `np.load` opens. */
import { crc32 } from 'node:zlib'
import { centralHeader, dataDescriptor, endOfDirectory, localHeader, needs64, type ZipFile } from './zip.ts'

export interface NpyArray {
  /** As NumPy writes it: `|u1`, `<i8`, `<U12`. */
  readonly type: `|u1` | '<i8' | `<U${number}`
  readonly shape: readonly number[]
}

export interface NpyFile {
  /** Without an extension. */
  readonly name: string
  readonly array: NpyArray
  readonly content: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1')

/** Ends at a multiple of 64 bytes, so that a mapped array is aligned. */
function npyHeader({ type, shape }: NpyArray): Buffer {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`
  const length = Math.ceil((magic.length + 2 + text.length + 1) / 64) * 64
  const header = Buffer.alloc(length, ' ', 'latin1')
  header.set(magic, 0)
  header.writeUInt16LE(length - magic.length - 2, magic.length)
  header.write(text, magic.length + 2, 'latin1')
  header.write('\n', length - 1, 'latin1')
  return header
}

/** @throws Error when the content is not as long as the shape says */
export async function* npyOf({ name, array, content }: NpyFile): AsyncGenerator<Uint8Array> {
  yield npyHeader(array)
  const wanted = contentBytes(array)
  let written = 0
  for await (const part of content()) {
    written += part.length
    yield part
  }
  if (written !== wanted) throw new Error(`${name} has ${written} bytes, not ${wanted}`)
}

function contentBytes({ type, shape }: NpyArray): number {
  const each = type === '|u1' ? 1 : type === '<i8' ? 8 : 4 * Number(type.slice(2))
  return shape.reduce((product, dimension) => product * dimension, each)
}

/** An archive that is written from front to back: checksums follow their arrays. */
export async function* npzOf(files: readonly NpyFile[]): AsyncGenerator<Uint8Array> {
  const listed: ZipFile[] = []
  let offset = 0
  const counted = (bytes: Uint8Array) => {
    offset += bytes.length
    return bytes
  }
  for (const file of files) {
    const is64 = needs64(contentBytes(file.array))
    const known = { path: `${file.name}.npy`, method: 'stored', isStreamed: true, offset } as const
    yield counted(localHeader({ ...known, crc32: 0, sizeBytes: 0, packedBytes: 0 }, is64))
    const from = offset
    let checksum = 0
    for await (const part of npyOf(file)) {
      checksum = crc32(part, checksum)
      yield counted(part)
    }
    const sizeBytes = offset - from
    const entry = { ...known, crc32: checksum, sizeBytes, packedBytes: sizeBytes }
    yield counted(dataDescriptor(entry, is64))
    listed.push(entry)
  }
  const at = offset
  for (const entry of listed) yield counted(centralHeader(entry))
  yield endOfDirectory({ files: listed.length, offset: at, sizeBytes: offset - at })
}

/** Texts as NumPy keeps them: four bytes a letter, all as long as the longest. */
export function textArray(name: string, texts: readonly string[]): NpyFile {
  const letters = texts.map(text => Array.from(text, letter => letter.codePointAt(0) ?? 0))
  const longest = Math.max(1, ...letters.map(({ length }) => length))
  return {
    name,
    array: { type: `<U${longest}`, shape: [texts.length] },
    content: () =>
      letters.map(points => {
        const bytes = Buffer.alloc(4 * longest)
        for (const [at, point] of points.entries()) bytes.writeUInt32LE(point, 4 * at)
        return bytes
      }),
  }
}

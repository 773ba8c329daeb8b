/** Gzip streams of one member, made part by part: the same parts give the same bytes. */
import { crc32 } from 'node:zlib'
import { chunked } from './chunks.ts'
import { deflatedPart, deflateEnd, storedParts } from './deflate.ts'

/** No name, no time, "unknown" for the system it was made on. */
const header: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)

export interface GzipMaker {
  /** Goes first. */
  readonly start: Uint8Array
  /** @param isCompressed - by its own format, so that it is only stored */
  readonly part: (bytes: Uint8Array, isCompressed: boolean) => Iterable<Uint8Array>
  /** @returns what goes last */
  readonly end: () => Uint8Array
}

export function createGzip(): GzipMaker {
  let checksum = 0
  let sizeBytes = 0
  return {
    start: header,
    part: (bytes, isCompressed) => {
      checksum = crc32(bytes, checksum)
      sizeBytes += bytes.length
      if (bytes.length === 0) return []
      return isCompressed ? storedParts(bytes) : [deflatedPart(bytes)]
    },
    end: () => {
      const end = Buffer.alloc(8)
      end.writeUInt32LE(checksum, 0)
      end.writeUInt32LE(sizeBytes % 2 ** 32, 4)
      return Buffer.concat([deflateEnd, end])
    },
  }
}

/** @param isCompressed - whether what comes is mostly pictures, which another pass would not make smaller */
export async function* gzipOf(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  isCompressed: boolean,
): AsyncGenerator<Uint8Array> {
  yield* chunked(gzipParts(chunks, isCompressed))
}

async function* gzipParts(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  isCompressed: boolean,
): AsyncGenerator<Uint8Array> {
  const gzip = createGzip()
  yield gzip.start
  for await (const chunk of chunks) yield* gzip.part(chunk, isCompressed)
  yield gzip.end()
}

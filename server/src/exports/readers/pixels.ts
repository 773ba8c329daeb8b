/** Files of raw pixels: read picture by picture, known by the digest of their pixels. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

/** SHA-256, hex. */
export const digestOfPixels = (pixels: Uint8Array): string =>
  createHash('sha256').update(pixels).digest('hex')

export interface RawFile {
  readonly sizeBytes: number
  /** @throws Error when the file ends before */
  readonly at: (offset: number, length: number) => Promise<Buffer>
  /** Records of one length, from an offset to the end of the file. @throws Error when the last one is cut short */
  readonly records: (offset: number, length: number) => AsyncGenerator<Buffer>
}

/** Opens a file for as long as somebody reads from it. */
export async function* withRawFile<Found>(
  path: string,
  read: (file: RawFile) => AsyncIterable<Found>,
): AsyncGenerator<Found> {
  const handle = await open(path)
  try {
    yield* read(await rawFile(path, handle))
  } finally {
    await handle.close()
  }
}

const readBytes = 1 << 20

async function rawFile(path: string, handle: FileHandle): Promise<RawFile> {
  const sizeBytes = (await handle.stat()).size
  const at = async (offset: number, length: number) => {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await handle.read(bytes, 0, length, offset)
    if (bytesRead < length) throw new Error(`${path}: cut short`)
    return bytes
  }
  async function* records(offset: number, length: number) {
    const many = Math.max(1, Math.floor(readBytes / length)) * length
    for (let from = offset; from < sizeBytes; from += many) {
      const bytes = await at(from, Math.min(many, sizeBytes - from))
      if (bytes.length % length !== 0) throw new Error(`${path}: the last record is cut short`)
      for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length)
    }
  }
  return { sizeBytes, at, records }
}

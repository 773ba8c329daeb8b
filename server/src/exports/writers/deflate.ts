/**
 * Deflate streams put together from parts that stand alone: pictures lie in them as they are, text is compressed. So a stream of
 * any length is made with the memory of one part.
 */
import { constants, deflateRawSync } from 'node:zlib'

/** The longest a stored block can be. */
const mostStored = 0xffff

/** Closes a stream: an empty last block. */
export const deflateEnd: Uint8Array = Uint8Array.of(0x03, 0x00)

/** @returns a compressed part that ends at a whole byte and refers to nothing before it */
export const deflatedPart = (bytes: Uint8Array): Buffer =>
  deflateRawSync(bytes, { level: 6, finishFlush: constants.Z_FULL_FLUSH })

/** @returns the bytes themselves as parts of a stream, for what is compressed already */
export function* storedParts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += mostStored) {
    const part = bytes.subarray(at, at + mostStored)
    const header = Buffer.alloc(5)
    header.writeUInt16LE(part.length, 1)
    header.writeUInt16LE(~part.length & mostStored, 3)
    yield header
    yield part
  }
}

/** Whether a file is compressed by its own format: another pass would take time and save nothing. */
export const isPacked = (path: string): boolean =>
  /\.(?:jpe?g|png|webp|avif|gif|parquet|gz|tgz|zip|npz|tar)$/i.test(path)

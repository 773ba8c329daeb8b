/** A file that is written from one large buffer, into which others read directly. Blocks the thread it is used in. */
import { closeSync, openSync, writeSync } from 'node:fs'

const bufferBytes = 4 << 20

export interface Output {
  /** How much may be taken at once, in bytes. */
  readonly mostTaken: number
  /** @returns the next bytes of the file, to be filled before anything else is asked for */
  readonly take: (sizeBytes: number) => Buffer
  readonly put: (bytes: Uint8Array) => void
  /** Writes over bytes that were put before. */
  readonly patch: (at: number, bytes: Uint8Array) => void
  /** Bytes so far. */
  readonly position: () => number
  /** Writes what is left, and closes. */
  readonly end: () => void
  /** Closes without writing. */
  readonly abandon: () => void
}

export function openOutput(path: string): Output {
  const file = openSync(path, 'w')
  const buffer = Buffer.allocUnsafeSlow(bufferBytes)
  let filled = 0
  let written = 0
  const write = (bytes: Uint8Array, at: number) => {
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, bytes.length - done, at + done)
  }
  const flush = () => {
    write(buffer.subarray(0, filled), written)
    written += filled
    filled = 0
  }
  const take = (sizeBytes: number) => {
    if (filled + sizeBytes > bufferBytes) flush()
    filled += sizeBytes
    return buffer.subarray(filled - sizeBytes, filled)
  }
  return {
    mostTaken: bufferBytes,
    take,
    put: bytes => {
      for (let at = 0; at < bytes.length; at += bufferBytes) {
        const part = bytes.subarray(at, at + bufferBytes)
        take(part.length).set(part)
      }
    },
    patch: (at, bytes) => {
      if (at < written) flush()
      if (at < written) write(bytes, at)
      else buffer.set(bytes, at - written)
    },
    position: () => written + filled,
    end: () => {
      try {
        flush()
      } finally {
        closeSync(file)
      }
    },
    abandon: () => closeSync(file),
  }
}

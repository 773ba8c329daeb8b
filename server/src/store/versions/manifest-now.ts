/** How the process that works them out reads and writes files of versions: it has nobody to wait for. */
import { createHash } from 'node:crypto'
import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { AppError } from '@gleaner/shared/errors'
import type { ManifestFile } from './manifest.ts'

const noFollow = constants.O_NOFOLLOW ?? 0
const chunkBytes = 256 * 1024

/** Lines of a file, one after the other, without a pause. */
export function* linesNow(file: ManifestFile): Generator<readonly [index: number, line: string]> {
  const handle = openNow(file)
  const digest = createHash('sha256')
  const chunk = Buffer.alloc(chunkBytes)
  let rest: Buffer = Buffer.alloc(0)
  let index = 0
  try {
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
      digest.update(chunk.subarray(0, read))
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      const end = bytes.lastIndexOf(0x0a) + 1
      rest = bytes.subarray(end)
      if (end === 0) continue
      for (const line of bytes
        .subarray(0, end - 1)
        .toString('utf8')
        .split('\n')) {
        yield [index, line]
        index += 1
      }
    }
  } finally {
    closeSync(handle)
  }
  if (rest.length > 0 || digest.digest('hex') !== file.digest) {
    throw new AppError('VERSION_DAMAGED', { digest: file.digest, reason: 'Its digest differs.' })
  }
}

function openNow({ path, digest }: ManifestFile): number {
  try {
    return openSync(path, constants.O_RDONLY | noFollow)
  } catch (error) {
    throw new AppError('VERSION_DAMAGED', { digest, reason: 'It cannot be read.' }, { cause: error })
  }
}

/** A new file that is written in large pieces and synced at its end. */
export function createSink(path: string) {
  const handle = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow, 0o600)
  const digest = createHash('sha256')
  let sizeBytes = 0
  let waiting: string[] = []
  let chars = 0
  const flush = () => {
    const bytes = Buffer.from(waiting.join(''), 'utf8')
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written)
    digest.update(bytes)
    sizeBytes += bytes.length
    waiting = []
    chars = 0
  }
  return {
    line: (text: string): void => {
      waiting.push(text, '\n')
      chars += text.length + 1
      if (chars >= chunkBytes) flush()
    },
    /** @returns what the file is, which is on the disk from here on */
    end: () => {
      flush()
      fsyncSync(handle)
      return { digest: digest.digest('hex'), sizeBytes }
    },
    close: () => closeSync(handle),
  }
}

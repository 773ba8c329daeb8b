/** Where exporters write: a folder that nobody else knows yet, and a line for each file in it. */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExportRecord } from '@gleaner/shared/versions'
import type { ExportPicture, ExportSink } from '../exporter.ts'
import type { ExportFailpoint } from './failpoints.ts'
import { copyApart, linkOrCopy } from './files.ts'
import { makeEmptyFolder, type Staging } from './staging.ts'

export type WrittenFile = ExportRecord['files'][number]

export interface SinkParts {
  readonly staging: Staging
  /** Whether files may share their bytes with the dataset: where they only go on into an archive. */
  readonly mayShare: (picture: ExportPicture) => boolean
  readonly step: () => void
  readonly signal: AbortSignal
  readonly failpoint: ExportFailpoint
}

export interface SetSink extends ExportSink {
  /** In the order in which they were written. */
  readonly files: () => AsyncIterable<WrittenFile>
  readonly hasWritten: (path: string) => boolean
  readonly sizeBytes: () => number
  readonly count: () => number
  readonly close: () => void
}

/** Begins anew, whatever an earlier process had written. */
export function createSetSink({ staging, mayShare, step, signal, failpoint }: SinkParts): SetSink {
  makeEmptyFolder(staging.set)
  const list = openSync(staging.files, 'w', 0o600)
  const folders = new Set<string>()
  const besides = new Set<string>()
  let sizeBytes = 0
  let count = 0

  const targetOf = (path: string): string => {
    signal.throwIfAborted()
    refuseOdd(path)
    const target = join(staging.set, path)
    const folder = dirname(target)
    if (!folders.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      folders.add(folder)
    }
    return target
  }
  const note = (file: WrittenFile): void => {
    writeSync(list, `${JSON.stringify(file)}\n`)
    sizeBytes += file.sizeBytes
    count += 1
    failpoint('export:placed')
  }

  return {
    place: async (path, picture) => {
      const target = targetOf(path)
      await (mayShare(picture) ? linkOrCopy : copyApart)(picture.path, target)
      note({ path, sizeBytes: picture.sizeBytes, digest: picture.digest })
    },
    write: async (path, content) => {
      const bytes = Buffer.from(content)
      await writeFile(targetOf(path), bytes, { flag: 'wx', mode: 0o644 })
      besides.add(path)
      note({ path, sizeBytes: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') })
    },
    stream: async (path, chunks) => {
      const target = await open(targetOf(path), 'wx', 0o644)
      const sum = createHash('sha256')
      let written = 0
      try {
        for await (const chunk of gathered(chunks)) {
          signal.throwIfAborted()
          sum.update(chunk)
          await target.writeFile(chunk)
          written += chunk.length
        }
      } finally {
        await target.close()
      }
      besides.add(path)
      note({ path, sizeBytes: written, digest: sum.digest('hex') })
      return written
    },
    step,
    signal,
    files: async function* () {
      const lines = createInterface({
        input: createReadStream(staging.files),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      for await (const line of lines) yield JSON.parse(line) as WrittenFile
    },
    hasWritten: path => besides.has(path),
    sizeBytes: () => sizeBytes,
    count: () => count,
    close: () => closeSync(list),
  }
}

const chunkBytes = 1024 * 1024

/** Small pieces together: a call for each line would cost more than the line. */
async function* gathered(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const chunk of chunks) {
    // A copy, for whoever gives it may use its memory again.
    const bytes = Buffer.from(chunk)
    waiting.push(bytes)
    waitingBytes += bytes.length
    if (waitingBytes < chunkBytes) continue
    yield waiting.length === 1 ? bytes : Buffer.concat(waiting)
    waiting = []
    waitingBytes = 0
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting)
}

function refuseOdd(path: string): void {
  const parts = path.split('/')
  const isOdd = parts.some(part => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))
  if (isOdd) throw new Error(`no path for a file of an export: ${path}`)
}

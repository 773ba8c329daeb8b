/** The thread that reads and writes archives: whole files at a time, without holding anything else up. */
import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { openOutput } from './output.ts'
import { type Archive, addFile, packers } from './pack-files.ts'

export interface WrapOrder {
  readonly folder: string
  readonly container: Archive
  readonly target: string
  readonly root: string
  /** One number; not 0 once it is cancelled. */
  readonly cancelled: Int32Array<SharedArrayBuffer>
}

export type WrapNews =
  | { readonly kind: 'progress'; readonly files: number }
  | { readonly kind: 'done'; readonly files: number; readonly sizeBytes: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }

const filesBetweenNews = 64

const send = (news: WrapNews) => parentPort?.postMessage(news)

/** All files below a folder, in the order of their names. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function wrapAll({ folder, container, target, root, cancelled }: WrapOrder): WrapNews {
  const paths = filesBelow(folder)
  const output = openOutput(target)
  try {
    const packer = packers[container](output)
    for (const [nth, path] of paths.entries()) {
      if (Atomics.load(cancelled, 0) !== 0) throw new Error('cancelled')
      addFile(packer, folder, path, root)
      if (nth % filesBetweenNews === 0) send({ kind: 'progress', files: nth })
    }
    packer.end()
  } catch (error) {
    output.abandon()
    throw error
  }
  const sizeBytes = output.position()
  output.end()
  return { kind: 'done', files: paths.length, sizeBytes }
}

try {
  send(wrapAll(workerData as WrapOrder))
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  send({ kind: 'failed', message: String(error), code })
}

/** The thread that reads files for `file-reader.ts`: many at a time into one piece of memory, which is then handed over. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

export interface FileToRead {
  readonly path: string
  readonly sizeBytes: number
}

export type FilesRead =
  | { readonly kind: 'read'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }

function readAll(files: readonly FileToRead[]): ArrayBuffer {
  const bytes = new Uint8Array(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  let at = 0
  for (const { path, sizeBytes } of files) {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      if (size !== sizeBytes) throw new Error(`${path} has ${size} bytes, not ${sizeBytes}`)
      for (const end = at + sizeBytes; at < end; ) {
        const read = readSync(file, bytes, at, end - at, null)
        if (read === 0) throw new Error(`${path} became shorter while it was read`)
        at += read
      }
    } finally {
      closeSync(file)
    }
  }
  return bytes.buffer
}

parentPort?.on('message', (files: readonly FileToRead[]) => {
  try {
    const bytes = readAll(files)
    parentPort?.postMessage({ kind: 'read', bytes } satisfies FilesRead, [bytes])
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    parentPort?.postMessage({ kind: 'failed', message: String(error), code } satisfies FilesRead)
  }
})

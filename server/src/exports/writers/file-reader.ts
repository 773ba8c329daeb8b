/** Reads many small files in a thread of its own: asking the system for each in turn takes longer than reading it. */
import { Worker } from 'node:worker_threads'
import type { FilesRead, FileToRead } from './file-thread.ts'

export interface FileReader {
  /** @returns the bytes of each, in order. @throws Error when one is not as long as it should be, or not there */
  readonly read: (files: readonly FileToRead[]) => Promise<readonly Buffer[]>
  readonly close: () => Promise<void>
}

interface Question {
  readonly files: readonly FileToRead[]
  readonly resolve: (contents: readonly Buffer[]) => void
  readonly reject: (error: unknown) => void
}

export function startFileReader(): FileReader {
  const thread = new Worker(new URL('./file-thread.ts', import.meta.url))
  const waiting: Question[] = []
  const failAll = (error: unknown) => {
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  // Answers come in the order of questions.
  thread.on('message', (answer: FilesRead) => {
    const question = waiting.shift()
    if (answer.kind === 'read') question?.resolve(parted(answer.bytes, question.files))
    else question?.reject(Object.assign(new Error(answer.message), { code: answer.code }))
  })
  thread.on('error', failAll)
  thread.on('exit', () => failAll(new Error('the thread that reads files ended early')))
  return {
    read: files =>
      new Promise((resolve, reject) => {
        waiting.push({ files, resolve, reject })
        thread.postMessage(files)
      }),
    close: async () => {
      await thread.terminate()
    },
  }
}

function parted(bytes: ArrayBuffer, files: readonly FileToRead[]): Buffer[] {
  let at = 0
  return files.map(({ sizeBytes }) => {
    at += sizeBytes
    return Buffer.from(bytes, at - sizeBytes, sizeBytes)
  })
}

/** Puts a finished folder into one archive. The same files give the same bytes, on every machine and at any time. */
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Archive } from './pack-files.ts'
import type { WrapNews, WrapOrder } from './wrap-thread.ts'

export interface Wrapping {
  /** Every file below it goes in, in the order of names; links and the like do not. */
  readonly folder: string
  readonly container: Archive
  /** The file that is written, or written over. It is not synced. */
  readonly target: string
  /** The one folder that the archive unpacks to; the name of the target without its extension when absent. */
  readonly root?: string
  readonly signal?: AbortSignal
  /** Told now and then how many files are in. */
  readonly onProgress?: (files: number) => void
}

/**
 * Pictures are stored as they are, text is compressed in `zip` and `tgz`. The work is done in a thread of its own with calls
 * that block it: that is twice as fast as asking for every file in turn, and holds nothing else up.
 *
 * @throws Error with the code of the system when something cannot be read or written, and the reason of the signal when that
 * says so; the target is gone then
 */
export async function wrap(
  wrapping: Wrapping,
): Promise<{ readonly files: number; readonly sizeBytes: number }> {
  const { folder, container, target, signal, onProgress } = wrapping
  signal?.throwIfAborted()
  const cancelled = new Int32Array(new SharedArrayBuffer(4))
  const root = wrapping.root ?? basename(target).replace(/\.(?:tar|tgz|tar\.gz|zip)$/, '')
  const order: WrapOrder = { folder, container, target, root, cancelled }
  const cancel = () => Atomics.store(cancelled, 0, 1)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const wrapped = await run(order, onProgress)
    signal?.throwIfAborted()
    return wrapped
  } catch (error) {
    await rm(target, { force: true })
    throw signal?.aborted ? signal.reason : error
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function run(order: WrapOrder, onProgress?: (files: number) => void) {
  return new Promise<{ files: number; sizeBytes: number }>((resolve, reject) => {
    const worker = new Worker(new URL('./wrap-thread.ts', import.meta.url), { workerData: order })
    worker.on('message', (news: WrapNews) => {
      if (news.kind === 'progress') onProgress?.(news.files)
      else if (news.kind === 'done') resolve({ files: news.files, sizeBytes: news.sizeBytes })
      else reject(Object.assign(new Error(news.message), { code: news.code }))
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('the thread that writes archives ended early')))
  })
}

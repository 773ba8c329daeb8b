/** Asks a thread to fold the log of an index in: copying pages and waiting for the disk take the event loop no time. */
import { Worker } from 'node:worker_threads'
import { lifeOf, newLife } from './thread-life.ts'

export interface FoldData {
  /** Of the index. */
  readonly path: string
  readonly life: SharedArrayBuffer
}
export type ToFold = 'pass' | 'close'
export interface Folded {
  /** What SQLite said, where it could not. */
  readonly failure?: { readonly code: string; readonly message: string }
}

export interface LogFold {
  /**
   * What is in the log is in the index afterwards, on the disk, as far as no reader needs it as it was. One at a time.
   *
   * @returns `gone` when the thread died, or none can be had: then nothing can be said of the pass, and no other is made
   * @throws Error with the `code` of SQLite. After a sync that failed no other pass is made: it would only seem to work
   */
  readonly pass: () => Promise<'done' | 'gone'>
  /** Lets go of the index, before it is closed. Waits for a pass under way, for a bounded time. */
  readonly close: () => void
}

export interface LogFoldOptions {
  /** Of the index, which is in use by this process. */
  readonly path: string
  /** A thread that had nothing to do for so long is given back; the next pass starts another one. */
  readonly idleMs?: number
  /** What it runs; only tests have another one. */
  readonly entry?: URL
}

interface Thread {
  readonly worker: Worker
  readonly life: SharedArrayBuffer
}

const defaultIdleMs = 60_000
const defaultEntry = new URL('./log-fold-thread.ts', import.meta.url)
/** It holds a connection and nothing else. */
const resourceLimits = { maxYoungGenerationSizeMb: 1 }
/** Whoever closes a dataset does not wait for a disk that hangs. */
const mostCloseMs = 2_000

/** @returns what has its thread from the first pass on */
export function createLogFold({
  path,
  idleMs = defaultIdleMs,
  entry = defaultEntry,
}: LogFoldOptions): LogFold {
  let thread: Thread | undefined
  let end: ((how: Folded | 'gone') => void) | undefined
  let idle: NodeJS.Timeout | undefined
  let isGone = false

  const lost = () => {
    isGone = true
    thread = undefined
    end?.('gone')
  }

  const start = (): Thread => {
    const life = newLife()
    const worker = new Worker(entry, { workerData: { path, life } satisfies FoldData, resourceLimits })
    worker.unref()
    worker.on('message', (folded: Folded) => end?.(folded))
    const lostWith = () => {
      if (thread?.worker === worker) lost()
    }
    worker.once('error', lostWith)
    worker.once('exit', lostWith)
    return { worker, life }
  }

  const ask = (): Promise<Folded | 'gone'> =>
    new Promise(resolve => {
      end = resolve
      try {
        if (!isGone) thread ??= start()
      } catch {
        isGone = true // no thread is to be had
      }
      if (thread) thread.worker.postMessage('pass' satisfies ToFold)
      else resolve('gone')
    })

  const letGo = () => {
    clearTimeout(idle)
    if (!thread) return
    const { worker, life } = thread
    thread = undefined
    if (!lifeOf(life).prevent()) {
      worker.postMessage('close' satisfies ToFold)
      lifeOf(life).awaitClosed(mostCloseMs)
    }
    void worker.terminate()
  }

  return {
    pass: async () => {
      clearTimeout(idle)
      const folded = await ask()
      if (folded === 'gone') return folded
      idle = setTimeout(letGo, idleMs).unref()
      const { failure } = folded
      if (!failure) return 'done'
      isGone = failure.code.endsWith('FSYNC')
      if (isGone) letGo()
      throw Object.assign(new Error(failure.message), { code: failure.code })
    },
    close: () => {
      isGone = true
      letGo()
      end?.('gone')
    },
  }
}

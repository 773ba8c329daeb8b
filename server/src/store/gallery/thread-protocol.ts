/** What the server and the thread of a gallery's memory say to each other. */
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Question } from './questions.ts'

export interface ThreadData {
  /** Of the index. */
  readonly path: string
  readonly epoch: string
  readonly life: SharedArrayBuffer
}

export type Sent = Question & { readonly id: number }
export type ToThread = Sent | { readonly name: 'close' }

export type FromThread =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly facts: Facts } | string }

const [unborn, open, closed, unwanted] = [0, 1, 2, 3]

export const newLife = () => new SharedArrayBuffer(4)

/** Whether the thread holds its connection: an index is closed only when nobody reads it any more. */
export function lifeOf(shared: SharedArrayBuffer) {
  const state = new Int32Array(shared)
  return {
    /** For the thread. @returns whether it may open its connection */
    open: () => Atomics.compareExchange(state, 0, unborn, open) === unborn,
    /** For the thread: the connection is closed. */
    closed: () => {
      Atomics.store(state, 0, closed)
      Atomics.notify(state, 0)
    },
    /** Keeps the thread from opening its connection. @returns whether that was in time */
    prevent: () => Atomics.compareExchange(state, 0, unborn, unwanted) === unborn,
    /** Waits for the thread to close its connection, for a bounded time. */
    awaitClosed: (mostMs: number) => void Atomics.wait(state, 0, open, mostMs),
  }
}

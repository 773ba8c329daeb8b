/** How a thread with a connection of its own and the one who started it agree that the connection is closed. */

const [unborn, open, closed, unwanted] = [0, 1, 2, 3]

export const newLife = () => new SharedArrayBuffer(4)

/** Whether the thread holds its connection: an index is closed only when no thread has it open any more. */
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

/** Imports that are taken back: part by part, beside everything else. What a process did not get to the next one goes on with. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DatasetStore } from '../store/types.ts'

/** Batches hold one picture or dozens: how many are taken back at once follows from how long it takes. */
const sizes = { first: 4, most: 500 } as const
const turnMs = 10

interface TakingBackParts {
  readonly ingest: { readonly wake: () => void; readonly trouble: (error: unknown) => void }
}

/** @param changed - told after each part */
export function createTakingBack(
  { ingest }: TakingBackParts,
  signal: AbortSignal,
  changed: (store: DatasetStore) => void,
) {
  const running = new Map<string, Promise<void>>()

  const takeBack = async (store: DatasetStore, id: number, by: string): Promise<void> => {
    let after: string | null = ''
    let batches: number = sizes.first
    while (after !== null && !signal.aborted) {
      const beganMs = performance.now()
      after = store.imports.takeBackSome(id, by, after, batches)
      const tookMs = performance.now() - beganMs
      batches = Math.round(Math.min(sizes.most, 2 * batches, Math.max(1, (batches * turnMs) / tookMs)))
      ingest.wake()
      changed(store)
      await nextTurn()
    }
  }

  const begin = (store: DatasetStore, id: number, by: string): void => {
    const key = `${store.id} ${id}`
    if (running.has(key)) return
    const done = takeBack(store, id, by)
      .catch(ingest.trouble)
      .finally(() => running.delete(key))
    running.set(key, done)
  }

  return {
    begin,
    resume: (store: DatasetStore): void => {
      for (const { id, by, endedAtMs } of store.imports.all())
        if (endedAtMs !== null && store.imports.undone(id) === 'partly') begin(store, id, by)
    },
    settled: async (): Promise<void> => {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}

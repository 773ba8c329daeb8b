/** What is left to do after an undo and a delivery: files go in the background, one dataset after the other. */
import type { DatasetStore } from '../store/types.ts'

export interface ChoreParts {
  readonly stores: () => readonly Pick<DatasetStore, 'id' | 'tidy' | 'isUntidy'>[]
  /** Pictures of the dataset are gone, candidates are queued again. */
  readonly tidied: (datasetId: string) => void
  /** Tells of an error: the disk may be to blame. */
  readonly trouble: (error: unknown) => void
}

export interface Chores {
  /** Takes up what there is to do, unless it is under way. */
  readonly wake: () => void
  readonly isBusy: () => boolean
  /** Goes on for a moment, then stops between two pictures; what is left is done by the next start. */
  readonly stop: (graceMs: number) => Promise<void>
}

export function createChores({ stores, tidied, trouble }: ChoreParts): Chores {
  const stopping = new AbortController()
  let underWay: Promise<void> | undefined
  let isWoken = false

  const round = async () => {
    for (const store of stores().filter(store => store.isUntidy())) {
      if (stopping.signal.aborted) return
      try {
        if ((await store.tidy(stopping.signal)) > 0) tidied(store.id)
      } catch (error) {
        trouble(error)
      }
    }
  }

  const work = async () => {
    while (isWoken && !stopping.signal.aborted) {
      isWoken = false
      await round()
    }
  }

  return {
    wake: () => {
      isWoken = true
      underWay ??= work().finally(() => {
        underWay = undefined
      })
    },
    isBusy: () => underWay !== undefined,
    stop: async graceMs => {
      const timer = setTimeout(() => stopping.abort(), graceMs)
      await underWay
      clearTimeout(timer)
      stopping.abort()
    },
  }
}

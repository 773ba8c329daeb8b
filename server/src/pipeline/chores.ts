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
  /** Takes up what there is to do, unless it is under way already. */
  readonly wake: () => void
  readonly isBusy: () => boolean
  /** Goes on for a moment, then stops between two pictures; what is left is done by the next start. */
  readonly stop: (graceMs: number) => Promise<void>
}

export function createChores({ stores, tidied, trouble }: ChoreParts): Chores {
  const stopping = new AbortController()
  let underWay: Promise<void> | undefined
  const untidy = () => (stopping.signal.aborted ? [] : stores().filter(store => store.isUntidy()))

  /** @returns datasets in which something went */
  const round = async (): Promise<string[]> => {
    const changed: string[] = []
    for (const store of untidy()) {
      try {
        if ((await store.tidy(stopping.signal)) > 0) changed.push(store.id)
      } catch (error) {
        trouble(error)
      }
    }
    return changed
  }

  const wake = (): void => {
    if (underWay || untidy().length === 0) return
    underWay = round().then(changed => {
      underWay = undefined
      for (const datasetId of changed) tidied(datasetId)
      // What came up meanwhile. After a failure there is nothing changed, and the next wake tries again.
      if (changed.length > 0) wake()
    })
  }

  return {
    wake,
    isBusy: () => underWay !== undefined,
    stop: async graceMs => {
      const timer = setTimeout(() => stopping.abort(), graceMs)
      while (underWay) await underWay
      clearTimeout(timer)
      stopping.abort()
    },
  }
}

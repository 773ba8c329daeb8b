/** What is to be done about a dataset when nobody waits for it. */
import { fingerprintVersion } from '../look/fingerprint.ts'
import type { ChoreParts } from './chores.ts'
import { type CompleteParts, completeLooks } from './complete-looks.ts'
import type { OpenDataset } from './open-dataset.ts'
import { regroup } from './regroup.ts'

type Chore = ReturnType<ChoreParts['stores']>[number]

/** Files that were let go of, groups that changed, and pictures without a fingerprint, in this order. */
export function createDatasetChores(parts: Omit<CompleteParts, 'signal'>): (dataset: OpenDataset) => Chore {
  /** All that lack a fingerprint were looked at; those that still do have no file that can be read. */
  const lookedThrough = new WeakSet<OpenDataset>()

  const mayComplete = (dataset: OpenDataset) =>
    dataset.isReady() && !lookedThrough.has(dataset) && parts.isIdle()
  const isIncomplete = (dataset: OpenDataset) => {
    const isLacking = dataset.store.duplicates.withoutFingerprint(fingerprintVersion, 0, 1).length > 0
    if (!isLacking) lookedThrough.add(dataset)
    return isLacking
  }

  return dataset => {
    const { store } = dataset
    return {
      id: store.id,
      isUntidy: () =>
        store.isUntidy() || store.duplicates.isUngrouped() || (mayComplete(dataset) && isIncomplete(dataset)),
      tidy: async (signal = new AbortController().signal) => {
        const gone = await store.tidy(signal)
        let completed = 0
        if (mayComplete(dataset)) {
          completed = await completeLooks(dataset, { ...parts, signal })
          if (parts.isIdle() && !signal.aborted) lookedThrough.add(dataset)
        }
        const isRegrouped = await regroup(store, signal)
        return gone + completed + (isRegrouped ? 1 : 0)
      },
    }
  }
}

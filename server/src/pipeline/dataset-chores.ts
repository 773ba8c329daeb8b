/** What is to be done about a dataset when nobody waits for it. */
import { likenessOf } from '../duplicates/compare.ts'
import { fingerprintVersion } from '../look/fingerprint.ts'
import type { ChoreParts } from './chores.ts'
import { createComparisons } from './comparisons.ts'
import { type CompleteParts, completeLooks } from './complete-looks.ts'
import type { OpenDataset } from './open-dataset.ts'
import { regroup } from './regroup.ts'

type Chore = ReturnType<ChoreParts['stores']>[number]

/**
 * Files that were let go of, groups that changed, and pictures without a fingerprint. Of those only a few are looked at in
 * one round: there may be very many of them, and others have their turn in between.
 */
export function createDatasetChores(parts: Omit<CompleteParts, 'signal'>): (dataset: OpenDataset) => Chore {
  /** The picture that was looked at last. Those before it that still lack a fingerprint have no file that can be read. */
  const lookedAt = new WeakMap<OpenDataset, number>()
  const lookedThrough = new WeakSet<OpenDataset>()
  const comparisons = createComparisons(likenessOf)

  const mayComplete = (dataset: OpenDataset) =>
    dataset.isReady() && !lookedThrough.has(dataset) && parts.isIdle()
  const isIncomplete = (dataset: OpenDataset) => {
    const after = lookedAt.get(dataset) ?? 0
    const isLacking = dataset.store.duplicates.withoutFingerprint(fingerprintVersion, after, 1).length > 0
    if (!isLacking) lookedThrough.add(dataset)
    return isLacking
  }

  /** @returns whether any was looked at: then there may be more */
  const completeSome = async (dataset: OpenDataset, signal: AbortSignal): Promise<boolean> => {
    const before = lookedAt.get(dataset) ?? 0
    const { after, completed } = await completeLooks(dataset, { ...parts, signal }, before)
    if (after === undefined) lookedThrough.add(dataset)
    else lookedAt.set(dataset, after)
    return completed > 0 || (after !== undefined && after > before)
  }

  return dataset => {
    const { store } = dataset
    return {
      id: store.id,
      isUntidy: () =>
        store.isUntidy() || store.duplicates.isUngrouped() || (mayComplete(dataset) && isIncomplete(dataset)),
      tidy: async (signal = new AbortController().signal) => {
        const gone = await store.tidy(signal)
        // What a person waits for goes before what nobody knows of.
        const isRegrouped = await regroup(store, { comparisons, signal })
        if (!mayComplete(dataset) || !(await completeSome(dataset, signal)))
          return gone + (isRegrouped ? 1 : 0)
        await regroup(store, { comparisons, signal })
        return gone + 1
      },
    }
  }
}

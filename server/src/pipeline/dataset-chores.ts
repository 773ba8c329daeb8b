/** What is to be done about a dataset when nobody waits for it. */
import { qualityVersion } from '@gleaner/shared/quality'
import { likenessOf } from '../duplicates/compare.ts'
import { fingerprintVersion } from '../look/fingerprint.ts'
import type { ChoreParts } from './chores.ts'
import { createComparisons } from './comparisons.ts'
import { type CompleteParts, completeLooks } from './complete-looks.ts'
import { completeQuality } from './complete-quality.ts'
import type { OpenDataset } from './open-dataset.ts'
import { regroup } from './regroup.ts'

type Chore = ReturnType<ChoreParts['stores']>[number]

/** What pictures of before lack. */
interface Lack {
  /** Whether any picture after this one may lack it. */
  readonly isAny: (dataset: OpenDataset, after: number) => boolean
  /** Gives it to the next few; `after` is nothing when none is left. */
  readonly complete: (
    dataset: OpenDataset,
    parts: CompleteParts,
    after: number,
  ) => Promise<{ readonly after: number | undefined; readonly completed: number }>
}

/** In this order: what copies are known by comes before what a person sorts by. */
const lacks: readonly Lack[] = [
  {
    isAny: ({ store }, after) => store.duplicates.withoutFingerprint(fingerprintVersion, after, 1).length > 0,
    complete: completeLooks,
  },
  {
    isAny: ({ store }, after) => {
      const { found, lookedTo } = store.quality.nextUnmeasured(qualityVersion, after)
      return found !== undefined || lookedTo !== undefined
    },
    complete: completeQuality,
  },
]

/** Goes through the pictures of each dataset once, a few at a time. */
function createCompletion({ isAny, complete }: Lack, parts: Omit<CompleteParts, 'signal'>) {
  /** The picture that was looked at last. Those before it that still lack it have no file that can be read. */
  const lookedAt = new WeakMap<OpenDataset, number>()
  const lookedThrough = new WeakSet<OpenDataset>()
  const mayComplete = (dataset: OpenDataset) =>
    dataset.isReady() && !lookedThrough.has(dataset) && parts.isIdle()
  return {
    isIncomplete: (dataset: OpenDataset): boolean => {
      if (!mayComplete(dataset)) return false
      const isLacking = isAny(dataset, lookedAt.get(dataset) ?? 0)
      if (!isLacking) lookedThrough.add(dataset)
      return isLacking
    },
    /** @returns whether any was looked at: then there may be more */
    completeSome: async (dataset: OpenDataset, signal: AbortSignal): Promise<boolean> => {
      if (!mayComplete(dataset)) return false
      const before = lookedAt.get(dataset) ?? 0
      const { after, completed } = await complete(dataset, { ...parts, signal }, before)
      if (after === undefined) lookedThrough.add(dataset)
      else lookedAt.set(dataset, after)
      return completed > 0 || (after !== undefined && after > before)
    },
  }
}

/**
 * Files that were let go of, groups that changed, and pictures without a fingerprint or scores. Of those only a few are
 * looked at in one round: there may be very many of them, and others have their turn in between.
 */
export function createDatasetChores(parts: Omit<CompleteParts, 'signal'>): (dataset: OpenDataset) => Chore {
  const completions = lacks.map(lack => createCompletion(lack, parts))
  const comparisons = createComparisons(likenessOf)

  const completeSome = async (dataset: OpenDataset, signal: AbortSignal): Promise<boolean> => {
    for (const completion of completions) {
      if (await completion.completeSome(dataset, signal)) return true
    }
    return false
  }

  return dataset => {
    const { store } = dataset
    return {
      id: store.id,
      isUntidy: () =>
        store.isUntidy() ||
        store.duplicates.isUngrouped() ||
        completions.some(({ isIncomplete }) => isIncomplete(dataset)),
      tidy: async (signal = new AbortController().signal) => {
        const gone = await store.tidy(signal)
        // What a person waits for goes before what nobody knows of.
        const isRegrouped = await regroup(store, { comparisons, signal })
        if (!(await completeSome(dataset, signal))) return gone + (isRegrouped ? 1 : 0)
        await regroup(store, { comparisons, signal })
        return gone + 1
      },
    }
  }
}

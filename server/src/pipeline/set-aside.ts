/** Datasets whose own folders cannot be trusted just now: they rest, while all others go on. */
import { sep } from 'node:path'
import { isAppError } from '@gleaner/shared/errors'
import type { BrokenDataset, DatasetStore } from '../store/types.ts'

export interface SetAside {
  /** Has a dataset rest from now on. @returns whether that is news */
  readonly put: (id: string, error: Error) => boolean
  /** It could be written to: nothing is wrong with it any more. */
  readonly clear: (id: string) => void
  readonly isResting: (id: string) => boolean
  /** When the next one is tried again, by the clock passed in; infinite when none rests. */
  readonly endsAtMs: () => number
  /** What a person should know of. */
  readonly all: () => readonly BrokenDataset[]
}

/** How long until a dataset is tried again: a person may have put its folder right. */
export const asideForMs = 30_000

/** @param now - milliseconds of a clock that never goes back */
export function createSetAside(now: () => number): SetAside {
  const found = new Map<string, { readonly error: Error; readonly untilMs: number }>()
  const isResting = (id: string) => now() < (found.get(id)?.untilMs ?? 0)
  // While it is tried again it stays among them; when nothing is left to try it with, it is forgotten.
  const isKnown = (id: string) => {
    const entry = found.get(id)
    return entry !== undefined && now() < entry.untilMs + asideForMs
  }
  return {
    put: (id, error) => {
      const isNews = !isKnown(id)
      found.set(id, { error, untilMs: now() + asideForMs })
      return isNews
    },
    clear: id => void found.delete(id),
    isResting,
    endsAtMs: () => {
      const ends = [...found].filter(([id]) => isResting(id)).map(([, { untilMs }]) => untilMs)
      return Math.min(...ends, Number.POSITIVE_INFINITY)
    },
    all: () => [...found].filter(([id]) => isKnown(id)).map(([id, { error }]) => ({ id, error })),
  }
}

/** @returns the dataset in whose folder an error was met, where it says a path */
export function concernedBy<Dataset extends { readonly store: Pick<DatasetStore, 'folder'> }>(
  error: unknown,
  datasets: readonly Dataset[],
): Dataset | undefined {
  if (!isAppError(error)) return undefined
  const { facts, cause } = error
  const path = cause instanceof Error && 'path' in cause ? cause.path : facts.path
  if (typeof path !== 'string') return undefined
  return datasets.find(({ store: { folder } }) => path === folder || path.startsWith(folder + sep))
}

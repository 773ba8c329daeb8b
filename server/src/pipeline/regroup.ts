/** Makes groups anew where pictures, pairs or judgements changed: one comparison in each turn of the event loop. */
import { comparedIn, formGroups, type Groupable } from '../duplicates/form-groups.ts'
import type { Component, DatasetStore } from '../store/types.ts'
import type { Comparisons } from './comparisons.ts'

export interface RegroupParts {
  readonly comparisons: Comparisons
  readonly signal: AbortSignal
  /** Pictures that are grouped at once. Of more that hang together, those not grouped yet and the nearest are. */
  readonly mostTogether?: number
}

/**
 * Groups all that is due, and lets others have their turn in between.
 *
 * @returns whether anything was
 */
export async function regroup(store: DatasetStore, parts: RegroupParts): Promise<boolean> {
  let isChanged = false
  while (!parts.signal.aborted && store.duplicates.isUngrouped()) {
    const [seq] = store.duplicates.due(1)
    if (seq === undefined) break
    if (await regroupOne(seq, store, parts)) isChanged = true
    await nextTurn()
  }
  return isChanged
}

/**
 * Groups one picture, and all that verified pairs lead to from it.
 *
 * @returns false when it was broken off
 */
async function regroupOne(
  seq: number,
  { duplicates }: DatasetStore,
  { comparisons, signal, mostTogether = 300 }: RegroupParts,
): Promise<boolean> {
  for (;;) {
    const component = duplicates.component(seq, mostTogether)
    const { pairs, isWhole } = component
    const pictures = groupable(component, comparisons)
    const missing = comparedIn(pictures, pairs).filter(
      ([first, second]) => !comparisons.isKnown(first, second),
    )
    if (missing.length === 0) {
      const seqs = new Set([seq, ...pictures.map(picture => picture.seq)])
      duplicates.regroup([...seqs], formGroups(pictures, pairs, comparisons.compare), isWhole)
      return true
    }
    for (const [first, second] of missing) {
      comparisons.compare(first, second)
      await nextTurn()
      if (signal.aborted) return false
    }
    // What hangs together may have changed meanwhile: it is read anew, and what was compared is known by now.
  }
}

const groupable = ({ pictures }: Component, { unpack }: Comparisons): Groupable[] =>
  pictures.map(({ imageId, packed, ...picture }) => ({
    ...picture,
    id: imageId,
    fingerprint: unpack(packed),
  }))

const nextTurn = () => new Promise(resolve => setImmediate(resolve))

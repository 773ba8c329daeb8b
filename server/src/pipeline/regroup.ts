/** Makes groups anew where pictures, pairs or judgements changed: a few pictures in each turn of the event loop. */
import { likenessOf } from '../duplicates/compare.ts'
import { formGroups, type Groupable } from '../duplicates/form-groups.ts'
import { knownFingerprint } from '../look/packed.ts'
import type { DatasetStore, Duplicates } from '../store/types.ts'

/** Pictures that are grouped at once: of more that hang together, the nearest are. */
const mostTogether = 300

/**
 * Groups one picture, and all that verified pairs lead to from it.
 *
 * @returns false when no picture was due
 */
export function regroupNext(duplicates: Duplicates): boolean {
  const [seq] = duplicates.due(1)
  if (seq === undefined) return false
  const { pictures, pairs } = duplicates.component(seq, mostTogether)
  const groupable = pictures.map(({ imageId, packed, ...picture }): Groupable => {
    const fingerprint = packed ? (knownFingerprint(packed) ?? null) : null
    return { ...picture, id: imageId, fingerprint }
  })
  const numbers = pictures.map(picture => picture.seq)
  duplicates.regroup(
    numbers.includes(seq) ? numbers : [seq, ...numbers],
    formGroups(groupable, pairs, likenessOf),
  )
  return true
}

/**
 * Groups all that is due, and lets others have their turn between two pictures.
 *
 * @returns whether anything was
 */
export async function regroup({ duplicates }: DatasetStore, signal: AbortSignal): Promise<boolean> {
  let isChanged = false
  while (!signal.aborted && duplicates.isUngrouped()) {
    if (!regroupNext(duplicates)) break
    isChanged = true
    await new Promise(resolve => setImmediate(resolve))
  }
  return isChanged
}

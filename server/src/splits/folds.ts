/** Folds for cross-validation: whole groups, as many pictures of each class in one as in the other. */
import { at } from './graph.ts'
import { type Members, picturesOf } from './members.ts'

/**
 * @param groups - those to be dealt out
 * @param chance - of each picture, in [0, 1); that of the first picture of a group counts
 * @returns for each picture its fold, from 0; -1 for those in no group
 */
export function foldsOf(
  groups: Members,
  folds: number,
  {
    classOf,
    chance,
    pictures,
  }: {
    readonly classOf: ArrayLike<number>
    readonly chance: ArrayLike<number>
    readonly pictures: number
  },
): Int8Array {
  const foldOf = new Int8Array(pictures).fill(-1)
  const total = new Int32Array(folds)
  const ofClass = new Map<number, Int32Array>()
  const countsOf = (index: number) => {
    const held = ofClass.get(index) ?? new Int32Array(folds)
    ofClass.set(index, held)
    return held
  }
  const size = (group: number) => at(groups.starts, group + 1) - at(groups.starts, group)
  const key = (group: number) => at(groups.keys, group)
  // Large groups first: small ones then level what they left uneven.
  const order = [...groups.keys.keys()].sort(
    (a, b) => size(b) - size(a) || at(chance, key(a)) - at(chance, key(b)) || key(a) - key(b),
  )
  for (const group of order) {
    const members = picturesOf(groups, group)
    const weight = (fold: number) => {
      let sum = 0
      for (const picture of members) sum += at(countsOf(at(classOf, picture)), fold)
      return sum
    }
    let best = 0
    for (let fold = 1; fold < folds; fold += 1) {
      const less = weight(fold) - weight(best) || at(total, fold) - at(total, best)
      if (less < 0) best = fold
    }
    for (const picture of members) {
      foldOf[picture] = best
      total[best] = at(total, best) + 1
      const counts = countsOf(at(classOf, picture))
      counts[best] = at(counts, best) + 1
    }
  }
  return foldOf
}

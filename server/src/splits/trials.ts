/** Trial subsets of train: of every class the same share, each part of every larger one. */
import { at } from './graph.ts'

/**
 * @param isTrain - whether a picture is learned from
 * @param chance - of each picture, in [0, 1)
 * @returns for each picture of train its rank among those of its class, in [0, 1): below a share are the pictures of the
 *   trial of that share, rounded up; -1 for all others
 */
export function trialsOf(
  isTrain: (picture: number) => boolean,
  { classOf, chance }: { readonly classOf: ArrayLike<number>; readonly chance: ArrayLike<number> },
): Float64Array {
  const ranks = new Float64Array(chance.length).fill(-1)
  const ofClass = new Map<number, number[]>()
  for (let picture = 0; picture < chance.length; picture += 1) {
    if (!isTrain(picture)) continue
    const held = ofClass.get(at(classOf, picture))
    if (held) held.push(picture)
    else ofClass.set(at(classOf, picture), [picture])
  }
  for (const pictures of ofClass.values()) {
    pictures.sort((a, b) => at(chance, a) - at(chance, b) || a - b)
    for (const [rank, picture] of pictures.entries()) ranks[picture] = rank / pictures.length
  }
  return ranks
}

/** What is shared by what is learned from and what is asked about: counted from pairs and splits alone. */
import { none, test, train } from './codes.ts'
import { at } from './graph.ts'

/** Pairs of pictures confirmed to be near, by place in the order of ids. */
export interface NearPairs {
  readonly a: ArrayLike<number>
  readonly b: ArrayLike<number>
  readonly distanceBits: ArrayLike<number>
}

export interface Leaks {
  readonly pairs: number
  /** By class, from 0; a pair of two classes counts for both. */
  readonly byClass: Int32Array
  /** Places in the columns of the pairs. */
  readonly examples: readonly number[]
}

const mostExamples = 20

/** Pairs at the distance or below whose halves are in different splits. */
export function leaksAcross(
  near: NearPairs,
  split: Uint8Array,
  { classOf, classes, distanceBits }: ClassesAndDistance,
): Leaks {
  const byClass = new Int32Array(classes)
  const examples: number[] = []
  let pairs = 0
  for (let index = 0; index < near.a.length; index += 1) {
    const [a, b] = [at(near.a, index), at(near.b, index)]
    const [one, other] = [at(split, a), at(split, b)]
    if (one === other || one === none || other === none || at(near.distanceBits, index) > distanceBits)
      continue
    pairs += 1
    if (examples.length < mostExamples) examples.push(index)
    for (const of of new Set([at(classOf, a), at(classOf, b)])) byClass[of] = at(byClass, of) + 1
  }
  return { pairs, byClass, examples }
}

interface ClassesAndDistance {
  readonly classOf: ArrayLike<number>
  readonly classes: number
  readonly distanceBits: number
}

/**
 * Pictures that were on the other side in an earlier version, themselves or a copy.
 *
 * @param earlier - splits of the earlier version, by place; none for what was not in it
 */
export function leaksSince(
  near: NearPairs,
  split: Uint8Array,
  earlier: Uint8Array,
  distanceBits: number,
): { readonly trainInTest: number; readonly testInTrain: number } {
  /** What a picture and its copies were, as bits. */
  const were = Uint8Array.from(earlier, code => 1 << code)
  for (let index = 0; index < near.a.length; index += 1) {
    if (at(near.distanceBits, index) > distanceBits) continue
    const [a, b] = [at(near.a, index), at(near.b, index)]
    were[a] = at(were, a) | (1 << at(earlier, b))
    were[b] = at(were, b) | (1 << at(earlier, a))
  }
  const count = (now: number, then: number) => {
    let sum = 0
    for (let picture = 0; picture < split.length; picture += 1) {
      if (at(split, picture) === now && (at(were, picture) & (1 << then)) !== 0) sum += 1
    }
    return sum
  }
  return { trainInTest: count(test, train), testInTrain: count(train, test) }
}

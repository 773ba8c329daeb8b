/** Pictures by the group they are in, as columns. */
import { at } from './graph.ts'

/** The pictures of `keys[g]` are `pictures` from `starts[g]` up to `starts[g + 1]`, ascending. */
export interface Members {
  /** The smallest picture of each group, ascending. */
  readonly keys: Int32Array
  readonly starts: Int32Array
  readonly pictures: Int32Array
}

/** @param groupOf - for each picture the smallest one of its group */
export function membersOf(groupOf: Int32Array, isIn: (picture: number) => boolean): Members {
  const sizes = new Int32Array(groupOf.length)
  let count = 0
  for (let picture = 0; picture < groupOf.length; picture += 1) {
    if (!isIn(picture)) continue
    const key = at(groupOf, picture)
    sizes[key] = at(sizes, key) + 1
    count += 1
  }
  const keys = Int32Array.from(sizes.keys()).filter(key => at(sizes, key) > 0)
  const starts = new Int32Array(keys.length + 1)
  const next = new Int32Array(groupOf.length)
  for (const [group, key] of keys.entries()) {
    next[key] = at(starts, group)
    starts[group + 1] = at(starts, group) + at(sizes, key)
  }
  const pictures = new Int32Array(count)
  for (let picture = 0; picture < groupOf.length; picture += 1) {
    if (!isIn(picture)) continue
    const key = at(groupOf, picture)
    pictures[at(next, key)] = picture
    next[key] = at(next, key) + 1
  }
  return { keys, starts, pictures }
}

export const picturesOf = ({ starts, pictures }: Members, group: number): Int32Array =>
  pictures.subarray(at(starts, group), at(starts, group + 1))

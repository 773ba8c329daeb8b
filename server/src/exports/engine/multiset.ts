/** Compares two large collections whatever their order, in the room of two numbers. */
import { createHash } from 'node:crypto'

export interface Multiset {
  readonly add: (text: string) => void
  readonly count: () => number
  /** The same for the same texts as often, and else different: sums of digests by parts, modulo 2^32 each. */
  readonly sum: () => string
}

const parts = 8

export function createMultiset(): Multiset {
  const sums = new Uint32Array(parts)
  let count = 0
  return {
    add: text => {
      const digest = createHash('sha256').update(text).digest()
      for (let part = 0; part < parts; part++) {
        sums[part] = (sums[part] ?? 0) + digest.readUInt32LE(part * 4)
      }
      count += 1
    },
    count: () => count,
    sum: () => sums.join('-'),
  }
}

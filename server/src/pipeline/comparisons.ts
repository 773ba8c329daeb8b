/** Comparisons of held pictures that were made already: a group that grows is formed anew with each picture. */
import { createHash } from 'node:crypto'
import type { Copy } from '../duplicates/factors.ts'
import type { Compare } from '../duplicates/keeper.ts'
import type { Fingerprint } from '../look/fingerprint.ts'
import type { Likeness } from '../look/likeness.ts'
import { knownFingerprint } from '../look/packed.ts'

/** Far more than are made for one group; about 10 MB. */
const mostRemembered = 20_000

export interface Comparisons {
  /** The fingerprint as it is held, to be compared; none where there is none of this version. */
  readonly unpack: (packed: Uint8Array | null) => Fingerprint | null
  /** Of pictures with fingerprints of {@link Comparisons.unpack}. */
  readonly compare: Compare
  /** Whether comparing costs nothing: it was done before, or there is nothing to compare. */
  readonly isKnown: (first: Copy, second: Copy) => boolean
}

/** @param compare - `likenessOf` of `compare.ts` */
export function createComparisons(compare: Compare): Comparisons {
  const known = new Map<string, Likeness | undefined>()
  /** The same bytes are the same picture to a comparison, whatever becomes of numbers and ids. */
  const digests = new WeakMap<Fingerprint, string>()

  const nameOf = (first: Copy, second: Copy): string | undefined => {
    const [one, other] = [first, second].map(
      ({ fingerprint }) => fingerprint !== null && digests.get(fingerprint),
    )
    return one && other ? `${one} ${other}` : undefined
  }

  return {
    unpack: packed => {
      const fingerprint = packed && knownFingerprint(packed)
      if (!packed || !fingerprint) return null
      digests.set(fingerprint, createHash('sha256').update(packed).digest('base64'))
      return fingerprint
    },
    compare: (first, second) => {
      const name = nameOf(first, second)
      if (name === undefined) return compare(first, second)
      if (known.has(name)) return known.get(name)
      const likeness = compare(first, second)
      known.set(name, likeness)
      const [oldest] = known.keys()
      if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest)
      return likeness
    },
    isKnown: (first, second) => {
      const name = nameOf(first, second)
      return name === undefined || known.has(name)
    },
  }
}

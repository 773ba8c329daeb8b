/** Names of which a picture may have several: its engines, its queries. Two lie in columns, further ones beside them. */
import { stretchRows } from './columns.ts'
import { createDictionary } from './dictionary.ts'

/** @param pair - the columns, as they are now */
export function createSeveralNames(pair: () => readonly [Uint32Array, Uint32Array]) {
  const names = createDictionary()
  const further = new Map<number, Map<number, readonly number[]>>()
  return {
    names,
    pair,
    /** Numbers of the names beyond two, by picture, of the pictures of a stretch. */
    further: (stretch: number): ReadonlyMap<number, readonly number[]> | undefined => further.get(stretch),
    put: (seq: number, given: readonly string[]) => {
      const [first = 0, second = 0, ...more] = given.map(names.add).sort((a, b) => a - b)
      const [column, other] = pair()
      column[seq] = first
      other[seq] = second
      const stretch = Math.floor(seq / stretchRows)
      const beside = further.get(stretch)
      if (more.length === 0) beside?.delete(seq)
      else if (beside) beside.set(seq, more)
      else further.set(stretch, new Map([[seq, more]]))
    },
    /** What came first of all names; `null` where there is none. */
    firstOf: (seq: number): string | null => names.name(pair()[0][seq] ?? 0) || null,
  }
}
export type SeveralNames = ReturnType<typeof createSeveralNames>

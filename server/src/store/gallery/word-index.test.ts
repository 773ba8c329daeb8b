import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWordIndex } from './word-index.ts'

const words = ['ro', 'robin', 'inro', 'été', 'x', '42']
const anyText = fc.array(fc.constantFrom(...words), { maxLength: 4 }).map(some => some.join(' '))

/** Sorts anew after every few thousand texts: so many that every path is taken. */
const pictures = 9_000

test('finds what looking into every text finds, sorted or not, replaced or not', () => {
  const anyChange = fc.record({ seq: fc.nat({ max: 70_000 }), text: anyText })
  fc.assert(
    fc.property(
      fc.array(anyChange, { maxLength: 300, size: 'max' }),
      fc.nat({ max: 60_000 }),
      (changes, first) => {
        const index = createWordIndex()
        const model = new Map<number, string>()
        const put = (seq: number, text: string) => {
          index.put(seq, text)
          model.set(seq, text)
        }
        for (let at = 0; at < pictures; at++)
          put(first + at, `${words[at % 5]} ${at % 7 === 0 ? 'rare' : at}`)
        for (const { seq, text } of changes) put(seq, text)
        for (const part of ['ro', 'obi', 'é', 'rar', '999', 'zz']) {
          const found = new Uint8Array(70_001)
          index.mark(part, found)
          const expected = new Uint8Array(70_001)
          for (const [seq, text] of model) if (text.includes(part)) expected[seq] = 1
          expect(found).toEqual(expected)
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

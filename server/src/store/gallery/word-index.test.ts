import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numbersOf } from './bits.ts'
import { createWordIndex } from './word-index.ts'
import { createWordMemory } from './word-memory.ts'

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
      fc.nat({ max: pictures }),
      (changes, first, settledAt) => {
        const memory = createWordMemory()
        const [index, other] = [createWordIndex(memory), createWordIndex(memory)]
        const model = new Map<number, string>()
        const put = (seq: number, text: string) => {
          index.put(seq, text)
          model.set(seq, text)
        }
        for (let at = 0; at < pictures; at++) {
          if (at === settledAt) index.settle()
          put(first + at, `${words[at % 5]} ${at % 7 === 0 ? 'rare' : at}`)
          // Another one in the same memory.
          other.put(first + at, 'ro')
        }
        for (const { seq, text } of changes) put(seq, text)
        for (const part of ['ro', 'obi', 'é', 'rar', '999', 'zz', '7']) {
          for (const stretch of [0, 1, 2]) {
            const [found] = memory.masks()
            index.mark(stretch, part, found)
            const expected = [...model].flatMap(([seq, text]) =>
              seq >>> 15 === stretch && text.includes(part) ? [seq & 0x7fff] : [],
            )
            expect(numbersOf(found)).toEqual(expected.sort((a, b) => a - b))
          }
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

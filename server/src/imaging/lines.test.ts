import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addBends, addSteps, type Bends, takeLine } from './lines.ts'
import { rasterRoom } from './pixels.ts'

const anyLine = fc.record({
  values: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  stride: fc.integer({ min: 1, max: 30 }),
  isInRoom: fc.boolean(),
})

/** Puts values `stride` apart, from the fifth byte on. */
function strung(values: Uint8Array, stride: number, isInRoom: boolean): Uint8Array {
  const length = 4 + values.length * stride
  const data = isInRoom ? rasterRoom(length).fill(7) : new Uint8Array(length).fill(7)
  for (const [place, value] of values.entries()) data[4 + place * stride] = value
  return data
}

test('bends are the differences of each value to those around it, wherever the line lies', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(40), ({ values, stride, isInRoom }, least) => {
      takeLine(strung(values, stride, isInRoom), { start: 4, stride, length: values.length })
      const [from, end] = [8, values.length - 8]
      const expected: Bends = [1, 2, 3, 4]
      for (let at = from; at < end; at++) {
        const bend = (lag: number) =>
          Math.abs((values[at - lag] ?? 0) + (values[at + lag] ?? 0) - 2 * (values[at] ?? 0))
        if (bend(8) < least) continue
        for (const [place, lag] of [1, 2, 4, 8].entries())
          expected[place] = (expected[place] ?? 0) + bend(lag)
      }
      const sums: Bends = [1, 2, 3, 4]
      addBends(from, end, least, sums)
      expect(sums).toEqual(expected)
    }),
  )
})

test('steps are told apart by their place in eight', () => {
  fc.assert(
    fc.property(anyLine, ({ values, stride, isInRoom }) => {
      takeLine(strung(values, stride, isInRoom), { start: 4, stride, length: values.length })
      const expected = Array.from({ length: 8 }, () => 0)
      for (let at = 1; at < values.length; at++) {
        const step = Math.abs((values[at] ?? 0) - (values[at - 1] ?? 0))
        expected[at % 8] = (expected[at % 8] ?? 0) + step
      }
      const sums: number[] = []
      addSteps(values.length, sums)
      expect(sums).toEqual(expected)
    }),
  )
})

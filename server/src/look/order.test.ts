import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leastSorted, shelfCount, shelfDistance, shelfOf, sortableOf, stretchesToSort } from './order.ts'

test('a shelf is told by six bits, and each of them differs by one', () => {
  const bits = Array.from({ length: 256 }, (_, place) => {
    const one = new Uint8Array(32)
    one[place >> 3] = 0x80 >> (place & 7)
    return shelfOf(one)
  })
  expect(shelfOf(new Uint8Array(32))).toBe(0)
  expect(shelfOf(new Uint8Array(32).fill(255))).toBe(shelfCount - 1)
  expect(bits.filter(shelf => shelf > 0).sort((a, b) => a - b)).toEqual([1, 2, 4, 8, 16, 32])
  expect([shelfDistance(0, 63), shelfDistance(5, 5), shelfDistance(0b110000, 0b010001)]).toEqual([6, 0, 2])
})

test('whatever the steps a chunk is filled in, all of it is put in order, and little of it often', () => {
  const anySteps = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(anySteps, fc.constantFrom(...Object.values(leastSorted)), (steps, least) => {
      let [sorted, count] = [0, 0]
      for (const step of steps) {
        count = Math.min(16_384, count + step)
        const until = sortableOf(count, least)
        const stretches = until > sorted ? stretchesToSort(sorted, until, least) : []
        for (const { from, end } of stretches) {
          expect(from % 16).toBe(0)
          expect(from).toBeLessThanOrEqual(sorted)
          expect(end).toBeGreaterThan(sorted)
          sorted = end
        }
        expect(sorted).toBe(until)
      }
    }),
  )
})

test('filled one by one, a form is moved less than six times', () => {
  let moved = 0
  for (let count = 256; count <= 16_384; count += 256) {
    for (const { from, end } of stretchesToSort(count - 256, count, leastSorted.onShelf)) moved += end - from
  }
  expect(moved / 16_384).toBeLessThan(6)
  expect(stretchesToSort(16_384 - 256, 16_384, leastSorted.onShelf)).toEqual([{ from: 0, end: 16_384 }])
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { compiledSieve, createSieve } from './sieve.ts'

test('the committed bytes are what sieve.wat compiles to', async () => {
  const wabt = await compiler()
  const module = wabt.parseWat('sieve.wat', readFileSync(new URL('./sieve.wat', import.meta.url), 'utf8'))
  module.validate()
  expect(compiledSieve).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

const rows = 128
const [maskAt, columnAt, tableAt] = [0, 1024, 4096]
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: rows, maxLength: rows })
const bits = few(fc.boolean())
const isIn = (value: number, least: number, most: number) => value >= least && value <= most

/** A memory with a mask and a column in it. */
function memoryWith(
  mask: readonly boolean[],
  column: Uint8Array | Uint32Array | Float32Array | Float64Array,
) {
  const sieve = createSieve()
  const bytes = new Uint8Array(sieve.buffer())
  for (const [at, bit] of mask.entries())
    bytes[maskAt + (at >> 3)] = (bytes[maskAt + (at >> 3)] ?? 0) | (Number(bit) << (at & 7))
  bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), columnAt)
  const held = () => mask.map((_, at) => (((bytes[maskAt + (at >> 3)] ?? 0) >> (at & 7)) & 1) === 1)
  return { sieve, bytes, held }
}

test('bytes are taken, kept and counted as one by one', () => {
  const byte = fc.oneof(fc.integer({ min: 0, max: 17 }), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(bits, few(byte), byte, byte, (mask, values, a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)]
      const take = memoryWith(mask, Uint8Array.from(values))
      take.sieve.take(maskAt, columnAt, rows, a)
      expect(take.held()).toEqual(values.map(value => value === a))
      const keep = memoryWith(mask, Uint8Array.from(values))
      keep.sieve.keepBytes(maskAt, columnAt, rows, least, most - least)
      expect(keep.held()).toEqual(mask.map((bit, at) => bit && isIn(values[at] ?? 0, least, most)))
      const list = memoryWith(mask, Uint8Array.from(values))
      const listed = [a, b].filter(value => value < 16)
      for (const value of listed) list.bytes[tableAt + value] = 255
      list.sieve.keepListed(maskAt, columnAt, rows, tableAt)
      expect(list.held()).toEqual(mask.map((bit, at) => bit && listed.includes(values[at] ?? 0)))
      const count = memoryWith(mask, Uint8Array.from(values))
      const ofValue = (value: number) => values.filter((one, at) => mask[at] && one === value).length
      expect(count.sieve.countBytes(maskAt, columnAt, rows, a)).toBe(ofValue(a))
      expect(count.sieve.count(maskAt, rows)).toBe(mask.filter(Boolean).length)
      count.sieve.tallyBytes(maskAt, columnAt, rows, tableAt)
      const counts = new Uint32Array(count.bytes.buffer, tableAt, 256)
      expect([...counts]).toEqual(Array.from({ length: 256 }, (_, value) => ofValue(value)))
    }),
    { numRuns: 60 },
  )
})

test('numbers are kept, added, counted and summed as one by one', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
  )
  fc.assert(
    fc.property(bits, few(number), number, number, (mask, values, a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)]
      const column = Uint32Array.from(values)
      const keep = memoryWith(mask, column)
      keep.sieve.keepNumbers(maskAt, columnAt, rows, least, most - least)
      expect(keep.held()).toEqual(mask.map((bit, at) => bit && isIn(values[at] ?? 0, least, most)))
      const equal = memoryWith(mask, column)
      equal.sieve.addEqual(maskAt, columnAt, rows, a)
      expect(equal.held()).toEqual(mask.map((bit, at) => bit || values[at] === a))
      const list = memoryWith(mask, column)
      list.bytes[tableAt + 7] = 1
      list.sieve.addListed(maskAt, columnAt, rows, tableAt, 8)
      expect(list.held()).toEqual(mask.map((bit, at) => bit || values[at] === 7))
      const taken = values.filter((_, at) => mask[at])
      expect(keep.sieve.sum(columnAt + 4 * rows, columnAt, rows)).toBe(0)
      const all = memoryWith(mask, column)
      expect(all.sieve.sum(maskAt, columnAt, rows)).toBe(taken.reduce((sum, value) => sum + value, 0))
      const small = memoryWith(
        mask,
        column.map(value => value % 41),
      )
      small.sieve.tallyNumbers(maskAt, columnAt, rows, tableAt)
      const counts = [...new Uint32Array(small.bytes.buffer, tableAt, 41)]
      expect(counts).toEqual(counts.map((_, value) => taken.filter(one => one % 41 === value).length))
    }),
    { numRuns: 60 },
  )
})

test('numbers with a point are kept within both ends, and masks within each other', () => {
  const number = fc.oneof(fc.constantFrom(0.5, 1, 1.5, 3e12), fc.double({ noNaN: true, min: 0, max: 4 }))
  fc.assert(
    fc.property(bits, bits, few(number), number, number, (mask, other, values, a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)]
      const doubles = memoryWith(mask, Float64Array.from(values))
      doubles.sieve.keepDoubles(maskAt, columnAt, rows, least, most)
      expect(doubles.held()).toEqual(mask.map((bit, at) => bit && isIn(values[at] ?? 0, least, most)))
      const floats = memoryWith(mask, Float32Array.from(values))
      floats.sieve.keepFloats(maskAt, columnAt, rows, least, most)
      const [from, to] = [Math.fround(least), Math.fround(most)]
      expect(floats.held()).toEqual(
        mask.map((bit, at) => bit && isIn(Math.fround(values[at] ?? 0), from, to)),
      )
      const second = memoryWith(other, new Uint8Array())
      const both = memoryWith(mask, second.bytes.slice(maskAt, maskAt + rows / 8))
      both.sieve.keep(maskAt, columnAt, rows)
      expect(both.held()).toEqual(mask.map((bit, at) => bit && other[at]))
    }),
    { numRuns: 60 },
  )
})

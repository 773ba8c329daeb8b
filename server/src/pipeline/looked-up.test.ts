import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { QueryForm } from '../look/fingerprint.ts'
import { createLookIndex, type LookIndex } from '../look/look-index.ts'
import { createLookedUp, type LookedUp } from './looked-up.ts'

let index: LookIndex
let lookedUp: LookedUp

beforeEach(() => {
  index = createLookIndex()
  lookedUp = createLookedUp(() => index, { manyForms: 0, chunksATurn: 1 })
})

function put(seq: number, ...bytes: readonly number[]) {
  const forms = Buffer.concat(bytes.map(byte => Buffer.alloc(33, byte).fill(0, 0, 1)))
  if (index.put(seq, forms)) lookedUp.put(seq, forms)
}

const query = (byte: number, radiusBits = 40): readonly QueryForm[] => [
  { bits: new Uint8Array(32).fill(byte), kind: 0, orientation: 0, among: [0], radiusBits },
]
const seqs = (asked: readonly QueryForm[]) => lookedUp.ask(asked).map(({ seq }) => seq)

test('what was put since a question is found by asking it again, and what was replaced is not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 3 })), { maxLength: 30 }),
      fc.integer({ min: 0, max: 30 }),
      (puts, asksAfter) => {
        index = createLookIndex()
        lookedUp = createLookedUp(() => index)
        const asked = query(1)
        for (const [at, [seq, byte]] of puts.entries()) {
          if (at === asksAfter) lookedUp.ask(asked)
          put(seq, byte)
        }
        expect(lookedUp.ask(asked)).toEqual(index.within([asked])[0])
      },
    ),
  )
})

test('a question asked again does not read the memory again', async () => {
  put(1, 7)
  const asked = query(7)
  await lookedUp.lookAhead(asked)
  index = createLookIndex()
  put(2, 7)
  expect(seqs(asked)).toEqual([1, 2])
  expect(seqs(query(7))).toEqual([2])
})

test('what was put is kept apart from what it came with', () => {
  const asked = query(7)
  lookedUp.ask(asked)
  const answer = Buffer.alloc(100_000, 7).fill(0, 500, 501)
  const forms = answer.subarray(500, 533)
  index.put(1, forms)
  lookedUp.put(1, forms)
  answer.fill(200)
  expect(seqs(asked)).toEqual([1])
})

test('after very many pictures a question is asked anew', () => {
  put(1, 7)
  const asked = query(7)
  lookedUp.ask(asked)
  for (let seq = 2; seq <= 9_000; seq++) put(seq, 200)
  index.remove(1)
  expect(seqs(asked)).toEqual([])
})

test('questions of one time share one reading, and leave room for other work', async () => {
  for (let seq = 1; seq <= 40_000; seq++) put(seq, seq & 255)
  let searches = 0
  const { search } = index
  Object.assign(index, {
    search: (queries: Parameters<typeof search>[0]) => {
      searches += 1
      return search(queries)
    },
  })
  let turns = 0
  let isDone = false
  const turn = () => {
    turns += 1
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  const asked = Array.from({ length: 10 }, (_, at) => query(at, 0))
  await Promise.all(asked.map(lookedUp.lookAhead))
  isDone = true
  expect(searches).toBe(1)
  expect(turns).toBeGreaterThanOrEqual(2)
  for (const [at, each] of asked.entries()) {
    expect(seqs(each)).toEqual(index.within([query(at, 0)])[0]?.map(({ seq }) => seq))
  }
})

test('what happens while a question is looked up is not overlooked', async () => {
  for (let seq = 1; seq <= 40_000; seq++) put(seq, 200)
  const asked = query(7)
  const looked = lookedUp.lookAhead(asked)
  // Two turns on, some of the memory was gone through: what is removed now must not be filled from what was not.
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  put(40_001, 7)
  for (let seq = 1; seq <= 5; seq++) index.remove(seq)
  put(6, 7)
  await looked
  expect(seqs(asked).sort()).toEqual([6, 40_001].sort())
  expect(seqs(query(7)).sort()).toEqual([6, 40_001].sort())
})

test('a picture put at any moment of a reading is found', async () => {
  const twoKinds = (seq: number, byte: number) =>
    index.put(seq, Buffer.concat([0, 1].map(kind => Buffer.alloc(33, byte).fill(kind, 0, 1))))
  for (let seq = 1; seq <= 40_000; seq++) twoKinds(seq, 200)
  const asked = query(7).map(form => ({ ...form, among: [0, 1] }))
  let isDone = false
  const looked = lookedUp.lookAhead(asked).then(() => {
    isDone = true
  })
  const late: number[] = []
  while (!isDone) {
    await new Promise(resolve => setImmediate(resolve))
    late.push(40_001 + late.length)
    put(late.at(-1) ?? 0, 7)
  }
  await looked
  expect(late.length).toBeGreaterThan(4)
  expect(seqs(asked).sort()).toEqual(late)
})

test('a picture that is moved while a question is looked up is found all the same', async () => {
  for (let seq = 1; seq < 40_000; seq++) put(seq, 200)
  put(40_000, 7)
  const asked = query(7)
  const looked = lookedUp.lookAhead(asked)
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  index.remove(1)
  await looked
  expect(seqs(asked)).toEqual([40_000])
})

test('what fails while it is looked up fails for all who wait, and for nobody after them', async () => {
  put(1, 7)
  const { search } = index
  Object.assign(index, {
    search: () => {
      throw new Error('broken')
    },
  })
  const asked = [query(7), query(8)]
  for (const end of await Promise.allSettled(asked.map(lookedUp.lookAhead))) {
    expect(end).toMatchObject({ status: 'rejected', reason: new Error('broken') })
  }
  Object.assign(index, { search })
  await lookedUp.lookAhead(asked[0] ?? [])
  expect(seqs(asked[0] ?? [])).toEqual([1])
})

import { popCount } from '@gleaner/shared/hash'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, flip } from '../../test/support/random.ts'
import { heldFormBytes } from './fingerprint.ts'
import { createLookIndex, type LookIndex, lookIndexLimits, nearForms, type WantedForm } from './look-index.ts'

/** A form: its kind, and 32 bytes. */
type Form = readonly [kind: number, bits: Uint8Array]

const anyBits = fc.uint8Array({ minLength: 32, maxLength: 32 })
const anyKind = fc.integer({ min: 0, max: 3 })
const anyEdit = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 110 })

/** Mostly bits that differ from one of few in a handful of places, so that every radius finds some; and odd ones. */
const relatedBits = fc
  .tuple(fc.array(anyBits, { minLength: 1, maxLength: 4 }), fc.array(fc.tuple(fc.nat(), anyEdit)))
  .map(([bases, edits]) => [
    ...[new Uint8Array(32), new Uint8Array(32).fill(255), ...bases],
    ...edits.map(([base, places]) => flip(bases[base % bases.length] ?? new Uint8Array(32), places)),
    ...bases.flatMap(base => [1, 2, 3].map(mirroring => mirrored(base, mirroring))),
  ])

/** Pictures of a few forms each, some of them without any; and what is asked for. */
const anyScene = relatedBits.chain(pool => {
  const bits = fc.constantFrom(...pool)
  const picture = fc.array(fc.tuple(anyKind, bits), { maxLength: 4 })
  const wanted = fc.record({
    bits: fc.oneof({ weight: 4, arbitrary: bits }, anyBits),
    among: fc.uniqueArray(anyKind, { maxLength: 4 }),
    radiusBits: fc.integer({ min: 0, max: 256 }),
  })
  return fc.record({
    pictures: fc.array(picture, { maxLength: 60 }),
    queries: fc.array(fc.array(wanted, { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
  })
})

/** Mirrored left to right (1), upside down (2), turned by half (3): other signs at odd columns, odd rows, or one of both. */
function mirrored(bits: Uint8Array, mirroring: number): Uint8Array {
  return bits.map((byte, at) => {
    const isOddRow = (at >> 1) % 2 === 1
    const columns = mirroring % 2 === 1 ? 0x55 : 0
    return byte ^ columns ^ (mirroring >= 2 && isOddRow ? 0xff : 0)
  })
}

/** The slow and obvious way. */
function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, at) => {
    const differing = (byte ^ (b[at] ?? 0)).toString(2)
    return sum + differing.replaceAll('0', '').length
  }, 0)
}

function packed(forms: readonly Form[]): Uint8Array {
  return Buffer.concat(forms.map(([kind, bits]) => Buffer.concat([Uint8Array.of(kind), bits])))
}

function indexOf(pictures: readonly (readonly Form[])[], limits = lookIndexLimits): LookIndex {
  const index = createLookIndex(limits)
  for (const [at, forms] of pictures.entries()) index.put(at + 1, packed(forms))
  return index
}

const lines = (index: LookIndex, queries: readonly (readonly WantedForm[])[]) =>
  index.within(queries).map(found => found.map(proposal => Object.values(orderOf(proposal)).join(' ')))

const orderOf = ({ distanceBits, seq, form, heldKind }: ReturnType<LookIndex['within']>[number][number]) => ({
  distanceBits,
  seq,
  form,
  heldKind,
})

/** What comparing everything with everything finds. */
function expected(held: ReadonlyMap<number, readonly Form[]>, query: readonly WantedForm[]): string[] {
  const found = [...held].flatMap(([seq, forms]) =>
    forms.flatMap(([heldKind, bits]) =>
      query.flatMap((wanted, form) => {
        const distanceBits = distance(wanted.bits, bits)
        const isNear = wanted.among.includes(heldKind) && distanceBits <= wanted.radiusBits
        return isNear ? [{ distanceBits, seq, form, heldKind }] : []
      }),
    ),
  )
  const inOrder = found.sort(
    (a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq || a.form - b.form || a.heldKind - b.heldKind,
  )
  return inOrder.map(proposal => Object.values(proposal).join(' '))
}

const numbered = (pictures: readonly (readonly Form[])[]) =>
  new Map(pictures.map((forms, at) => [at + 1, forms]))

const whole = (bits: Uint8Array, radiusBits: number): WantedForm => ({ bits, among: [0], radiusBits })

/** Nothing differs more than this: all are compared in full, but on the way of large indexes. */
const onAnyShelf = { onShelf: { bits: 14, sketchBits: 64 }, turnedOnShelf: { bits: 14, sketchBits: 64 } }
const nearAll = {
  ...{ sketchBits: 64, lowBits: 48, leadBits: 8, turnedLeadBits: 8, ...onAnyShelf },
}
const sketchesOfAll = { sketchFrom: 0, shelveFrom: 131_072, sketches: [{ radiusBits: 256, ...nearAll }] }

/** On shelves from the first form on, or from so early that piles are moved there. */
const onShelves = { ...sketchesOfAll, shelveFrom: 0 }
const soonOnShelves = { ...sketchesOfAll, shelveFrom: 5 }

test.each([
  ['all in full', lookIndexLimits],
  ['by sketches', sketchesOfAll],
  ['on shelves', onShelves],
  ['on shelves, all in full', { ...lookIndexLimits, shelveFrom: 0 }],
])('finds exactly what comparing everything finds, %s', (_, limits) => {
  fc.assert(
    fc.property(anyScene, ({ pictures, queries }) => {
      const index = indexOf(pictures, limits)
      const alone = queries.map(query => lines(index, [query])[0])
      expect(alone).toEqual(queries.map(query => expected(numbered(pictures), query)))
      expect(lines(index, queries)).toEqual(alone)
    }),
  )
})

test('of one picture alone, what is near is what an index finds', () => {
  fc.assert(
    fc.property(anyScene, ({ pictures, queries }) => {
      for (const query of queries) {
        for (const forms of pictures) {
          const found = nearForms(query, 7, packed(forms)).map(found =>
            Object.values(orderOf(found)).join(' '),
          )
          expect(found).toEqual(expected(new Map([[7, forms]]), query))
        }
      }
    }),
  )
})

test('is symmetric: what finds a picture is found by it', () => {
  fc.assert(
    fc.property(anyBits, anyEdit, fc.integer({ min: 0, max: 256 }), (bits, edit, radiusBits) => {
      const other = flip(bits, edit)
      const [there] = indexOf([[[0, bits]]]).within([[whole(other, radiusBits)]])
      const [back] = indexOf([[[0, other]]]).within([[whole(bits, radiusBits)]])
      expect(there).toEqual(back)
    }),
  )
})

test('does not depend on the order in which pictures arrive', () => {
  fc.assert(
    fc.property(anyScene, fc.infiniteStream(fc.nat()), ({ pictures, queries }, order) => {
      const shuffled = [...numbered(pictures)]
        .map(entry => ({ entry, at: order.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
      const index = createLookIndex(sketchesOfAll)
      for (const { entry } of shuffled) index.put(entry[0], packed(entry[1]))
      expect(lines(index, queries)).toEqual(lines(indexOf(pictures), queries))
    }),
  )
})

test.each([
  ['in a pile', sketchesOfAll],
  ['from a pile to shelves', soonOnShelves],
])(
  'keeps in step with pictures added, replaced and removed, also while nothing may be moved, %s',
  (_, limits) => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ seq: fc.integer({ min: 1, max: 6 }), forms: anyScene }) },
      { weight: 1, arbitrary: fc.constant('hold' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, remove) => {
        const held = new Map<number, readonly Form[]>()
        const index = createLookIndex(limits)
        let letGo: (() => void) | undefined
        for (const [at, each] of steps.entries()) {
          if (each === 'hold') {
            if (letGo) letGo()
            letGo = letGo ? undefined : index.inside.places.hold()
            continue
          }
          const forms = each.forms.pictures[0] ?? []
          if ((at + remove) % 3 === 0) {
            expect(index.remove(each.seq)).toBe(held.delete(each.seq))
          } else {
            index.put(each.seq, packed(forms))
            held.delete(each.seq)
            if (forms.length > 0) held.set(each.seq, forms)
          }
          expect(index.has(each.seq)).toBe(held.has(each.seq))
          expect(index.forms).toBe([...held.values()].flat().length)
          const all = [
            ...each.forms.queries.flat(),
            { ...whole(new Uint8Array(32), 256), among: [0, 1, 2, 3] },
          ]
          expect(lines(index, [all])).toEqual([expected(held, all)])
        }
        letGo?.()
        const all = { ...whole(new Uint8Array(32), 256), among: [0, 1, 2, 3] }
        expect(lines(index, [[all]])).toEqual([expected(held, [all])])
      }),
    )
  },
)

test('holds more than one chunk of memory a kind, and takes from the last what fills a gap in the first', () => {
  const zero = new Uint8Array(32)
  const pictures = Array.from({ length: 20_000 }, (_, at): Form[] => [
    [0, flip(zero, [at % 256, (at >> 8) % 256])],
    [at % 2 === 0 ? 1 : 3, flip(zero, [(at >> 8) % 256])],
  ])
  const index = indexOf(pictures)
  expect(index.forms).toBe(40_000)
  expect(index.within([[whole(zero, 2)]])[0]).toHaveLength(20_000)
  for (let seq = 1; seq <= 18_000; seq++) expect(index.remove(seq)).toBe(true)
  expect(index.forms).toBe(4_000)
  const left = new Map([...numbered(pictures)].filter(([seq]) => seq > 18_000))
  const query = [whole(flip(zero, [7, 78]), 2), { bits: zero, among: [1, 3], radiusBits: 0 }]
  expect(lines(index, [query])).toEqual([expected(left, query)])
  expect(lines(index, [query])[0]?.length).toBeGreaterThan(10)
})

test('grows a chunk at a time and by more, and loses nothing', () => {
  const count = 150_000
  const bitsOf = (seq: number) => Buffer.from(seq.toString(16).padStart(64, '0'), 'hex')
  const index = createLookIndex()
  for (let seq = 1; seq <= count; seq++) index.put(seq, packed([[seq % 2, bitsOf(seq)]]))
  const some = Array.from({ length: 50 }, (_, at) => 1 + at * 3_000).concat(count)
  const queries = some.map(seq => [{ bits: bitsOf(seq), among: [0, 1], radiusBits: 0 }])
  expect(lines(index, queries)).toEqual(some.map(seq => [`0 ${seq} 0 ${seq % 2}`]))
})

test('more forms are wanted than one reading of the memory compares with', () => {
  const bitsOf = (seq: number) => Uint8Array.from({ length: 32 }, (_, at) => (seq * (at + 1) * 37) & 255)
  const pictures = Array.from({ length: 300 }, (_, at): Form[] => [[0, bitsOf(at + 1)]])
  const queries = pictures.map((_, at) => [whole(bitsOf(at + 1), 40)])
  const index = indexOf(pictures, sketchesOfAll)
  expect(lines(index, queries)).toEqual(queries.map(query => expected(numbered(pictures), query)))
})

test('forms that are all alike are all found, however many are wanted', () => {
  const bits = new Uint8Array(32).fill(0b1010_0101)
  const index = indexOf(
    Array.from({ length: 17_000 }, (): Form[] => [[2, bits]]),
    sketchesOfAll,
  )
  const queries = Array.from({ length: 20 }, () => [{ bits, among: [2], radiusBits: 0 }])
  expect(index.within(queries).map(({ length }) => length)).toEqual(queries.map(() => 17_000))
})

test('equals brute force on 10,000 random and planted queries', () => {
  const random = createRandom(1)
  const anything = () => Uint8Array.from({ length: 32 }, () => random() & 255)
  const held = Array.from({ length: 500 }, anything)
  const words = held.map(bits => new Uint32Array(bits.buffer))
  const index = indexOf(
    held.map(bits => [[0, bits]]),
    sketchesOfAll,
  )
  for (let query = 0; query < 10_000; query++) {
    const planted = held[query % held.length] ?? anything()
    const edits = Array.from({ length: query % 70 }, () => random() & 255)
    const bits = query % 2 === 0 ? anything() : flip(planted, edits)
    const asked = new Uint32Array(bits.buffer)
    const near: string[] = []
    for (const [at, each] of words.entries()) {
      let distanceBits = 0
      for (let word = 0; word < 8; word++) distanceBits += popCount((each[word] ?? 0) ^ (asked[word] ?? 0))
      if (distanceBits <= 64) near.push(`${distanceBits} ${at + 1} 0 0`)
    }
    expect(lines(index, [[whole(bits, 64)]])[0]?.sort()).toEqual(near.sort())
  }
})

test('a large index passes over forms whose low frequencies differ, at radii where that is safe', () => {
  const limits = {
    ...lookIndexLimits,
    sketchFrom: 3,
    sketches: [{ radiusBits: 64, ...nearAll, sketchBits: 20 }],
  }
  // Rows of 16 bits, the lowest frequencies in the lower half of the first eight, in their first byte.
  const low = Array.from({ length: 64 }, (_, at) => Math.floor(at / 8) * 16 + (at % 8))
  const high = Array.from({ length: 256 }, (_, bit) => bit).filter(bit => !low.includes(bit))
  const zero = new Uint8Array(32)
  const pictures = [
    low.slice(0, 20),
    low.slice(0, 21),
    [...low.slice(0, 20), ...high.slice(0, 44)],
    high.slice(0, 64),
    high.slice(0, 65),
  ].map((bits): Form[] => [[0, flip(zero, bits)]])
  const found = (some: readonly Form[][], radiusBits: number) =>
    lines(indexOf(some, limits), [[whole(zero, radiusBits)]])[0]
  expect(found(pictures, 64)).toEqual(['20 1 0 0', '64 3 0 0', '64 4 0 0'])
  expect(found(pictures, 65)).toEqual(['20 1 0 0', '21 2 0 0', '64 3 0 0', '64 4 0 0', '65 5 0 0'])
  expect(found(pictures.slice(0, 2), 64)).toEqual(['20 1 0 0', '21 2 0 0'])
})

test('a search that is stepped through finds the same', () => {
  const bits = new Uint8Array(32)
  const index = indexOf(Array.from({ length: 40_000 }, (): Form[] => [[0, bits]]))
  const search = index.search([[whole(bits, 0)]])
  let steps = 1
  while (!search.step()) steps += 1
  expect(steps).toBeGreaterThanOrEqual(3)
  expect(search.found()).toEqual(index.within([[whole(bits, 0)]]))
})

test('a kind that is none is refused', () => {
  expect(() => createLookIndex().put(1, new Uint8Array(heldFormBytes).fill(16))).toThrow(RangeError)
})

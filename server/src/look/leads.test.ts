/** What a large index passes over, and that nothing is lost by the order it is held in. */
import { expect, test } from 'vitest'
import { createRandom } from '../../test/support/random.ts'
import { createLookIndex, lookIndexLimits, type Sketches, type WantedForm } from './look-index.ts'

type Form = readonly [kind: number, bits: Uint8Array]

const zero = new Uint8Array(32)

/** @param places - of 256 bits, from the most significant of the first byte */
function withBits(places: readonly number[]): Uint8Array {
  const bits = new Uint8Array(32)
  for (const place of places) bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7))
  return bits
}

const packed = (forms: readonly Form[]) =>
  Buffer.concat(forms.map(([kind, bits]) => Buffer.concat([Uint8Array.of(kind), bits])))

const onAnyShelf = { onShelf: { bits: 14, sketchBits: 64 }, turnedOnShelf: { bits: 14, sketchBits: 64 } }
/** Nothing differs more than this, unless said otherwise. */
const sketches = (limits: Partial<Sketches>): Sketches => ({
  ...{
    radiusBits: 64,
    sketchBits: 64,
    lowBits: 48,
    leadBits: 8,
    turnedLeadBits: 8,
    ...onAnyShelf,
  },
  ...limits,
})

/** Numbers of pictures, from 1 up, that are found within 64 bits of nothing but zeros. */
function foundBy(
  limits: Partial<Sketches>,
  held: readonly Uint8Array[],
  orientation: 0 | 5 = 0,
  shelveFrom = lookIndexLimits.shelveFrom,
): number[] {
  const index = createLookIndex({ sketchFrom: 0, shelveFrom, sketches: [sketches(limits)] })
  for (const [at, bits] of held.entries()) index.put(at + 1, packed([[0, bits]]))
  const wanted: WantedForm = { bits: zero, among: [0], radiusBits: 64, orientation }
  const [found = []] = index.within([[wanted]])
  return found.map(({ seq }) => seq).sort((a, b) => a - b)
}

test('what differs too much in the lowest rows is passed over, whatever the others are like', () => {
  const low = Array.from({ length: 64 }, (_, at) => Math.floor(at / 8) * 16 + (at % 8))
  const held = [15, 16, 17, 64].map(count => withBits(low.slice(-count)))
  expect(foundBy({ lowBits: 0 }, held)).toEqual([1, 2])
  expect(foundBy({ lowBits: 1 }, held)).toEqual([1, 2, 3])
  expect(foundBy({ lowBits: 47 }, held)).toEqual([1, 2, 3])
  expect(foundBy({ lowBits: 48 }, held)).toEqual([1, 2, 3, 4])
})

/** Places of the lead among the bits. */
const lead = [1, 2, 16, 33, 34, 35, 36, 51]

test('groups whose leads differ are passed over, sooner for what is mirrored or turned', () => {
  const leads = Array.from({ length: 256 }, (_, value) => lead.filter((_, bit) => (value >> bit) & 1))
  // As many of each lead as fill four groups, all mixed.
  const held = Array.from({ length: 16_384 }, (_, at) => leads[at % 256] ?? [])
  const within = (bits: number) => held.flatMap(({ length }, at) => (length <= bits ? [at + 1] : []))
  const limits = { leadBits: 2, turnedLeadBits: 1 }
  expect(foundBy(limits, held.map(withBits))).toEqual(within(2))
  expect(foundBy(limits, held.map(withBits), 5)).toEqual(within(1))
})

/** Places of the bits that tell the shelf. */
const shelf = [82, 48, 18, 3, 5, 52]

test('on shelves what differs too much in the bits of shelf and lead together is passed over', () => {
  const placesOf = (value: number, places: readonly number[]) => places.filter((_, bit) => (value >> bit) & 1)
  // Sixteen of each lead on each shelf, all mixed: groups have all bits in common.
  const held = Array.from({ length: 64 * 256 }, (_, at) => {
    return [...placesOf((at * 37) % 64, shelf), ...placesOf((at >> 6) % 16, lead)]
  })
  const within = (bits: number) => held.flatMap(({ length }, at) => (length <= bits ? [at + 1] : []))
  const limits = {
    leadBits: 0,
    turnedLeadBits: 0,
    onShelf: { bits: 3, sketchBits: 64 },
    turnedOnShelf: { bits: 2, sketchBits: 64 },
  }
  const bits = held.map(withBits)
  expect(foundBy(limits, bits, 0, 0)).toEqual(within(3))
  expect(foundBy(limits, bits, 5, 0)).toEqual(within(2))
})

const soonOnShelves = { ...lookIndexLimits, shelveFrom: 20_000 }

test.each([
  ['in a pile', lookIndexLimits, 0],
  ['on shelves that a pile was moved to', soonOnShelves, 0],
  ['on one shelf, partly where the pile was', soonOnShelves, 11],
])(
  'forms are found wherever putting them in order has moved them, and what came later as well, %s',
  (_, limits, alikeBytes) => {
    const random = createRandom(3)
    const anything = () => Uint8Array.from({ length: 32 }, (_, at) => (at < alikeBytes ? 0 : random() & 255))
    const held = new Map<number, readonly Form[]>()
    const index = createLookIndex(limits)
    const put = (seq: number) => {
      const forms: Form[] = [[0, anything()], ...(seq % 3 === 0 ? [[2, anything()] as const] : [])]
      index.put(seq, packed(forms))
      held.set(seq, forms)
    }
    const everything: WantedForm = { bits: zero, among: [0], radiusBits: 256 }
    const check = () => {
      const [all = []] = index.within([[everything]])
      const inOrder = (seqs: Iterable<number>) => Int32Array.from(seqs).sort()
      expect(inOrder(all.map(({ seq }) => seq))).toEqual(inOrder(held.keys()))
      for (const [seq, forms] of [...held].filter((_, at) => at % 97 === 0)) {
        const query = forms.map(([kind, bits]) => ({ bits, among: [kind], radiusBits: 0 }))
        const expected = forms.map(([heldKind], form) => ({ seq, form, heldKind, distanceBits: 0 }))
        expect(index.within([query])[0]).toEqual(expected)
        expect(index.put(seq, packed(forms))).toBe(false)
      }
    }
    for (let seq = 1; seq <= 30_000; seq++) put(seq)
    check()
    const letGoOfGaps = index.inside.places.hold()
    for (let seq = 10; seq <= 30_000; seq += 10) {
      index.remove(seq)
      held.delete(seq)
    }
    letGoOfGaps()
    check()
    for (let seq = 5; seq <= 30_000; seq += 2) {
      index.remove(seq)
      held.delete(seq)
    }
    check()
    const letGo = index.inside.places.hold()
    for (let seq = 3; seq <= 36_000; seq += 5) put(seq)
    letGo()
    check()
  },
)

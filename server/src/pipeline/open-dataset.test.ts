import { beforeEach, expect, test } from 'vitest'
import type { QueryForm } from '../look/fingerprint.ts'
import type { LookFile } from '../store/look-file.ts'
import type { DatasetStore, ImageId, ImageLook } from '../store/types.ts'
import { type OpenDataset, openForIngest } from './open-dataset.ts'

/** A store of a few pictures, each of them with the forms it is given. */
let states: Map<number, 'stored' | 'removed'>
let changes: { changeNo: number; seq: number; forms: Uint8Array }[]

beforeEach(() => {
  states = new Map()
  changes = []
})

const lookFile: LookFile = {
  since: changeNo => changes.filter(each => each.changeNo > changeNo),
  isExpected: () => false,
  open: async () => undefined,
  vouchesFor: () => false,
  replace: async () => {},
}
const store = {
  lookFile,
  pictureBySeq: seq => {
    const state = states.get(seq)
    return state && { imageId: `${seq}` as ImageId, state }
  },
} as Partial<DatasetStore> as DatasetStore

const open = (): OpenDataset =>
  openForIngest(store, { signal: new AbortController().signal, ready: () => {}, failed: () => {} })

/** A form all of one byte, and its kind. */
type Form = readonly [kind: number, byte: number]

const forms = (...bytes: readonly Form[]) =>
  Buffer.concat(bytes.map(([kind, byte]) => Buffer.alloc(33, byte).fill(kind, 0, 1)))

function write(seq: number, state: 'stored' | 'removed', ...bytes: readonly Form[]) {
  states.set(seq, state)
  changes.push({ changeNo: changes.length + 1, seq, forms: forms(...bytes) })
}

const wanted = (byte: number, among: readonly number[] = [0], radiusBits = 40): QueryForm => ({
  ...{ bits: new Uint8Array(32).fill(byte), kind: 0, orientation: 0, among, radiusBits },
})
const lookOf = (seq: number, ...bytes: readonly Form[]): ImageLook => ({
  ...{
    seq,
    imageId: `${seq}` as ImageId,
    perceptualHash: null,
    meanChroma: [0, 0],
    isThumbnail: false,
    classId: 1,
  },
  look: { version: 1, forms: forms(...bytes), packed: new Uint8Array(), pixelDigest: null },
})
const seqs = (proposed: readonly { readonly seq: number }[]) => proposed.map(({ seq }) => seq)

test('held and removed pictures are proposed apart, nearest first, each once with all that is near', () => {
  write(1, 'stored', [0, 0b0000_0011], [2, 0b0000_0001])
  write(2, 'stored', [0, 0b0000_0001])
  write(3, 'removed', [0, 0])
  write(4, 'stored', [0, 0b1111_0000])
  const query = [wanted(0, [0], 64), wanted(0b0000_0011, [2])]
  const { held, removed } = open().proposals(query)
  expect(seqs(held)).toEqual([1, 2])
  expect(held[0]).toEqual({
    seq: 1,
    imageId: '1',
    distanceBits: 32,
    hits: [
      { query: query[1], heldKind: 2, distanceBits: 32 },
      { query: query[0], heldKind: 0, distanceBits: 64 },
    ],
  })
  expect(removed).toEqual([
    { seq: 3, imageId: '3', distanceBits: 0, hits: [{ query: query[0], heldKind: 0, distanceBits: 0 }] },
  ])
})

test('a picture the store does not know any more is not proposed, until it comes back', () => {
  write(1, 'stored', [0, 7])
  const dataset = open()
  const query = [wanted(7)]
  states.delete(1)
  expect(dataset.proposals(query).held).toEqual([])
  write(1, 'stored', [0, 7])
  expect(seqs(dataset.proposals(query).held)).toEqual([1])
})

test('what somebody else wrote is found, and what a person removed meanwhile is known as removed', async () => {
  const dataset = open()
  const query = [wanted(7)]
  await dataset.lookAhead(query)
  write(1, 'stored', [0, 7])
  expect(seqs(dataset.proposals(query).held)).toEqual([1])
  states.set(1, 'removed')
  expect(seqs(dataset.proposals(query).removed)).toEqual([1])
})

test('pictures about to be held are proposed in place of what was known under their number', () => {
  write(1, 'stored', [0, 7])
  write(2, 'stored', [0, 7])
  const dataset = open()
  const earlier = [lookOf(2, [0, 200]), lookOf(3, [0, 7])]
  expect(seqs(dataset.proposals([wanted(7)], earlier).held)).toEqual([1, 3])
  for (const look of earlier) {
    states.set(look.seq, 'stored')
    dataset.held(look)
  }
  expect(seqs(dataset.proposals([wanted(7)]).held)).toEqual([1, 3])
  expect(seqs(dataset.proposals([wanted(200)]).held)).toEqual([2])
})

test('a picture that came without forms is held whole, one too flat for a hash not at all', () => {
  const dataset = open()
  const { look: _, ...bare } = lookOf(1)
  for (const seq of [1, 2]) states.set(seq, 'stored')
  dataset.held({ ...bare, perceptualHash: '07'.repeat(32) as NonNullable<ImageLook['perceptualHash']> })
  dataset.held({ ...bare, seq: 2 })
  expect(seqs(dataset.proposals([wanted(7, [0], 256)]).held)).toEqual([1])
})

test('at most 200 pictures are proposed, the nearest', () => {
  for (let seq = 1; seq <= 300; seq++) write(seq, 'stored', [0, seq <= 150 ? 1 : 0])
  const { held } = open().proposals([wanted(0)])
  expect(held.length).toBe(200)
  expect(held.filter(({ distanceBits }) => distanceBits === 0).length).toBe(150)
})

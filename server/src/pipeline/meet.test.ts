import { defaultSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import { beforeEach, expect, test } from 'vitest'
import { copyOf } from '../../test/support/copies.ts'
import { scene, seen } from '../../test/support/scenes.ts'
import type { Fingerprint, Hit, QueryForm } from '../look/fingerprint.ts'
import { packFingerprint } from '../look/packed.ts'
import type { ComparedPicture, DatasetStore, Duplicates, ImageId } from '../store/types.ts'
import { type Arriving, meet, meetInTurns } from './meet.ts'
import type { Proposed } from './open-dataset.ts'
import type { StageContext } from './stage.ts'

const query: QueryForm = { bits: new Uint8Array(32), kind: 0, orientation: 0, among: [0], radiusBits: 80 }
const hit = (distanceBits: number, more: Partial<QueryForm> = {}, heldKind = 0): Hit => ({
  ...{ query: { ...query, ...more }, heldKind, distanceBits },
})
const arriving: Arriving = {
  fingerprint: copyOf('new').fingerprint as Fingerprint,
  queryForms: [query],
  digest: 'd'.repeat(64) as Digest,
}

let apart: Set<string>
let gone: Set<number>
let packed: Uint8Array | null
let upgrading: Map<ImageId, Promise<void>>
beforeEach(() => {
  apart = new Set()
  gone = new Set()
  packed = null
  upgrading = new Map()
})

/** Pictures of before: nothing but their hash is known. */
function contextWith(held: readonly Proposed[], removed: readonly Proposed[] = []): StageContext {
  const compared = (seq: number): ComparedPicture | undefined => {
    if (gone.has(seq)) return undefined
    const { original } = copyOf(seq)
    return {
      ...{
        seq,
        imageId: `${seq}` as ImageId,
        state: removed.some(each => each.seq === seq) ? 'removed' : 'stored',
      },
      ...{ classId: 1, isThumbnail: false, perceptualHash: null, meanChroma: [0, 0], qualityScore: 90 },
      ...{ original, storedAtMs: 0, isChosenKeeper: seq === 9, packed },
    }
  }
  const isApart: Duplicates['isApart'] = (imageId, other) =>
    apart.has(`${imageId} ${'digest' in other ? other.digest : other.imageId}`)
  return {
    dataset: {
      proposals: () => ({ held, removed }),
      store: { duplicates: { compared, isApart } } as Partial<DatasetStore> as DatasetStore,
      upgrading,
    },
    settings: defaultSettings,
    lease: { heldImageId: null },
  } as unknown as StageContext
}

const proposed = (seq: number, ...hits: readonly Hit[]): Proposed => ({
  ...{ seq, imageId: `${seq}` as ImageId, hits },
  distanceBits: Math.min(...hits.map(({ distanceBits }) => distanceBits)),
})
const seqs = (context: StageContext) => meet(arriving, context).map(({ seq }) => seq)

test('held and removed ones are met in order of their distance', () => {
  const met = meet(arriving, contextWith([proposed(3, hit(8)), proposed(1, hit(20))], [proposed(2, hit(12))]))
  expect(met.map(({ seq, state }) => `${seq} ${state}`)).toEqual(['3 stored', '2 removed', '1 stored'])
})

test('what is further away than the dataset wants proposed is not looked at', () => {
  const { proposeBits } = defaultSettings.nearDuplicates
  expect(seqs(contextWith([proposed(1, hit(proposeBits)), proposed(2, hit(proposeBits + 1))]))).toEqual([1])
})

test('a picture of before is met by its whole frame alone, upright', () => {
  const held = [
    proposed(1, hit(3, { orientation: 4 })),
    proposed(2, hit(3, { kind: 2 })),
    proposed(3, hit(3, {}, 1), hit(30)),
  ]
  expect(meet(arriving, contextWith(held))).toMatchObject([{ seq: 3, distanceBits: 30 }])
})

test.each([
  ['of another version', () => packFingerprint(arriving.fingerprint).fill(99, 0, 1)],
  ['of another length', () => packFingerprint(arriving.fingerprint).subarray(1)],
])('a fingerprint %s counts as none', (_what, spoiled) => {
  packed = spoiled()
  expect(meet(arriving, contextWith([proposed(3, hit(8))]))).toMatchObject([
    { seq: 3, distanceBits: 8, likeness: undefined, copy: { fingerprint: null } },
  ])
})

test('the thumbnail of the candidate itself is not met, nor what is forgotten', () => {
  const context = contextWith([proposed(1, hit(2)), proposed(2, hit(3)), proposed(3, hit(4))])
  gone.add(3)
  const lease = { heldImageId: '1' } as StageContext['lease']
  expect(seqs({ ...context, lease })).toEqual([2])
})

test('what a person said is no copy is not met: by the bytes of the newcomer, or by its thumbnail', () => {
  const context = contextWith([proposed(1, hit(2)), proposed(2, hit(3))])
  apart.add(`1 ${arriving.digest}`)
  expect(seqs(context)).toEqual([2])
  apart.add('2 9')
  expect(seqs({ ...context, lease: { heldImageId: '9' } as StageContext['lease'] })).toEqual([])
})

test('what a person chose is told, and what another hand is replacing', () => {
  const context = contextWith([proposed(1, hit(2)), proposed(2, hit(3)), proposed(9, hit(4))])
  upgrading.set('2' as ImageId, Promise.resolve())
  const met = meet(arriving, context)
  expect(met.map(({ isFixed, isBusy }) => [isFixed, isBusy])).toEqual([
    [false, false],
    [false, true],
    [true, false],
  ])
})

test.each([
  ['of this version', (bytes: Uint8Array) => bytes],
  ['of another version', (bytes: Uint8Array) => bytes.fill(99, 0, 1)],
])('one comparison is made in a turn of the event loop, and none of them again: %s', async (_what, kept) => {
  packed = kept(packFingerprint(seen(scene(7))))
  const context = contextWith([1, 2, 3].map(seq => proposed(seq, hit(seq))))
  const anew = { ...arriving, fingerprint: seen(scene(7)) }
  let turns = 0
  let isDone = false
  const countTurns = () => {
    turns += 1
    if (!isDone) setImmediate(countTurns)
  }
  setImmediate(countTurns)
  const met = await meetInTurns(anew, context)
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(2)
  expect(met.map(({ seq }) => seq)).toEqual([1, 2, 3])
  // What is remembered is handed out again.
  for (const [at, each] of meet(anew, context).entries()) expect(each.likeness).toBe(met[at]?.likeness)
})

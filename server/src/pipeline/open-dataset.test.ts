import type { PerceptualHash } from '@gleaner/shared/hash'
import { beforeEach, expect, test } from 'vitest'
import type { DatasetStore, ImageId, ImageLook } from '../store/types.ts'
import { openForIngest } from './open-dataset.ts'

const count = 3_500
const hashOf = (seq: number) => seq.toString(16).padStart(64, '0') as PerceptualHash
const lookOf = (seq: number): ImageLook => ({
  ...{ seq, imageId: `${seq}` as ImageId, perceptualHash: hashOf(seq), meanChroma: [0, 0] },
  ...{ isThumbnail: false, classId: 1 },
})
const newLook = (seq: number) => ({
  perceptualHash: hashOf(seq),
  meanChroma: [0, 0] as const,
  isThumbnail: false,
})

let slices: number
let broken: Error | undefined
let stopping: AbortController

beforeEach(() => {
  slices = 0
  broken = undefined
  stopping = new AbortController()
})

/** A store of {@link count} pictures; the first is removed. */
const store = {
  looksAfter: (seq, limit) => {
    if (broken) throw broken
    slices += 1
    return Array.from({ length: Math.max(0, Math.min(limit, count - seq)) }, (_, at) => lookOf(seq + 1 + at))
  },
  pictureBySeq: seq => ({ imageId: `${seq}` as ImageId, state: seq === 1 ? 'removed' : 'stored' }),
} as Partial<DatasetStore> as DatasetStore

function open() {
  const told: unknown[] = []
  const opened = new Promise<void>(resolve => {
    const tell = (what: unknown) => {
      told.push(what)
      resolve()
    }
    stopping.signal.addEventListener('abort', () => setImmediate(resolve))
    dataset = openForIngest(store, { signal: stopping.signal, ready: () => tell('ready'), failed: tell })
  })
  return { told, opened }
}
let dataset: ReturnType<typeof openForIngest>

test('a large dataset is read in slices, with other work between them', async () => {
  const { told, opened } = open()
  expect([slices, dataset.isReady()]).toEqual([1, false])
  let turns = 0
  const turn = () => {
    turns += 1
    if (!dataset.isReady()) setImmediate(turn)
  }
  setImmediate(turn)
  await opened
  expect(told).toEqual(['ready'])
  expect(dataset.isReady()).toBe(true)
  expect(slices).toBe(4)
  expect(turns).toBeGreaterThanOrEqual(2)
  for (const seq of [2, 1_000, 1_001, count]) {
    expect(dataset.alike(newLook(seq), 0).held.map(({ imageId }) => imageId)).toEqual([`${seq}`])
  }
  expect(dataset.alike(newLook(1), 0).removed.map(({ imageId }) => imageId)).toEqual(['1'])
})

test('reading stops when the dataset is about to be closed', async () => {
  const { told, opened } = open()
  stopping.abort()
  await opened
  expect([slices, told, dataset.isReady()]).toEqual([1, [], false])
})

test('what cannot be read is told, and never counts as ready', async () => {
  const { told, opened } = open()
  broken = new Error('disk I/O error')
  await opened
  expect([told, dataset.isReady()]).toEqual([[broken], false])
})

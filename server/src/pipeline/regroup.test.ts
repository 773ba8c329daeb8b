import { expect, test, vi } from 'vitest'
import { copyOf, likeness } from '../../test/support/copies.ts'
import { hold, imageOf, lookOf } from '../../test/support/held-copies.ts'
import { digestOf, temporaryDataset } from '../../test/support/samples.ts'
import { type Fingerprint, fingerprintVersion } from '../look/fingerprint.ts'
import { packFingerprint } from '../look/packed.ts'
import type { OpenDataset } from '../store/dataset-store.ts'
import type { ImageId } from '../store/types.ts'
import { createComparisons } from './comparisons.ts'
import { regroup } from './regroup.ts'

/** Pictures with fingerprints of their own. */
function holdLooking(store: OpenDataset, name: string): Promise<ImageId> {
  const fingerprint = copyOf(name).fingerprint as Fingerprint
  const raster = fingerprint.raster.map((level, at) => (at < 32 ? digestOf(name).charCodeAt(at) : level))
  const packed = packFingerprint({ ...fingerprint, version: fingerprintVersion, raster })
  return hold(store, name, 'robin', imageOf(name, { look: { ...lookOf(name), packed } }))
}

const pair = { distanceBits: 9, kind: 'same', difference: 0 } as const

/** One picture, and others that are copies of it. */
async function star(store: OpenDataset, others: number): Promise<ImageId[]> {
  const ids: ImageId[] = []
  for (let at = 0; at <= others; at++) ids.push(await holdLooking(store, `p${at}`))
  const [hub, ...rest] = ids
  for (const imageId of rest) store.duplicates.addPair(hub as ImageId, { ...pair, imageId })
  return ids
}

function comparing(compared = () => {}) {
  const compare = vi.fn(() => {
    compared()
    return likeness()
  })
  return { compare, parts: { comparisons: createComparisons(compare), signal: new AbortController().signal } }
}

const sizes = ({ duplicates }: OpenDataset) =>
  duplicates.groups({}, { limit: 9 }).groups.map(({ size }) => size)

test('other work goes on between two comparisons', async () => {
  using made = temporaryDataset()
  await star(made.store, 6)
  let turn = 0
  let isOver = false
  const count = () => {
    turn += 1
    if (!isOver) setImmediate(count)
  }
  count()
  const turns: number[] = []
  const { parts } = comparing(() => turns.push(turn))
  expect(await regroup(made.store, parts)).toBe(true)
  isOver = true
  expect(turns).toHaveLength(6)
  expect(new Set(turns).size, 'each in a turn of its own').toBe(6)
  expect(sizes(made.store)).toEqual([7])
})

test('what was compared is not compared again when a group grows', async () => {
  using made = temporaryDataset()
  const { store } = made
  const [hub] = await star(store, 4)
  const { compare, parts } = comparing()
  await regroup(store, parts)
  expect(compare).toHaveBeenCalledTimes(4)
  const imageId = await holdLooking(store, 'late')
  store.duplicates.addPair(hub as ImageId, { ...pair, imageId })
  await regroup(store, parts)
  expect(compare).toHaveBeenCalledTimes(5)
  expect(sizes(store)).toEqual([6])
})

test('what changed while pictures were compared is seen', async () => {
  using made = temporaryDataset()
  const { store } = made
  const [hub] = await star(store, 3)
  const late = await holdLooking(store, 'late')
  let isFirst = true
  const { parts } = comparing(() => {
    if (isFirst) store.duplicates.addPair(hub as ImageId, { ...pair, imageId: late })
    isFirst = false
  })
  await regroup(store, parts)
  expect(sizes(store)).toEqual([5])
  expect(store.duplicates.isUngrouped()).toBe(false)
})

test('it is broken off when the server stops, and done by the next start', async () => {
  using made = temporaryDataset()
  const { store } = made
  await star(store, 3)
  const stopping = new AbortController()
  const { compare, parts } = comparing(() => stopping.abort())
  expect(await regroup(store, { ...parts, signal: stopping.signal })).toBe(false)
  expect(compare).toHaveBeenCalledTimes(1)
  expect([sizes(store), store.duplicates.isUngrouped()]).toEqual([[], true])
})

test('of more pictures than are grouped at once, nobody falls out', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = await star(store, 11)
  const { parts } = comparing()
  await regroup(store, { ...parts, mostTogether: 5 })
  expect(sizes(store)).toEqual([12])
  expect(store.duplicates.isUngrouped()).toBe(false)

  const late = await holdLooking(store, 'late')
  store.duplicates.addPair(ids[0] as ImageId, { ...pair, imageId: late })
  await regroup(store, { ...parts, mostTogether: 5 })
  expect(sizes(store)).toEqual([13])
})

test('a group with pictures beyond the bound stays as it is beside another one', async () => {
  using made = temporaryDataset()
  const { store } = made
  const { duplicates } = store
  const ids = await star(store, 5)
  const { parts } = comparing()
  await regroup(store, parts)
  const [before] = duplicates.groups({}, { limit: 9 }).groups
  // Two that belong to one of the group, of which little is seen from there.
  const [one, other] = [await holdLooking(store, 'one'), await holdLooking(store, 'other')]
  duplicates.addPair(one, { ...pair, imageId: other })
  duplicates.addPair(one, { ...pair, imageId: ids[1] as ImageId })
  await regroup(store, { ...parts, mostTogether: 3 })
  const { groups } = duplicates.groups({}, { limit: 9 })
  expect(groups.map(({ size }) => size).sort()).toEqual([2, 6])
  expect(groups.find(({ id }) => id === before?.id)).toMatchObject({ size: 6 })
  const beside = duplicates.group(groups.find(({ size }) => size === 2)?.id ?? 0)
  expect(new Set(beside?.members.map(({ id }) => id))).toEqual(new Set([one, other]))
  expect(duplicates.isUngrouped()).toBe(false)
})

/** The same picture offered for two classes: asked about once, by whatever way it came. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findingsIn } from '../../test/support/findings.ts'
import {
  collect,
  drop,
  filesIn,
  group,
  hold,
  imageOf,
  leaseOf,
  states,
} from '../../test/support/held-copies.ts'
import { clientId, makeEnd, openRules, temporaryDataset } from '../../test/support/samples.ts'
import type { OpenDataset } from './dataset-store.ts'

const asked = (store: OpenDataset) =>
  store.duplicates
    .conflicts({ limit: 9 })
    .conflicts.map(({ image, offers }) => [
      image.classLabel,
      ...offers.map(o => `${o.classLabel} ${o.level}`),
    ])

test.each([
  ['its address, known already', 'url'],
  ['its address, before it is stored', 'url'],
  ['its bytes', 'bytes'],
  ['its look', 'look'],
] as const)('found by %s', async (how, level) => {
  using made = temporaryDataset()
  const { store } = made
  if (how === 'its address, before it is stored') {
    collect(store, 'one')
    collect(store, 'one', { class: 'wren' })
    const lease = leaseOf(store, 'one')
    await store.recordImage(lease, imageOf('one'), makeEnd(lease))
  } else {
    const imageId = await hold(store, 'one')
    if (level === 'url') collect(store, 'one', { class: 'wren' })
    if (level === 'look') await drop(store, 'two', imageId, 'wren')
    if (level === 'bytes') {
      collect(store, 'two', { class: 'wren' })
      const lease = leaseOf(store, 'two')
      await store.recordImage(lease, imageOf('one'), makeEnd(lease))
    }
  }
  expect(asked(store)).toEqual([['robin', `wren ${level}`]])
  expect(store.duplicates.counts().conflicts).toBe(1)
  expect(await findingsIn(made.folder)).toEqual([])
})

test('no question without another class, nor while nothing is stored', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId)
  collect(store, 'one')
  collect(store, 'waiting')
  collect(store, 'waiting', { class: 'wren' })
  expect(asked(store)).toEqual([])
})

test('what only an undone collect offered is no question any more', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  const batch = collect(store, 'one', { class: 'wren' })
  await drop(store, 'two', imageId, 'owl')
  expect(asked(store)).toEqual([['robin', 'wren url', 'owl look']])
  store.undo(clientId, [batch.batchId])
  expect(asked(store)).toEqual([['robin', 'owl look']])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('it stays where it is, and is not asked about again', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  expect(conflict.offers).toMatchObject([
    { candidates: 1, host: 'two.example', engine: 'page', distanceBits: 7 },
  ])
  const act = await store.duplicates.decideConflict(conflict.id, {
    act: 'file',
    classId: conflict.image.classId,
  })
  expect(act).toMatchObject({ act: 'file', removed: 0 })
  await drop(store, 'three', imageId, 'wren')
  expect(asked(store)).toEqual([])
  expect(store.duplicates.counts().conflicts).toBe(0)
  await drop(store, 'four', imageId, 'owl')
  expect(asked(store), 'another class is another question').toEqual([['robin', 'owl look']])
  await store.duplicates.undo(act.id)
  expect(asked(store)).toEqual([['robin', 'wren look', 'owl look']])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('it moves to the other class, with its id, and back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  const [offer] = conflict?.offers ?? []
  if (!conflict || !offer) throw new Error('no conflict')
  await expect(
    store.duplicates.decideConflict(conflict.id, { act: 'file', classId: 99 }),
  ).rejects.toMatchObject({
    code: 'DUPLICATES_CHANGED',
  })
  const act = await store.duplicates.decideConflict(conflict.id, { act: 'file', classId: offer.classId })
  expect(filesIn(made.folder, 'images')).toEqual([`wren/${imageId}_2.jpg`])
  expect(store.image(imageId)?.classLabel).toBe('wren')
  expect(store.classes().map(({ label, images }) => [label, images])).toEqual([
    ['wren', 1],
    ['robin', 0],
  ])
  await drop(store, 'three', imageId, 'robin')
  expect(asked(store), 'it was in that class').toEqual([])
  expect(await findingsIn(made.folder)).toEqual([])

  await store.duplicates.undo(act.id)
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${imageId}_3.jpg`])
  expect(asked(store)).toEqual([['robin', 'wren look']])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a picture that was moved is drawn again in its new class', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  const [offer] = conflict?.offers ?? []
  if (!conflict || !offer) throw new Error('no conflict')
  await store.duplicates.decideConflict(conflict.id, { act: 'file', classId: offer.classId })
  await store.requeueImage(imageId, 'test')
  const lease = leaseOf(store, 'one')
  await store.recordImage(lease, imageOf('one'), makeEnd(lease))
  expect(filesIn(made.folder, 'images')).toEqual([`wren/${imageId}.jpg`])
})

test.each(['robin', 'wren'])('a picture that is drawn again as %s is not asked about again', async label => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  const { id: classId } = store.ensureClass(label)
  const act = await store.duplicates.decideConflict(conflict.id, { act: 'file', classId })
  await store.requeueImage(imageId, 'test')
  const lease = leaseOf(store, 'one')
  await store.recordImage(lease, imageOf('one'), makeEnd(lease))
  await drop(store, 'three', imageId, 'wren')
  expect(asked(store)).toEqual([])
  expect(await findingsIn(made.folder)).toEqual([])

  await store.duplicates.undo(act.id)
  expect(asked(store)).toEqual([['robin', 'wren look']])
  expect(filesIn(made.folder, 'images')[0]).toMatch('robin/')
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a decision about a picture that is lost can be taken back: then it is asked about again', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  const stays = { act: 'file', classId: conflict.image.classId } as const
  const act = await store.duplicates.decideConflict(conflict.id, stays)
  await store.requeueImage(imageId, 'test')
  await store.duplicates.undo(act.id)
  const lease = leaseOf(store, 'one')
  await store.recordImage(lease, imageOf('one'), makeEnd(lease))
  await drop(store, 'three', imageId, 'wren')
  expect(asked(store)).toEqual([['robin', 'wren look']])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('it belongs to no class: it goes and stays away, until that is taken back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  const act = await store.duplicates.decideConflict(conflict.id, { act: 'remove' })
  expect(act).toMatchObject({ act: 'remove', removed: 1 })
  expect(filesIn(made.folder, 'images')).toEqual([])
  expect(store.pictureBySeq(1)).toEqual({ imageId, state: 'removed' })
  expect(asked(store)).toEqual([])
  collect(store, 'three')
  const lease = leaseOf(store, 'three')
  expect(await store.recordImage(lease, imageOf('one'), makeEnd(lease))).toEqual({ kind: 'blocked' })
  expect(await findingsIn(made.folder)).toEqual([])

  await store.duplicates.undo(act.id)
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${imageId}.jpg`])
  expect(asked(store)).toEqual([['robin', 'wren look']])
  expect(states(store, 'one', 'two', 'three'), 'who came meanwhile is let in').toEqual([
    'stored robin',
    'duplicate robin',
    'queued robin',
  ])
  expect(await findingsIn(made.folder)).toEqual([])
  expect(store.retry({ code: 'BLOCKED_REMOVED' }, openRules)).toBe(0)
})

test('what nobody offers any more is not asked again when the decision is taken back', async () => {
  using made = temporaryDataset()
  const { store } = made
  await hold(store, 'one')
  const batch = collect(store, 'one', { class: 'wren' })
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  const stays = { act: 'file', classId: conflict.image.classId } as const
  const act = await store.duplicates.decideConflict(conflict.id, stays)
  store.undo(clientId, [batch.batchId])
  await store.duplicates.undo(act.id)
  expect(asked(store)).toEqual([])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('to keep a copy of one class settles what class it has, and taken back leaves no question', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two', 'wren')] as const
  await drop(store, 'three', ids[0], 'owl')
  await drop(store, 'four', ids[0], 'swan')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  expect(asked(store)).toEqual([['robin', 'owl look', 'swan look']])
  const before = [await hold(store, 'five')]
  await drop(store, 'six', before[0] ?? ids[0], 'wren')
  const memberIds = [...ids]
  const act = await store.duplicates.decide(group(store, ids), { act: 'keep', keepIds: [ids[1]], memberIds })
  expect(conflict).toBeDefined()
  expect(asked(store), 'what was open stays so').toEqual([
    ['wren', 'owl look', 'swan look'],
    ['robin', 'wren look'],
  ])
  await store.duplicates.undo(act.id)
  expect(asked(store)).toEqual([
    ['robin', 'owl look', 'swan look'],
    ['robin', 'wren look'],
  ])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what was answered of a copy that gives way is not asked of the one that stays', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  await drop(store, 'three', ids[0], 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  if (!conflict) throw new Error('no conflict')
  const stays = { act: 'file', classId: conflict.image.classId } as const
  const first = await store.duplicates.decideConflict(conflict.id, stays)
  const memberIds = [...ids]
  const act = await store.duplicates.decide(group(store, ids), { act: 'keep', keepIds: [ids[1]], memberIds })
  expect(asked(store)).toEqual([])
  await store.duplicates.undo(act.id)
  expect(asked(store)).toEqual([])
  await store.duplicates.undo(first.id)
  expect(asked(store)).toEqual([['robin', 'wren look']])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a picture whose file is missing is tried anew, and asked about once it is there', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await drop(store, 'two', imageId, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  rmSync(join(made.folder, 'images', 'robin', `${imageId}.jpg`))
  await expect(store.duplicates.decideConflict(conflict?.id ?? 0, { act: 'remove' })).rejects.toMatchObject({
    code: 'DUPLICATES_CHANGED',
  })
  expect(states(store, 'one')).toEqual(['queued robin'])
  expect(asked(store)).toEqual([])
  expect(await findingsIn(made.folder)).toEqual([])
})

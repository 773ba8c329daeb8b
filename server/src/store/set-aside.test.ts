/** Pictures that gave way to another copy, and what becomes of them when that one goes. */
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
  storeNext,
  trashMs,
} from '../../test/support/held-copies.ts'
import { clientId, makeEnd, openRules, temporaryDataset } from '../../test/support/samples.ts'
import type { OpenDataset } from './dataset-store.ts'
import type { ImageId } from './types.ts'

/** Lets the second give way to the first. */
function keep(store: OpenDataset, first: ImageId, second: ImageId) {
  const memberIds = [first, second]
  return store.duplicates.decide(group(store, memberIds), { act: 'keep', keepIds: [first], memberIds })
}

test('the copy that stayed is lost: what gave way to it comes back, from its own file', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  await drop(store, 'three', ids[0])
  const { id } = await keep(store, ids[1], ids[0])
  rmSync(join(made.folder, 'images', 'robin', `${ids[1]}.jpg`))
  await store.recover()
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${ids[0]}.jpg`])
  expect(states(store, 'one', 'two', 'three')).toEqual(['stored robin', 'queued robin', 'duplicate robin'])
  expect(store.imageByDigest(imageOf('one').original.digest)).toBe(ids[0])
  expect(
    store.lookFile.since(0, 9).some(({ seq }) => seq === 1),
    'it is looked up by its forms',
  ).toBe(true)
  expect(await findingsIn(made.folder)).toEqual([])
  expect(store.duplicates.overview().lastAct).toBeNull()
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
})

test('the collect of the copy that stayed is undone: what gave way to it comes back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const one = await hold(store, 'one')
  const zero = await hold(store, 'zero')
  const batch = collect(store, 'two')
  const result = await storeNext(store, 'two')
  if (result.kind !== 'recorded') throw new Error(result.kind)
  // What gave way to it before goes on waiting, for the one it gave way to.
  const first = await keep(store, one, zero)
  await keep(store, result.imageId, one)
  store.undo(clientId, [batch.batchId])
  await store.tidy()
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${one}.jpg`])
  expect(states(store, 'one', 'two', 'zero')).toEqual(['stored robin', 'cancelled robin', 'duplicate robin'])
  expect(await findingsIn(made.folder)).toEqual([])
  expect(store.duplicates.overview().lastAct).toMatchObject({ id: first.id })
  await store.duplicates.undo(first.id)
  expect(filesIn(made.folder, 'images')).toHaveLength(2)
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what gave way and is lost itself does not come back with the one that stayed lost', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  await keep(store, ids[1], ids[0])
  const originals = ['one', 'two'].map(name => imageOf(name).original.digest as string)
  const [aside = ''] = filesIn(made.folder, 'originals').filter(
    name => !originals.includes(name.slice(3, 67)),
  )
  rmSync(join(made.folder, 'originals', aside))
  await store.requeueImage(ids[1], 'test')
  await store.tidy()
  expect(filesIn(made.folder, 'images')).toEqual([])
  expect(states(store, 'one', 'two')).toEqual(['queued robin', 'queued robin'])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('the copy that stayed is removed as of no class, which is taken back: so can the decision before', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  const before = filesIn(made.folder, 'images')
  const kept = await keep(store, ids[1], ids[0])
  await drop(store, 'three', ids[1], 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  const removed = await store.duplicates.decideConflict(conflict?.id ?? 0, { act: 'remove' })
  expect(await findingsIn(made.folder)).toEqual([])
  await store.recover()
  await expect(store.duplicates.undo(kept.id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(store.duplicates.overview().lastAct).toMatchObject({ id: removed.id })
  await store.duplicates.undo(removed.id)
  expect(store.duplicates.overview().lastAct).toMatchObject({ id: kept.id })
  await store.duplicates.undo(kept.id)
  expect(filesIn(made.folder, 'images')).toEqual(before)
  expect(states(store, 'one', 'two', 'three')).toEqual(['stored robin', 'stored robin', 'duplicate robin'])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('once a removal stands, what had given way to the picture goes, too', async () => {
  let nowMs = 1_000_000
  using made = temporaryDataset({ now: () => nowMs })
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  await keep(store, ids[1], ids[0])
  await drop(store, 'three', ids[1], 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  await store.duplicates.decideConflict(conflict?.id ?? 0, { act: 'remove' })
  nowMs += trashMs + 1
  await store.recover()
  expect(filesIn(made.folder, 'originals')).toEqual([])
  expect(store.removedByDigest(imageOf('one').original.digest)).toBeDefined()
  expect(await findingsIn(made.folder)).toEqual([])
})

test('who was tried again meanwhile, and came to the copy that stayed, comes back all the same', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  const before = filesIn(made.folder, 'images')
  const { id } = await keep(store, ids[1], ids[0])
  expect(store.retry({ code: 'DUPLICATE_LOOK' }, openRules)).toBe(1)
  expect(await storeNext(store, 'one')).toMatchObject({ kind: 'duplicate', imageId: ids[1] })
  expect(store.duplicates.overview().lastAct).toMatchObject({ id })
  await store.duplicates.undo(id)
  expect(filesIn(made.folder, 'images')).toEqual(before)
  expect(states(store, 'one', 'two')).toEqual(['stored robin', 'stored robin'])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what can no longer be taken back does not stand before what can', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two'), await hold(store, 'three')] as const
  const { duplicates } = store
  const memberIds = [ids[1], ids[2]]
  const apart = await duplicates.decide(group(store, memberIds), { act: 'not-duplicates', memberIds })
  const batch = collect(store, 'four')
  const four = await storeNext(store, 'four')
  if (four.kind !== 'recorded') throw new Error(four.kind)
  const { id } = await keep(store, ids[0], four.imageId)
  expect(duplicates.overview().lastAct).toMatchObject({ id })
  store.undo(clientId, [batch.batchId])
  await expect(duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(duplicates.overview().lastAct).toMatchObject({ id: apart.id })

  await drop(store, 'five', ids[0], 'wren')
  const [conflict] = duplicates.conflicts({ limit: 9 }).conflicts
  const classId = conflict?.offers[0]?.classId ?? 0
  const moved = await duplicates.decideConflict(conflict?.id ?? 0, { act: 'file', classId })
  expect(duplicates.overview().lastAct).toMatchObject({ id: moved.id })
  await store.removeImage(ids[0])
  await store.tidy()
  await expect(duplicates.undo(moved.id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(duplicates.overview().lastAct).toMatchObject({ id: apart.id })
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what lies aside and is lost does not stand before what can be taken back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  const { id } = await keep(store, ids[1], ids[0])
  const originals = ['one', 'two'].map(name => imageOf(name).original.digest as string)
  const [aside = ''] = filesIn(made.folder, 'originals').filter(
    name => !originals.includes(name.slice(3, 67)),
  )
  rmSync(join(made.folder, 'originals', aside))
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(store.duplicates.overview().lastAct).toBeNull()
  await store.tidy()
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what comes back names the address its file came by', async () => {
  let nowMs = 1_000_000
  using made = temporaryDataset({ now: () => nowMs })
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  for (const name of ['first', 'last']) {
    collect(store, name)
    const lease = leaseOf(store, name)
    nowMs += 1
    await store.upgradeImage(lease, ids[0], imageOf(name), makeEnd(lease, { code: 'UPGRADED' }))
  }
  const hosts = () => store.duplicates.group(group(store, ids))?.members.map(({ host }) => host)
  expect(hosts()).toEqual(['last.example', 'two.example'])
  const { id } = await keep(store, ids[1], ids[0])
  await store.duplicates.undo(id)
  expect(hosts()).toEqual(['last.example', 'two.example'])
})

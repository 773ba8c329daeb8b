/** What a person decides about copies, and how it is taken back. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findingsIn } from '../../test/support/findings.ts'
import {
  collect,
  filesIn,
  group,
  hold,
  imageOf,
  leaseOf,
  lookOf,
  states,
  threeCopies,
  trashMs,
} from '../../test/support/held-copies.ts'
import { clientId, makeEnd, openRules, temporaryDataset } from '../../test/support/samples.ts'
import type { ImageId } from './types.ts'

test('one copy stays, the others give way to it, and all of them come back', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const before = { files: filesIn(made.folder, 'images'), group: store.duplicates.group(groupId) }
  const act = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[1]], memberIds })

  expect(act).toMatchObject({ act: 'keep', removed: 2 })
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${ids[1]}.jpg`])
  expect(states(store, 'one', 'two', 'three')).toEqual(['duplicate robin', 'stored robin', 'duplicate robin'])
  expect(store.duplicates.group(groupId)).toBeUndefined()
  expect(store.duplicates.compared(2)?.isChosenKeeper).toBe(true)
  expect(store.pictureBySeq(1), 'no tombstone').toBeUndefined()
  expect(store.imageByDigest(imageOf('one').original.digest), 'its bytes').toBe(ids[1])
  const { pixelDigest } = lookOf('three')
  expect(pixelDigest && store.imageByPixels(pixelDigest)?.imageId, 'its pixels').toBe(ids[1])
  expect(store.duplicates.overview().lastAct).toEqual(act)
  expect(store.duplicates.counts().conflicts, 'classes were chosen between').toBe(0)
  expect(await findingsIn(made.folder)).toEqual([])

  expect(await store.duplicates.undo(act.id)).toEqual(act)
  expect(filesIn(made.folder, 'images')).toEqual(before.files)
  expect(states(store, 'one', 'two', 'three')).toEqual(['stored robin', 'stored robin', 'stored wren'])
  expect(store.duplicates.group(groupId)).toEqual(before.group)
  expect(store.duplicates.compared(2)?.isChosenKeeper).toBe(false)
  expect(store.imageByDigest(imageOf('one').original.digest)).toBe(ids[0])
  const again = store.lookFile.since(3, 9).map(({ seq }) => seq)
  expect(again, 'they are to be looked for again').toEqual([1, 3])
  expect(store.duplicates.overview().lastAct).toBeNull()
  expect(filesIn(made.folder, 'originals'), 'nothing is left aside').toHaveLength(3)
  expect(await findingsIn(made.folder)).toEqual([])
  await expect(store.duplicates.undo(act.id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
})

test('taken back twice at once, it is taken back once', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[0]], memberIds })
  const both = await Promise.allSettled([store.duplicates.undo(id), store.duplicates.undo(id)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(filesIn(made.folder, 'images')).toHaveLength(3)
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a decision about what is no longer so changes nothing', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { duplicates } = store
  const changed = { code: 'DUPLICATES_CHANGED' }
  const fewer = memberIds.slice(1)
  await expect(
    duplicates.decide(groupId, { act: 'keep', keepIds: fewer, memberIds: fewer }),
  ).rejects.toMatchObject(changed)
  await expect(duplicates.decide(groupId, { act: 'burst', memberIds: fewer })).rejects.toMatchObject(changed)
  const stranger = { act: 'keep' as const, keepIds: ['a'.repeat(20)], memberIds }
  await expect(duplicates.decide(groupId, stranger)).rejects.toMatchObject(changed)
  await store.removeImage(ids[2])
  await expect(duplicates.decide(groupId, { act: 'keep-all', memberIds })).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  expect(duplicates.due(9), 'those that stay are grouped anew').toEqual([1, 2])
  expect(filesIn(made.folder, 'images')).toHaveLength(2)
  expect(filesIn(made.folder, 'originals'), 'one of them in the trash').toHaveLength(4)
  expect(await findingsIn(made.folder)).toEqual([])
})

test.each([0, 1])(
  'a member whose file is missing is tried anew, and the others decided about',
  async lost => {
    using made = temporaryDataset()
    const { store, ids, groupId, memberIds } = await threeCopies(made)
    const { duplicates } = store
    const imageId = lost === 0 ? ids[0] : ids[1]
    rmSync(join(made.folder, 'images', 'robin', `${imageId}.jpg`))
    const keep = { act: 'keep' as const, keepIds: [ids[1]], memberIds }
    await expect(duplicates.decide(groupId, keep)).rejects.toMatchObject({ code: 'DUPLICATES_CHANGED' })
    expect(filesIn(made.folder, 'images'), 'nothing gave way').toHaveLength(2)
    expect(states(store, lost === 0 ? 'one' : 'two')).toEqual(['queued robin'])
    expect(duplicates.group(groupId), 'to be grouped anew').toBeUndefined()
    const rest = ids.filter(id => id !== imageId)
    const [keepId = imageId] = rest
    const again = group(store, rest)
    await duplicates.decide(again, { act: 'keep', keepIds: [keepId], memberIds: rest })
    expect(filesIn(made.folder, 'images')).toHaveLength(1)
    expect(await findingsIn(made.folder)).toEqual([])
  },
)

test('what was on its way to a picture that gave way goes to the one that stays', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  collect(store, 'late')
  const late = leaseOf(store, 'late')
  collect(store, 'better')
  const better = leaseOf(store, 'better')
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[0]], memberIds })
  const { digest } = imageOf('late').original
  const end = {
    state: 'duplicate',
    code: 'DUPLICATE_LOOK',
    imageId: ids[1],
    distanceBits: 3,
    digest,
  } as const
  await store.finish(late, { ...makeEnd(late), ...end })
  expect(store.candidates({}, { limit: 9 }).candidates.find(({ id: of }) => of === late.id)).toMatchObject({
    ...{ state: 'duplicate', imageId: ids[0] },
  })
  expect(store.imageByDigest(digest)).toBe(ids[0])
  const end2 = makeEnd(better, { code: 'UPGRADED' })
  expect(await store.upgradeImage(better, ids[1], imageOf('better'), end2)).toEqual({ kind: 'withdrawn' })
  store.release(better)
  await store.duplicates.undo(id)
  await store.removeImage(ids[0])
  expect(store.counts()).toMatchObject({ stored: 2, blocked: 2 })
  expect(await findingsIn(made.folder)).toEqual([])
})

test('after its days in the trash a decision stands, and its files go', async () => {
  let nowMs = 1_000_000
  using made = temporaryDataset({ now: () => nowMs })
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[0]], memberIds })
  expect(filesIn(made.folder, 'originals'), 'two pictures lie aside').toHaveLength(5)
  nowMs += trashMs + 1
  await store.recover()
  expect(filesIn(made.folder, 'originals')).toHaveLength(1)
  expect(store.duplicates.overview().lastAct).toBeNull()
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(await findingsIn(made.folder)).toEqual([])

  collect(store, 'again')
  const lease = leaseOf(store, 'again')
  expect(await store.recordImage(lease, imageOf('two'), makeEnd(lease)), 'still known').toMatchObject({
    kind: 'duplicate',
    imageId: ids[0],
  })
})

test('what lies aside and is lost does not come back, and is no trouble', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[0]], memberIds })
  const own = new Set(['one', 'two', 'three'].map(name => imageOf(name).original.digest as string))
  const aside = filesIn(made.folder, 'originals').filter(name => !own.has(name.slice(3, 67)))
  expect(aside).toHaveLength(2)
  for (const name of aside) rmSync(join(made.folder, 'originals', name))
  expect(await findingsIn(made.folder)).toMatchObject([
    { kind: 'original-missing' },
    { kind: 'original-missing' },
  ])
  await store.recover()
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(filesIn(made.folder, 'originals')).toHaveLength(1)
  expect(await findingsIn(made.folder)).toEqual([])
})

test('two decisions about one picture are taken back one after the other', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two'), await hold(store, 'three')] as const
  const before = filesIn(made.folder, 'images')
  const keep = (first: ImageId, second: ImageId) => {
    const memberIds = [first, second]
    return store.duplicates.decide(group(store, memberIds), { act: 'keep', keepIds: [first], memberIds })
  }
  const acts = [await keep(ids[1], ids[0]), await keep(ids[2], ids[1])] as const
  expect(store.imageByDigest(imageOf('one').original.digest)).toBe(ids[2])
  await store.duplicates.undo(acts[1].id)
  expect(store.imageByDigest(imageOf('one').original.digest)).toBe(ids[1])
  await store.duplicates.undo(acts[0].id)
  expect(filesIn(made.folder, 'images')).toEqual(before)
  expect(states(store, 'one', 'two', 'three')).toEqual(Array(3).fill('stored robin'))
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a copy that was chosen twice stays the chosen one when only one of the choices is taken back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two'), await hold(store, 'three')] as const
  const keep = (first: ImageId, second: ImageId) => {
    const memberIds = [first, second]
    return store.duplicates.decide(group(store, memberIds), { act: 'keep', keepIds: [first], memberIds })
  }
  const acts = [await keep(ids[0], ids[1]), await keep(ids[0], ids[2])] as const
  await store.duplicates.undo(acts[1].id)
  expect(store.duplicates.compared(1)?.isChosenKeeper).toBe(true)
  await store.duplicates.undo(acts[0].id)
  expect(store.duplicates.compared(1)?.isChosenKeeper).toBe(false)
})

test('what others gave way to can be removed: then they stay away, too', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [ids[0]], memberIds })
  await store.removeImage(ids[0])
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(filesIn(made.folder, 'originals'), 'all of them in the trash').toHaveLength(6)
  await store.acts.emptyTrash({ key: 'e'.repeat(32) }, 'dashboard')
  expect(filesIn(made.folder, 'originals')).toEqual([])
  expect(store.removedByDigest(imageOf('two').original.digest)).toBeDefined()
  expect(store.counts()).toMatchObject({ blocked: 3 })
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a picture whose collect was undone meanwhile does not come back', async () => {
  using made = temporaryDataset()
  const { store } = made
  const one = await hold(store, 'one')
  const batch = collect(store, 'two')
  const lease = leaseOf(store, 'two')
  const result = await store.recordImage(lease, imageOf('two'), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  const memberIds = [one, result.imageId]
  const groupId = group(store, memberIds)
  const { id } = await store.duplicates.decide(groupId, { act: 'keep', keepIds: [one], memberIds })
  store.undo(clientId, [batch.batchId])
  await expect(store.duplicates.undo(id)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  await store.tidy()
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${one}.jpg`])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('an unknown candidate, group, conflict or act is not found', async () => {
  using made = temporaryDataset()
  const { duplicates } = made.store
  const missing = { code: 'PROTOCOL_NOT_FOUND' }
  const memberIds = ['a'.repeat(20), 'b'.repeat(20)]
  await expect(duplicates.decide(1, { act: 'burst', memberIds })).rejects.toMatchObject(missing)
  await expect(duplicates.decideConflict(1, { act: 'remove' })).rejects.toMatchObject(missing)
  await expect(duplicates.notDuplicate(1)).rejects.toMatchObject(missing)
  await expect(duplicates.undo(1)).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
  expect(made.store.retry({ code: 'BLOCKED_REMOVED' }, openRules)).toBe(0)
})

/** What a person decides about copies, and how it is taken back. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import {
  collect,
  drop,
  filesIn,
  group,
  hold,
  imageOf,
  leaseOf,
  lookOf,
  seqOf,
  states,
  url,
} from '../../test/support/held-copies.ts'
import { clientId, makeEnd, openRules, temporaryDataset } from '../../test/support/samples.ts'
import type { ImageId } from './types.ts'
import { verifyDataset } from './verify.ts'

/** For how long what was removed can be put back. */
const trashMs = defaultSettings.trashDays * 24 * 3_600_000

const findingsIn = async (folder: string) => (await verifyDataset(folder)).findings

/** Three copies in one group, of which the second class has one. */
async function threeCopies(made: ReturnType<typeof temporaryDataset>) {
  const { store } = made
  const ids = [
    await hold(store, 'one'),
    await hold(store, 'two'),
    await hold(store, 'three', 'wren'),
  ] as const
  return { store, ids, groupId: group(store, ids), memberIds: [...ids] }
}

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

test('no duplicates: never asked again, until that is taken back', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { duplicates } = store
  const act = await duplicates.decide(groupId, { act: 'not-duplicates', memberIds })
  expect(duplicates.counts()).toMatchObject({ groups: 0 })
  expect(duplicates.component(1, 9).pairs).toEqual([])
  expect(duplicates.isApart(ids[1], { imageId: ids[2] })).toBe(true)
  expect(duplicates.isApart(ids[0], { digest: imageOf('two').original.digest }), 'by its bytes').toBe(true)
  duplicates.addPair(ids[1], { imageId: ids[2], distanceBits: 1, kind: 'same' })
  expect(store.image(ids[1])?.nearPairs, 'not even a pair is kept').toHaveLength(1)

  await duplicates.undo(act.id)
  expect(duplicates.isApart(ids[1], { imageId: ids[2] })).toBe(false)
  expect(duplicates.component(1, 9).pairs).toHaveLength(2)
  expect(duplicates.groups({}, { limit: 9 }).groups).toMatchObject([{ id: groupId, size: 3 }])
})

test('one of them is no duplicate: only its own pairs go', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  await store.duplicates.decide(groupId, { act: 'not-duplicates', imageId: ids[1], memberIds })
  expect(store.duplicates.component(1, 9).pairs).toMatchObject([{ a: 1, b: 3 }])
  expect(store.duplicates.isApart(ids[0], { imageId: ids[2] })).toBe(false)
  expect(store.duplicates.due(9)).toEqual([1, 2, 3])
})

test('all of them are kept: asked again only when another joins them', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { duplicates } = store
  await duplicates.decide(groupId, { act: 'keep-all', memberIds })
  expect(duplicates.counts()).toMatchObject({ groups: 0, kept: 1 })
  expect(group(store, ids), 'made anew').toBeDefined()
  expect(duplicates.groups({ state: 'kept' }, { limit: 9 }).groups).toMatchObject([
    { id: groupId, state: 'kept' },
  ])
  group(store, [...ids, await hold(store, 'four')])
  expect(duplicates.group(groupId)).toMatchObject({ state: 'open', size: 4 })
})

test('separate shots are a group of their own kind, and kept', async () => {
  using made = temporaryDataset()
  const { store, ids, groupId, memberIds } = await threeCopies(made)
  const { duplicates } = store
  await duplicates.decide(groupId, { act: 'burst', memberIds })
  const { pairs } = duplicates.component(1, 9)
  expect(pairs.map(({ kind }) => kind)).toEqual(['burst', 'burst'])
  group(store, ids, 'burst')
  expect(duplicates.counts()).toEqual({ groups: 0, bursts: 0, kept: 1, conflicts: 0 })
})

test('groups keep their number, and are read page by page in order', async () => {
  using made = temporaryDataset()
  const { store } = made
  const { duplicates } = store
  const numbers: number[] = []
  for (const name of ['a', 'b', 'c']) {
    numbers.push(group(store, [await hold(store, `${name}1`), await hold(store, `${name}2`, 'wren')]))
  }
  const first = duplicates.groups({}, { limit: 2 })
  const rest = duplicates.groups({}, { limit: 2, cursor: first.cursor ?? '' })
  expect([...first.groups, ...rest.groups].map(({ id }) => id)).toEqual(numbers)
  expect(rest.cursor).toBeNull()
  expect(duplicates.groups({ kind: 'burst' }, { limit: 9 }).groups).toEqual([])
  const [robin = 0, wren = 0] = ['robin', 'wren'].map(name => store.ensureClass(name).id)
  expect(duplicates.groups({ kind: 'copies', classId: wren }, { limit: 9 }).groups).toHaveLength(3)
  expect(duplicates.groups({ classId: robin + wren }, { limit: 9 }).groups).toEqual([])
  expect(duplicates.group(numbers[0] ?? 0)).toMatchObject({
    isAcrossClasses: true,
    members: [
      { reasons: ['reason 1'], classLabel: 'robin' },
      { reasons: ['reason 2'], host: 'a2.example' },
    ],
    pairs: [{ kind: 'same', level: 'look', distanceBits: 9, difference: 0.1, placement: null }],
  })
  expect(duplicates.due(9)).toEqual([])
})

test('a group that is none is not made', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two')] as const
  await store.removeImage(ids[1])
  const of = (...seqs: number[]) => seqs.map(seq => ({ seq, reasons: [] }))
  const made2 = { kind: 'copies', representative: 1, keeper: 1 } as const
  for (const members of [of(1), of(1, 1), of(1, 2), of(2, 3)]) {
    store.duplicates.regroup([1, 2], [{ ...made2, members }])
    expect(store.duplicates.counts().groups).toBe(0)
  }
})

test('a dropped picture that is no copy is fetched again, and never taken for one', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  const candidateId = await drop(store, 'two', imageId)
  const { digest } = imageOf('two').original
  expect(store.imageByDigest(digest)).toBe(imageId)
  await store.duplicates.notDuplicate(candidateId)
  expect(store.imageByDigest(digest)).toBeUndefined()
  expect(store.duplicates.isApart(imageId, { digest })).toBe(true)
  const lease = leaseOf(store, 'two')
  const pairs = [{ imageId, distanceBits: 7, kind: 'same' }] as const
  const result = await store.recordImage(lease, imageOf('two'), makeEnd(lease, { nearPairs: pairs }))
  expect(result).toMatchObject({ kind: 'recorded' })
  expect(store.duplicates.component(seqOf(store, imageId), 9).pairs).toEqual([])
  await expect(store.duplicates.notDuplicate(candidateId)).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a removed picture comes again only when it is revived', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  await store.removeImage(imageId)
  collect(store, 'other')
  const other = leaseOf(store, 'other')
  expect(
    await store.recordImage(other, imageOf('other', { look: lookOf('x', 'one') }), makeEnd(other)),
  ).toEqual({
    kind: 'blocked',
  })
  expect(store.duplicates.tombstones({ limit: 9 }).tombstones, 'in the trash it waits').toEqual([])
  await store.acts.emptyTrash({ key: 'e'.repeat(32) }, 'dashboard')
  expect(store.duplicates.tombstones({ limit: 9 }).tombstones).toMatchObject([{ imageId, candidates: 2 }])
  expect(store.duplicates.revive(imageId)).toBe(2)
  expect(store.duplicates.tombstones({ limit: 9 }).tombstones).toEqual([])
  expect(store.removedByDigest(imageOf('one').original.digest)).toBeUndefined()
  const lease = leaseOf(store, 'one')
  expect(await store.recordImage(lease, imageOf('one'), makeEnd(lease))).toEqual({
    kind: 'recorded',
    imageId,
  })
  expect(() => store.duplicates.revive(imageId)).toThrow(
    expect.objectContaining({ code: 'PROTOCOL_NOT_FOUND' }),
  )
  expect(await findingsIn(made.folder)).toEqual([])
})

test('what looks like a removed picture comes again with it', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  collect(store, 'alike')
  collect(store, 'late')
  const [alike, late] = [leaseOf(store, 'alike'), leaseOf(store, 'late')]
  const blocked = { state: 'blocked', code: 'BLOCKED_REMOVED', imageId } as const
  await expect(store.finish(alike, { ...makeEnd(alike), ...blocked }), 'it is held').rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  await store.removeImage(imageId)
  expect(await store.finish(alike, { ...makeEnd(alike), ...blocked })).toBe(true)
  expect(store.duplicates.revive(imageId)).toBe(2)
  expect(states(store, 'one', 'alike')).toEqual(['queued robin', 'queued robin'])
  await expect(store.finish(late, { ...makeEnd(late), ...blocked }), 'it came back').rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  expect(store.release(late)).toBe(true)
  await store.tidy()
  expect(await findingsIn(made.folder)).toEqual([])
})

test('a better copy takes the place of any held picture, which keeps its id and its class', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'small')
  const seq = seqOf(store, imageId)
  collect(store, 'large', { class: 'wren' })
  const lease = leaseOf(store, 'large')
  const result = await store.upgradeImage(
    lease,
    imageId,
    imageOf('large'),
    makeEnd(lease, { code: 'UPGRADED' }),
  )
  expect(result).toEqual({ kind: 'recorded', imageId })
  expect(store.image(imageId)).toMatchObject({
    classLabel: 'robin',
    original: { digest: imageOf('large').original.digest },
  })
  expect(store.duplicates.compared(seq)?.packed).toEqual(lookOf('large').packed)
  const pixels = ['small', 'large'].map(
    name => store.imageByPixels(lookOf(name).pixelDigest as never)?.imageId,
  )
  expect(pixels, 'both lead to it').toEqual([imageId, imageId])
  expect(filesIn(made.folder, 'images')).toEqual([`robin/${imageId}_2.jpg`])
  expect(filesIn(made.folder, 'originals')).toHaveLength(1)
  expect(store.duplicates.conflicts({ limit: 9 }).conflicts, 'it was for another class').toMatchObject([
    { id: seq, offers: [{ classLabel: 'wren', level: 'look' }] },
  ])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('how a picture belongs to others is forgotten with the file it was seen on', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two'), await hold(store, 'three')] as const
  group(store, ids)
  const crop = { distanceBits: 9, kind: 'crop', placement: [0.5, 0, 0, 0.5, 0, 0] } as const
  store.duplicates.addPair(ids[0], { ...crop, imageId: ids[1] })
  store.duplicates.addPair(ids[1], { imageId: ids[2], distanceBits: 4, kind: 'same' })
  store.duplicates.regroup([1, 2, 3], [])
  group(store, ids)
  expect(store.duplicates.due(9)).toEqual([])
  collect(store, 'large')
  const lease = leaseOf(store, 'large')
  const nearPairs = [{ imageId: ids[1], distanceBits: 2, kind: 'same', difference: 0 }] as const
  await store.upgradeImage(lease, ids[0], imageOf('large'), makeEnd(lease, { code: 'UPGRADED', nearPairs }))
  expect(store.duplicates.component(1, 9).pairs).toMatchObject([
    { a: 1, b: 2, kind: 'same', distanceBits: 2 },
    { a: 2, b: 3, kind: 'same', distanceBits: 4 },
  ])
  expect(store.duplicates.due(9), 'all of its group').toEqual([1, 2, 3])
  expect(await findingsIn(made.folder)).toEqual([])
})

test('pictures of before get their look later, unless they were replaced meanwhile', async () => {
  using made = temporaryDataset()
  const { store } = made
  const old = await hold(store, 'old', 'robin', imageOf('old', { look: undefined }))
  await hold(store, 'new')
  const { duplicates } = store
  const { digest } = imageOf('old').original
  expect(duplicates.withoutFingerprint(1, 0, 9)).toEqual([1])
  expect(duplicates.withoutFingerprint(2, 0, 9), 'of another version').toEqual([1, 2])
  expect(duplicates.completeLook(old, imageOf('else').original.digest, lookOf('old'))).toBe(false)
  expect(duplicates.completeLook(old, digest, lookOf('old'))).toBe(true)
  expect(duplicates.compared(1)?.packed).toEqual(lookOf('old').packed)
  expect(duplicates.withoutFingerprint(1, 0, 9)).toEqual([])
  expect(store.lookFile.since(1, 9)).toMatchObject([{ seq: 1, forms: lookOf('old').forms }])
})

test('the same pixels in another file are a duplicate, of a held picture in the same class or not', async () => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  for (const [name, label, code] of [
    ['two', 'robin', 'DUPLICATE_PIXELS'],
    ['three', 'wren', 'DUPLICATE_OTHER_CLASS'],
  ] as const) {
    collect(store, name, { class: label })
    const lease = leaseOf(store, name)
    const copy = imageOf(name, { look: lookOf(name, 'one') })
    expect(await store.recordImage(lease, copy, makeEnd(lease))).toMatchObject({ kind: 'duplicate', imageId })
    expect(store.lookup([url(name)])).toMatchObject([{ code }])
    expect(store.imageByDigest(copy.original.digest), 'known by its bytes from now on').toBe(imageId)
  }
  expect(store.duplicates.counts().conflicts).toBe(1)
})

test.each(['bytes', 'pixels'])('what has the same %s cannot be said to be no copy', async level => {
  using made = temporaryDataset()
  const { store } = made
  const imageId = await hold(store, 'one')
  collect(store, 'two', { class: 'wren' })
  const lease = leaseOf(store, 'two')
  const { digest } = imageOf(level === 'bytes' ? 'one' : 'two').original
  const { pixelDigest } = lookOf('one')
  await store.finish(lease, {
    ...{ ...makeEnd(lease), state: 'duplicate', code: 'DUPLICATE_OTHER_CLASS', imageId, distanceBits: 0 },
    ...{ digest, pixelDigest, facts: { level } },
  })
  await expect(store.duplicates.notDuplicate(lease.id)).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
  expect(pixelDigest && store.imageByPixels(pixelDigest)?.imageId).toBe(imageId)
  expect(states(store, 'two')).toEqual(['duplicate robin'])
})

test('the pixels of a held picture lead to it, also when a copy of it by look is said to be none', async () => {
  using made = temporaryDataset()
  const { store } = made
  const { original } = imageOf('one')
  const imageId = await hold(store, 'one', 'robin', imageOf('one', { look: undefined }))
  // It came while nobody knew the pixels of the other.
  collect(store, 'two')
  const lease = leaseOf(store, 'two')
  const { digest } = imageOf('two').original
  const { pixelDigest } = lookOf('one')
  await store.finish(lease, {
    ...{ ...makeEnd(lease), state: 'duplicate', code: 'DUPLICATE_LOOK', imageId, distanceBits: 7 },
    ...{ digest, pixelDigest, facts: { level: 'look' } },
  })
  expect(store.duplicates.completeLook(imageId, original.digest, lookOf('one'))).toBe(true)
  await store.duplicates.notDuplicate(lease.id)
  expect(pixelDigest && store.imageByPixels(pixelDigest)?.imageId).toBe(imageId)
})

test('placements are kept for the earlier picture of a pair, whichever came now', async () => {
  using made = temporaryDataset()
  const { store } = made
  const ids = [await hold(store, 'one'), await hold(store, 'two'), await hold(store, 'three')] as const
  const number = group(store, [ids[1], ids[0], ids[2]])
  const pair = { distanceBits: 3, kind: 'crop', placement: [0.5, 0, 0, 0.25, 0.1, 0.2] } as const
  store.duplicates.addPair(ids[1], { ...pair, imageId: ids[0] })
  store.duplicates.addPair(ids[1], { ...pair, imageId: ids[2] })
  const pairs = store.duplicates.group(number)?.pairs
  expect(pairs?.find(({ a }) => a === ids[0])).toMatchObject({ b: ids[1], placement: pair.placement })
  const inverse = pairs?.find(({ a }) => a === ids[1])
  expect(inverse).toMatchObject({ b: ids[2] })
  const expected = [2, 0, 0, 4, -0.2, -0.8]
  expect(inverse?.placement?.map((value, at) => Math.abs(value - (expected[at] ?? 0)) < 1e-9)).toEqual(
    Array(6).fill(true),
  )
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

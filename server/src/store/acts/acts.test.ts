/** Acts: done, taken back, done again, once for each key; the folders always hold what the index says. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Act } from '@gleaner/shared/acts'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { drop, filesIn, group, hold, imageOf, states } from '../../../test/support/held-copies.ts'
import { clientId, makeBatch, makeEnd, openRules, temporaryDataset } from '../../../test/support/samples.ts'
import { type OpenDataset, openDataset } from '../dataset-store.ts'
import type { ImageId } from '../types.ts'
import { verifyDataset } from '../verify.ts'

const findingsIn = async (folder: string) => (await verifyDataset(folder)).findings

let keys = 0
const newKey = () => (++keys).toString(16).padStart(32, '0')
const ask = (store: OpenDataset, act: Act, key = newKey()) => store.acts.ask({ key, act }, 'dashboard')
const undo = (store: OpenDataset, actId?: number) =>
  store.acts.undo({ key: newKey(), ...(actId !== undefined && { actId }) })
const redo = (store: OpenDataset) => store.acts.redo({ key: newKey() })
const trash = (...imageIds: ImageId[]): Act => ({ kind: 'trash', of: { imageIds } })
const move = (label: string, ...imageIds: ImageId[]): Act => ({ kind: 'move', label, of: { imageIds } })
const mark = (found: 'kept' | 'unsure' | 'none', ...imageIds: ImageId[]): Act => ({
  kind: 'mark',
  mark: found,
  of: { imageIds },
})
const idOf = (store: OpenDataset, label: string) => {
  const found = store.classes().find(one => one.label === label)
  if (!found) throw new Error(`no class ${label}`)
  return found.id
}
const labels = (store: OpenDataset) =>
  store
    .classes()
    .map(({ label }) => label)
    .sort()
/** Which pictures carry a mark. */
const marked = async (store: OpenDataset, found: 'kept' | 'unsure') =>
  Array.from(await store.gallery.seqsOf({ marks: [found] }))

async function three(made: ReturnType<typeof temporaryDataset>) {
  const { store } = made
  const [one, two, wren] = [
    await hold(store, 'one'),
    await hold(store, 'two'),
    await hold(store, 'three', 'wren'),
  ]
  return { store, one, two, wren, folder: made.folder }
}

test('a picture goes to the trash and back, file, candidates and all', async () => {
  using made = temporaryDataset()
  const { store, one, two, folder } = await three(made)
  const held = filesIn(folder, 'images')
  const act = await ask(store, trash(one))
  expect(act).toMatchObject({ kind: 'trash', state: 'done', total: 1, done: 1, skipped: 0, by: 'dashboard' })
  expect(act.title).toBe('Moved 1 picture from robin to the trash')
  expect(filesIn(folder, 'images')).toEqual(held.filter(name => !name.includes(one)))
  expect(store.lookup(['https://one.example/1'])).toMatchObject([
    { state: 'blocked', code: 'BLOCKED_REMOVED' },
  ])
  expect(store.pictureState(one)).toBe('removed')
  expect(await findingsIn(folder)).toEqual([])

  expect(await undo(store)).toMatchObject({ id: act.id, state: 'undone', done: 1, skipped: 0 })
  expect(filesIn(folder, 'images')).toEqual(held)
  expect(states(store, 'one')).toEqual(['stored robin'])
  expect(await findingsIn(folder)).toEqual([])

  expect(await redo(store)).toMatchObject({ id: act.id, state: 'done', done: 1 })
  expect(filesIn(folder, 'images')).toHaveLength(2)
  expect(await ask(store, { kind: 'restore', of: { imageIds: [one, two] } })).toMatchObject({
    state: 'done',
    ...{ total: 2, done: 1, skipped: 1 },
  })
  expect(filesIn(folder, 'images')).toEqual(held)
  expect(await undo(store), 'into the trash again').toMatchObject({ kind: 'restore', state: 'undone' })
  expect(filesIn(folder, 'images')).toHaveLength(2)
  expect(await findingsIn(folder)).toEqual([])
})

test('a question about classes is asked again when what answered it is taken back', async () => {
  using made = temporaryDataset()
  const { store, one, folder } = await three(made)
  const asked = () => store.duplicates.conflicts({ limit: 9 }).conflicts.map(({ image }) => image.id)
  store.accept(clientId, makeBatch(['https://one.example/1'], { class: 'wren' }), openRules)
  expect(asked()).toEqual([one])
  await ask(store, move('wren', one))
  await ask(store, move('Mallet', one))
  expect(asked()).toEqual([])
  await undo(store)
  expect(asked(), 'it is a wren again, as was answered').toEqual([])
  await undo(store)
  expect(asked(), 'nobody has answered').toEqual([one])
  expect(await findingsIn(folder)).toEqual([])
})

test('what was collected for the class a picture was moved to is a question when the move is taken back', async () => {
  using made = temporaryDataset()
  const { store, one, folder } = await three(made)
  const asked = () => store.duplicates.conflicts({ limit: 9 }).conflicts.map(({ image }) => image.id)
  await ask(store, move('Mallet', one))
  store.accept(clientId, makeBatch(['https://one.example/1'], { class: 'Mallet' }), openRules)
  expect(asked()).toEqual([])
  await undo(store)
  expect(asked()).toEqual([one])
  expect(await findingsIn(folder)).toEqual([])
})

test('pictures move to a class that is made for them, and the class goes again when they come back', async () => {
  using made = temporaryDataset()
  const { store, one, two, wren, folder } = await three(made)
  const act = await ask(store, move('Mallet', one, wren))
  expect(act).toMatchObject({
    state: 'done',
    done: 2,
    title: 'Moved 2 pictures from several classes to Mallet',
  })
  expect(filesIn(folder, 'images')).toEqual([
    ...[`mallet/${one}_2.jpg`, `mallet/${wren}_2.jpg`].sort(),
    `robin/${two}.jpg`,
  ])
  expect(readdirSync(join(folder, 'images')), 'no empty class').toEqual(['mallet', 'robin'])
  expect(states(store, 'one', 'three')).toEqual(['stored Mallet', 'stored Mallet'])
  expect(store.duplicates.conflicts({ limit: 9 }).conflicts, 'nobody is asked what was decided').toEqual([])
  expect(await findingsIn(folder)).toEqual([])

  await undo(store)
  expect(states(store, 'one', 'three')).toEqual(['stored robin', 'stored wren'])
  expect(labels(store)).toEqual(['robin', 'wren'])
  expect(await findingsIn(folder)).toEqual([])
  await redo(store)
  expect(labels(store)).toEqual(['Mallet', 'robin', 'wren'])
  expect(store.classes().map(({ label, images }) => [label, images])).toContainEqual(['Mallet', 2])
  expect(await findingsIn(folder)).toEqual([])
})

test('marks hold when a picture moves, is removed and put back, or is lost and drawn again', async () => {
  using made = temporaryDataset()
  const { store, one, two, folder } = await three(made)
  expect(await ask(store, mark('kept', one, two))).toMatchObject({ done: 2, title: 'Kept 2 pictures' })
  expect(await ask(store, mark('unsure', two))).toMatchObject({ title: 'Marked 1 picture as unsure' })
  expect(await marked(store, 'kept')).toEqual([1])
  expect(await marked(store, 'unsure')).toEqual([2])
  expect(await ask(store, mark('kept', one)), 'it is so already').toMatchObject({ done: 0, skipped: 1 })
  await ask(store, trash(one))
  await ask(store, { kind: 'restore', of: { imageIds: [one] } })
  expect(await marked(store, 'kept')).toEqual([1])
  await store.requeueImage(one, 'test')
  const lease = store.lease('one.example', Date.now() + 60_000)
  if (!lease) throw new Error('nothing to lease')
  await store.recordImage(lease, imageOf('one'), makeEnd(lease))
  expect(await marked(store, 'kept'), 'a new number, the same mark').toEqual([4])
  expect(await findingsIn(folder)).toEqual([])
})

test('undo and redo go through the history in order, also after a restart; something new ends what could be redone', async () => {
  using made = temporaryDataset()
  const { store, one, two, folder } = await three(made)
  const acts = [
    await ask(store, mark('kept', one)),
    await ask(store, move('wren', two)),
    await ask(store, trash(one)),
  ].map(({ id }) => id)
  await undo(store)
  await undo(store)
  store.close()
  using again = reopened(folder)
  expect(again.store.acts.page({ limit: 9 })).toMatchObject({ undoId: acts[0], redoId: acts[1] })
  expect(await redo(again.store)).toMatchObject({ id: acts[1], state: 'done' })
  expect(await redo(again.store)).toMatchObject({ id: acts[2], state: 'done' })
  await expect(redo(again.store)).rejects.toMatchObject({ code: 'ACT_NOT_REDONE' })
  for (const id of acts.toReversed()) expect(await undo(again.store)).toMatchObject({ id, state: 'undone' })
  await expect(undo(again.store)).rejects.toMatchObject({ code: 'ACT_NOT_UNDONE' })
  await redo(again.store)
  await ask(again.store, mark('unsure', two))
  expect(again.store.acts.page({ limit: 9 })).toMatchObject({ redoId: null })
  await expect(redo(again.store)).rejects.toMatchObject({ code: 'ACT_NOT_REDONE' })
  expect(
    again.store.acts.page({ limit: 9 }).acts.map(({ state }) => state),
    'all of it is in the log',
  ).toEqual(['done', 'undone', 'undone', 'done'])
  expect(await findingsIn(folder)).toEqual([])
})

function reopened(folder: string) {
  const store = openDataset({ folder, now: Date.now })
  return { store, [Symbol.dispose]: () => store.close() }
}

test('asked again with the same key it is not done twice, and a key stands for one thing', async () => {
  using made = temporaryDataset()
  const { store, one, two } = await three(made)
  const key = newKey()
  const [first, again] = await Promise.all([ask(store, trash(one), key), ask(store, trash(one), key)])
  expect(again).toEqual(first)
  expect(store.acts.page({ limit: 9 }).acts).toHaveLength(1)
  await expect(ask(store, trash(two), key)).rejects.toMatchObject({ code: 'ACT_KEY_USED' })
  await ask(store, mark('kept', two))
  const step = { key: newKey() }
  const [undone, once] = await Promise.all([store.acts.undo(step), store.acts.undo(step)])
  expect(once).toEqual(undone)
  expect(await store.acts.undo(step), 'not the one before').toEqual(undone)
  await expect(store.acts.redo(step)).rejects.toMatchObject({ code: 'ACT_KEY_USED' })
})

test('what has changed since is left alone, and counted', async () => {
  using made = temporaryDataset()
  const { store, one, two, wren, folder } = await three(made)
  const first = await ask(store, move('finch', one, two))
  await ask(store, move('wren', two))
  expect(await undo(store, first.id)).toMatchObject({ id: first.id, state: 'undone', done: 1, skipped: 1 })
  expect(states(store, 'one', 'two')).toEqual(['stored robin', 'stored wren'])
  await expect(undo(store, first.id)).rejects.toMatchObject({ code: 'ACT_NOT_UNDONE' })
  await expect(ask(store, trash('f'.repeat(20) as ImageId))).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  expect(store.heldPicture(wren)).toBeDefined()
  expect(await findingsIn(folder)).toEqual([])
})

test('decisions about copies are acts of the same history', async () => {
  using made = temporaryDataset()
  const { store, one, two, folder } = await three(made)
  await drop(store, 'copy', two)
  await ask(store, mark('kept', one))
  const memberIds = [one, two]
  const groupId = group(store, memberIds)
  const decided = await store.duplicates.decide(
    groupId,
    { act: 'keep', keepIds: [one], memberIds },
    'command line',
  )
  const [latest] = store.acts.page({ limit: 1 }).acts
  expect(latest).toMatchObject({ id: decided.id, kind: 'decide', by: 'command line', state: 'done' })
  expect(await undo(store)).toMatchObject({ id: decided.id, state: 'undone' })
  expect(filesIn(folder, 'images')).toHaveLength(3)
  expect(await redo(store)).toMatchObject({ id: decided.id, state: 'done' })
  expect(filesIn(folder, 'images')).toHaveLength(2)
  expect(states(store, 'two')).toEqual(['duplicate robin'])
  expect(store.duplicates.overview().lastAct).toMatchObject({ id: decided.id })
  await undo(store)
  await undo(store)
  expect(await marked(store, 'kept')).toEqual([])
  await redo(store)
  expect(await redo(store), 'in the order in which they were undone').toMatchObject({ id: decided.id })
  expect(await findingsIn(folder)).toEqual([])
})

test('a decision about a conflict is redone, and one that no longer can be is passed over', async () => {
  using made = temporaryDataset()
  const { store, one, folder } = await three(made)
  await drop(store, 'offer', one, 'wren')
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  const filed = await store.duplicates.decideConflict(conflict?.id ?? 0, {
    act: 'file',
    classId: idOf(store, 'wren'),
  })
  expect(states(store, 'one')).toEqual(['stored wren'])
  await undo(store)
  expect(states(store, 'one')).toEqual(['stored robin'])
  expect(await redo(store)).toMatchObject({ id: filed.id })
  expect(states(store, 'one')).toEqual(['stored wren'])
  await undo(store)
  await store.requeueImage(one, 'test')
  await expect(redo(store)).rejects.toMatchObject({ code: 'ACT_NOT_REDONE' })
  expect(store.acts.page({ limit: 9 }).redoId).toBeNull()
  expect(await findingsIn(folder)).toEqual([])
})

test('only emptying the trash is final: tombstones stay, and the history goes round it', async () => {
  using made = temporaryDataset()
  const { store, one, two, folder } = await three(made)
  const marking = await ask(store, mark('kept', two))
  await ask(store, trash(one, two))
  const emptied = await store.acts.emptyTrash({ key: newKey(), of: { imageIds: [one] } }, 'command line')
  expect(emptied).toMatchObject({ kind: 'empty-trash', state: 'done', done: 1, by: 'command line' })
  expect(filesIn(folder, 'originals'), 'one held, one in the trash').toHaveLength(3)
  expect(store.removedByDigest(imageOf('one').original.digest)).toBe(one)
  expect(await undo(store), 'what is left of it').toMatchObject({ kind: 'trash', done: 1, total: 1 })
  expect(await undo(store)).toMatchObject({ id: marking.id })
  store.accept(clientId, makeBatch(['https://one.example/1?again']), openRules)
  await redo(store)
  await redo(store)
  await store.acts.emptyTrash({ key: newKey() }, 'dashboard')
  await expect(undo(store), 'nothing is left of what was done to it').rejects.toMatchObject({
    code: 'ACT_NOT_UNDONE',
  })
  expect(await findingsIn(folder)).toEqual([])
})

test('after its days in the trash a picture goes by itself; never, when that is so set', async () => {
  let nowMs = Date.now()
  using made = temporaryDataset({ now: () => nowMs })
  const { store, one, two, folder } = await three(made)
  await ask(store, trash(one))
  store.update({ settings: { ...defaultSettings, trashDays: 0 } })
  nowMs += 400 * 24 * 3_600_000
  expect(store.isUntidy()).toBe(false)
  await store.tidy()
  expect(await undo(store)).toMatchObject({ done: 1 })
  await ask(store, trash(two))
  store.update({ settings: { ...defaultSettings, trashDays: 7 } })
  nowMs += 7 * 24 * 3_600_000
  await store.tidy()
  expect(store.acts.page({ limit: 1 }).undoId, 'not a day before').not.toBeNull()
  nowMs += 1
  expect(store.isUntidy()).toBe(true)
  await store.tidy()
  await expect(undo(store)).rejects.toMatchObject({ code: 'ACT_NOT_UNDONE' })
  expect(filesIn(folder, 'originals')).toHaveLength(2)
  expect(await findingsIn(folder)).toEqual([])
})

test('a class that gets one name after the other keeps its pictures', async () => {
  using made = temporaryDataset()
  const { store, one, folder } = await three(made)
  const classId = idOf(store, 'robin')
  const names = ['finch', 'robin', 'Rotkehlchen', 'robin', 'finch']
  await Promise.all([
    ...names.map(label => ask(store, { kind: 'rename-class', classId, label })),
    ask(store, trash(one)),
    undo(store).catch(() => {}),
  ])
  await store.acts.idle()
  expect(await findingsIn(folder)).toEqual([])
  expect(readdirSync(join(folder, 'images'))).toHaveLength(2)
})

/** A class that is made is an act like all others: in the history, taken back while nothing is in it, made again. */
import type { Act, ClassFacts } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import { hold } from '../../../test/support/held-copies.ts'
import { temporaryDataset } from '../../../test/support/samples.ts'
import type { OpenDataset } from '../dataset-store.ts'
import { verifyDataset } from '../verify.ts'

let keys = 0
const newKey = () => (++keys).toString(16).padStart(32, '0')
const ask = (store: OpenDataset, act: Act) => store.acts.ask({ key: newKey(), act }, 'dashboard')
const create = (store: OpenDataset, label: string, facts?: ClassFacts) =>
  ask(store, { kind: 'create-class', label, ...(facts && { facts }) })
const undo = (store: OpenDataset, actId?: number) =>
  store.acts.undo({ key: newKey(), ...(actId !== undefined && { actId }) })
const redo = (store: OpenDataset) => store.acts.redo({ key: newKey() })
const labels = (store: OpenDataset) =>
  store
    .classes()
    .map(({ label }) => label)
    .sort()
const classOf = (store: OpenDataset, label: string) => {
  const found = store.classes().find(one => one.label === label)
  if (!found) throw new Error(`no class ${label}`)
  return found
}

test('it is there with what is said of it, goes when it is taken back, and comes again', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const birds = await create(store, ' Birds ')
  expect(birds).toMatchObject({
    kind: 'create-class',
    state: 'done',
    title: 'Made the class Birds',
    total: 0,
  })
  const parentId = classOf(store, 'Birds').id
  await create(store, 'Wren', { goal: 50, color: '#aa3300', synonyms: ['Zaunkönig'], parentId })
  const wren = classOf(store, 'Wren')
  expect(wren).toMatchObject({ goal: 50, color: '#aa3300', synonyms: ['Zaunkönig'], parentId })
  expect(store.acts.page({ limit: 9 }).acts.map(({ kind }) => kind)).toEqual(['create-class', 'create-class'])

  expect(await undo(store)).toMatchObject({ kind: 'create-class', state: 'undone' })
  expect(await undo(store)).toMatchObject({ id: birds.id, state: 'undone' })
  expect(labels(store)).toEqual([])
  await redo(store)
  await redo(store)
  expect(classOf(store, 'Wren')).toEqual(wren)
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test('a name that is taken is refused, and one of a deleted class brings that class back', async () => {
  using made = temporaryDataset()
  const { store } = made
  await create(store, 'Wren')
  await expect(create(store, 'Wren')).rejects.toMatchObject({ code: 'CLASS_EXISTS' })
  await expect(create(store, ' \u200b ')).rejects.toMatchObject({ code: 'CLASS_NAME_INVALID' })
  const { id } = classOf(store, 'Wren')
  await ask(store, { kind: 'delete-class', classId: id })
  expect(labels(store)).toEqual([])
  await create(store, 'Wren', { goal: 7 })
  expect(classOf(store, 'Wren')).toMatchObject({ id, goal: 7 })
  await undo(store)
  expect(labels(store)).toEqual([])
  await undo(store)
  expect(labels(store), 'and its deletion is taken back as well').toEqual(['Wren'])
})

test('taken back alone, it stays while something is in it or below it', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const [wren, birds, robin] = [
    await create(store, 'Wren'),
    await create(store, 'Birds'),
    await create(store, 'Robin'),
  ]
  await hold(store, 'one', 'Wren')
  const { id: parentId } = classOf(store, 'Birds')
  const { id: classId } = classOf(store, 'Robin')
  await ask(store, { kind: 'describe-class', classId, facts: { parentId } })
  for (const { id } of [wren, birds, robin]) await undo(store, id)
  expect(labels(store)).toEqual(['Birds', 'Wren'])
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test('names change hands and back, whatever was made in between', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const one = await hold(store, 'one', 'Wren')
  const { id: classId } = classOf(store, 'Wren')
  await ask(store, { kind: 'rename-class', classId, label: 'Finch' })
  await create(store, 'Wren')
  await undo(store)
  await ask(store, { kind: 'move', label: 'Wren', of: { imageIds: [one] } })
  const other = classOf(store, 'Wren').id
  await undo(store)
  await undo(store)
  expect(store.classes()).toMatchObject([{ id: classId, label: 'Wren', images: 1 }])
  await redo(store)
  await redo(store)
  expect(classOf(store, 'Wren')).toMatchObject({ id: other, images: 1 })
  expect((await verifyDataset(folder)).findings).toEqual([])
})

/** Pictures that were found for a class which became part of another one: the question is about that other one. */
import type { Act } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import { drop, hold, states } from '../../../test/support/held-copies.ts'
import { temporaryDataset } from '../../../test/support/samples.ts'
import type { OpenDataset } from '../dataset-store.ts'
import { verifyDataset } from '../verify.ts'

let keys = 0
const newKey = () => (++keys).toString(16).padStart(32, '0')
const ask = (store: OpenDataset, act: Act) => store.acts.ask({ key: newKey(), act }, 'dashboard')
const undo = (store: OpenDataset) => store.acts.undo({ key: newKey() })
const redo = (store: OpenDataset) => store.acts.redo({ key: newKey() })
const idOf = (store: OpenDataset, label: string) => store.classes().find(one => one.label === label)?.id ?? 0
const merge = (store: OpenDataset, from: string, into: string) =>
  ask(store, { kind: 'merge-class', classId: idOf(store, from), intoClassId: idOf(store, into) })
/** For which classes each picture is offered. */
const asked = (store: OpenDataset) =>
  store.duplicates
    .conflicts({ limit: 9 })
    .conflicts.map(({ image, offers }) => [image.id, offers.map(({ classLabel }) => classLabel).sort()])

test('they are offered for the class it became part of, once, and filed there', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const one = await hold(store, 'one', 'robin')
  await hold(store, 'two', 'wren')
  await hold(store, 'three', 'jenny')
  await drop(store, 'first', one, 'wren')
  await drop(store, 'second', one, 'jenny')
  expect(asked(store)).toEqual([[one, ['jenny', 'wren']]])
  await merge(store, 'jenny', 'wren')
  expect(asked(store)).toEqual([[one, ['wren']]])
  expect(store.duplicates.conflicts({ limit: 9 }).conflicts[0]?.offers[0]?.candidates).toBe(2)
  await undo(store)
  expect(asked(store)).toEqual([[one, ['jenny', 'wren']]])
  await redo(store)
  await hold(store, 'four', 'zaunkönig')
  await merge(store, 'wren', 'zaunkönig')
  expect(asked(store), 'merged again').toEqual([[one, ['zaunkönig']]])
  const [conflict] = store.duplicates.conflicts({ limit: 9 }).conflicts
  await store.duplicates.decideConflict(conflict?.id ?? 0, { act: 'file', classId: idOf(store, 'zaunkönig') })
  expect(states(store, 'one')).toEqual(['stored zaunkönig'])
  expect(asked(store)).toEqual([])
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test('those that lie there already are no question any more, until the merging is taken back', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  const one = await hold(store, 'one', 'robin')
  await hold(store, 'two', 'wren')
  await drop(store, 'offer', one, 'wren')
  expect(asked(store)).toEqual([[one, ['wren']]])
  await merge(store, 'wren', 'robin')
  expect(asked(store)).toEqual([])
  await undo(store)
  expect(asked(store)).toEqual([[one, ['wren']]])
  await redo(store)
  expect(asked(store)).toEqual([])
  expect((await verifyDataset(folder)).findings).toEqual([])
})

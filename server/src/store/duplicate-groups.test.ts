/** What a person says of groups without removing anything, and how groups are kept and read. */
import { expect, test } from 'vitest'
import { group, hold, imageOf, threeCopies } from '../../test/support/held-copies.ts'
import { temporaryDataset } from '../../test/support/samples.ts'

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

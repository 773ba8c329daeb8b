import { newestFirst } from '@gleaner/shared/gallery'
import { defaultSplitPlan, type SplitPlan, type SplitState } from '@gleaner/shared/splits'
import { describe, expect, test } from 'vitest'
import { temporaryDataset } from '../../../test/support/samples.ts'
import { hold, pair } from '../../../test/support/split-set.ts'
import type { OpenDataset } from '../dataset-store.ts'
import type { ImageId } from '../types.ts'

const plan: SplitPlan = { ...defaultSplitPlan, sizes: { kind: 'shares', validation: 0.2, test: 0.2 } }
const key = (name: string) => Buffer.from(name.padEnd(16, '-')).toString('hex')
const by = 'dashboard'

/** Where each picture would be in a version made now. */
async function splitsOf(store: OpenDataset, name = `v${Math.random()}`) {
  const { id } = await store.versions.create({ name }, by)
  const found = new Map<string, string | null>()
  for await (const image of (await store.versions.open(id)).images()) found.set(image.id, image.split)
  return found
}
const countsOf = ({ classes }: Pick<SplitState, 'classes'>) =>
  classes.map(({ label, train, validation, test: tested, unassigned }) =>
    [label, train, validation, tested, unassigned].join(' '),
  )

test('nothing is split until somebody asks; then every class is, by the shares that were asked for', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  await hold(store, 20)
  await hold(store, 10, { label: 'wren' })
  expect(await store.splits.state()).toMatchObject({ plan: null, fresh: 30, groups: 30, bridging: 0 })

  const diff = await store.splits.assign({ plan, dryRun: true }, by)
  expect(diff).toMatchObject({ assigned: 30, moved: 0 })
  expect((await store.splits.state()).plan, 'only looked at').toBeNull()

  await store.splits.assign({ plan }, by)
  const state = await store.splits.state()
  expect(countsOf(state)).toEqual(['robin 12 4 4 0', 'wren 6 2 2 0'])
  expect(state).toMatchObject({ plan, fresh: 0 })
  expect(await store.splits.assign({ plan }, by), 'again').toMatchObject({ assigned: 0, moved: 0 })
  expect(store.acts.page({ limit: 9 }).acts).toMatchObject([{ title: 'Split 30 pictures' }])
})

test('the gallery finds pictures by their split, and each picture knows its own', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [first, second] = (await hold(store, 10)) as [ImageId, ImageId]
  const counted = async () => {
    const { values } = await store.gallery.facet({ filter: {}, facet: 'split', limit: 9 })
    return Object.fromEntries(values.map(({ value, count }) => [value, count]))
  }
  expect(await counted()).toEqual({ none: 10 })
  expect(store.image(first)).toMatchObject({ split: null, isPinned: false, chosenGroups: [] })

  await store.splits.assign({ plan }, by)
  const { classes } = await store.splits.state()
  const [{ train, validation, test: tested }] = classes as [SplitState['classes'][number]]
  expect(await counted(), 'as the page of splits counts them').toEqual({ train, validation, test: tested })

  await store.splits.pin({ imageIds: [first], split: 'test' }, by)
  const { id } = store.splits.keepTogether({ name: 'A pair', imageIds: [first, second] }, by)
  expect(store.image(first)).toMatchObject({
    ...{ split: 'test', isPinned: true, chosenGroups: [{ id, name: 'A pair' }] },
  })
  const ask = { filter: { splits: ['test' as const] }, order: newestFirst, window: { offset: 0 }, limit: 9 }
  const inTest = (await store.gallery.page(ask)).images.map(image => image.id)
  expect(inTest).toContain(first)
  for (const imageId of inTest) expect(store.image(imageId)?.split).toBe('test')

  await store.acts.undo({ key: key('a') })
  await store.acts.undo({ key: key('b') })
  expect(await counted(), 'the pin is taken back').toEqual({ train, validation, test: tested })
  await store.acts.undo({ key: key('c') })
  expect(await counted(), 'and the split as a whole').toEqual({ none: 10 })
  expect(store.image(first)).toMatchObject({ split: null, isPinned: false, chosenGroups: [] })
})

test('pictures that come later are split without moving one, and copies go where theirs are', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const first = await hold(store, 20)
  await store.splits.assign({ plan }, by)
  const before = await splitsOf(store)
  const [copy, other] = (await hold(store, 2)) as [ImageId, ImageId]
  const inTest = first.find(id => before.get(id) === 'test') as ImageId
  pair(store, copy, inTest)
  expect((await splitsOf(store)).get(copy), 'not before it is asked for').toBeNull()
  expect(await store.splits.assign({ plan }, by)).toMatchObject({ assigned: 2, moved: 0 })
  const after = await splitsOf(store)
  expect(first.map(id => after.get(id))).toEqual(first.map(id => before.get(id)))
  expect([after.get(copy), after.get(other)]).toEqual(['test', expect.any(String)])
})

test('a picture that is near to two splits is left out and named, until a person says where it goes', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const first = await hold(store, 20)
  await store.splits.assign({ plan }, by)
  const before = await splitsOf(store)
  const inSplit = (split: string) => first.find(id => before.get(id) === split) as ImageId
  const [bridge] = (await hold(store, 1)) as [ImageId]
  pair(store, bridge, inSplit('test'))
  pair(store, bridge, inSplit('train'))
  expect(await store.splits.assign({ plan }, by)).toMatchObject({ assigned: 0, moved: 0 })
  const state = await store.splits.state()
  expect(state).toMatchObject({ bridging: 1, fresh: 0 })
  expect(state.bridges).toEqual([
    { imageId: bridge, near: expect.arrayContaining([inSplit('test'), inSplit('train')]) },
  ])
  const after = await splitsOf(store)
  expect(first.map(id => after.get(id))).toEqual(first.map(id => before.get(id)))
  expect(after.get(bridge)).toBeNull()

  await store.splits.pin({ imageIds: [bridge], split: 'test' }, by)
  const pinned = await splitsOf(store)
  expect([bridge, inSplit('test'), inSplit('train')].map(id => pinned.get(id))).toEqual([
    'test',
    'test',
    'test',
  ])
})

test('of two that have their places and turn out to be copies, the one that is learned from is left out', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const ids = await hold(store, 20)
  await store.splits.assign({ plan }, by)
  const before = await splitsOf(store)
  const [tested, trained] = ['test', 'train'].map(split =>
    ids.find(id => before.get(id) === split),
  ) as ImageId[]
  pair(store, tested as ImageId, trained as ImageId)
  const after = await splitsOf(store)
  expect([after.get(tested as string), after.get(trained as string)]).toEqual(['test', null])
})

test('pictures of one landing page stay together, unless that is not wanted', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  await hold(store, 20)
  const page = await hold(store, 6, { landingUrl: 'https://shop.example/robins#top' })
  const alone = { ...plan, byLandingPage: false }
  await store.splits.assign({ plan }, by)
  const found = await splitsOf(store)
  expect(new Set(page.map(id => found.get(id))).size).toBe(1)
  expect((await store.splits.state()).groups).toBe(21)
  await store.splits.assign({ plan: alone, rebalance: true }, by)
  expect((await store.splits.state()).groups).toBe(26)
})

test('a re-balance gives what a fresh start would, and leaves pins', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const ids = await hold(store, 15)
  await store.splits.assign({ plan }, by)
  await hold(store, 25)
  await store.splits.assign({ plan }, by)
  const before = await splitsOf(store)
  const trained = ids.find(id => before.get(id) === 'train') as ImageId
  await store.splits.pin({ imageIds: [trained], split: 'validation' }, by)
  const wanted = await store.splits.assign({ plan, rebalance: true, dryRun: true }, by)
  const done = await store.splits.assign({ plan, rebalance: true }, by)
  expect(done).toEqual(wanted)
  expect(done.byMove.reduce((sum, { count }) => sum + count, 0)).toBe(done.moved)
  expect((await splitsOf(store)).get(trained)).toBe('validation')
  await store.splits.pin({ imageIds: [trained], split: null }, by)
  expect(await store.splits.state()).toMatchObject({ pinned: 0 })
  expect((await splitsOf(store)).get(trained), 'let go, not moved').toBe('validation')
})

describe('what a person did to splits is in the history, and is taken back by it', () => {
  test('an assignment, with all of its places at once; and done again', async () => {
    using dataset = temporaryDataset()
    const { store } = dataset
    await hold(store, 10)
    await store.splits.assign({ plan }, by)
    const split = countsOf(await store.splits.state())
    await store.splits.assign({ plan: { ...plan, seed: 'another' }, rebalance: true }, by)
    expect(await store.acts.undo({ key: key('a') })).toMatchObject({ state: 'undone' })
    expect(await store.splits.state()).toMatchObject({ plan: { seed: plan.seed } })
    await store.acts.undo({ key: key('b') })
    expect(await store.splits.state()).toMatchObject({ plan: null, fresh: 10 })
    await store.acts.redo({ key: key('c') })
    expect(countsOf(await store.splits.state())).toEqual(split)
    expect(await store.acts.redo({ key: key('d') })).toMatchObject({ title: expect.stringMatching(/anew/) })
  })

  test('a pin, without what was done since', async () => {
    using dataset = temporaryDataset()
    const { store } = dataset
    const [one, other] = (await hold(store, 2)) as [ImageId, ImageId]
    await store.splits.pin({ imageIds: [one], split: 'test' }, by)
    await store.splits.pin({ imageIds: [other], split: 'train' }, by)
    const [, pin] = store.acts.page({ limit: 9 }).acts
    await store.acts.undo({ key: key('a'), actId: pin?.id ?? 0 })
    expect(await store.splits.state()).toMatchObject({ pinned: 1, fresh: 1 })
    await expect(store.acts.undo({ key: key('b'), actId: pin?.id ?? 0 })).rejects.toMatchObject({
      code: 'ACT_NOT_UNDONE',
    })
  })

  test('a group that was chosen, and one that was let apart', async () => {
    using dataset = temporaryDataset()
    const { store } = dataset
    const ids = await hold(store, 4)
    const { id } = store.splits.keepTogether({ name: 'One tree', imageIds: ids.slice(0, 3) }, by)
    expect(await store.splits.state()).toMatchObject({ groups: 2 })
    store.splits.letApart(id, by)
    expect(store.splits.together()).toEqual([])
    await store.acts.undo({ key: key('a') })
    expect(store.splits.together()).toMatchObject([{ id, name: 'One tree' }])
    await store.acts.undo({ key: key('b') })
    expect(await store.splits.state()).toMatchObject({ groups: 4 })
    expect(() => store.splits.letApart(id, by)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_NOT_FOUND' }),
    )
    expect(store.duplicates.overview().lastAct, 'is about copies alone').toBeNull()
  })
})

describe('is refused:', () => {
  test('a plan that leaves nothing to learn from', async () => {
    using dataset = temporaryDataset()
    const greedy: SplitPlan = { ...plan, sizes: { kind: 'shares', validation: 0.5, test: 0.5 } }
    await expect(dataset.store.splits.assign({ plan: greedy }, by)).rejects.toMatchObject({
      code: 'SPLIT_PLAN_INVALID',
    })
  })

  test('a pin against another pin of the same group, and one of a stranger', async () => {
    using dataset = temporaryDataset()
    const { store } = dataset
    const [one, other] = (await hold(store, 2)) as [ImageId, ImageId]
    pair(store, one, other)
    await store.splits.pin({ imageIds: [one], split: 'test' }, by)
    const asked = (imageId: string) => store.splits.pin({ imageIds: [imageId], split: 'train' }, by)
    await expect(asked(other)).rejects.toMatchObject({ code: 'SPLIT_PIN_CONFLICT', facts: { imageId: one } })
    await expect(asked('0'.repeat(20))).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
    expect(await store.splits.state(), 'the group went along').toMatchObject({ pinned: 1, fresh: 0 })
  })
})

test('what a person said are no copies do not hold each other', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [one, other] = (await hold(store, 2)) as [ImageId, ImageId]
  pair(store, one, other)
  expect(await store.splits.state()).toMatchObject({ groups: 1 })
  const seqs = [one, other].map(id => store.heldPicture(id)?.seq ?? 0)
  const [representative = 0] = seqs
  const members = seqs.map(seq => ({ seq, reasons: [] }))
  store.duplicates.regroup(seqs, [{ kind: 'copies', representative, keeper: representative, members }])
  const [group] = store.duplicates.groups({}, { limit: 1 }).groups
  await store.duplicates.decide(group?.id ?? 0, { act: 'not-duplicates', memberIds: [one, other] })
  expect(await store.splits.state()).toMatchObject({ groups: 2 })
})

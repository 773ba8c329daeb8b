/** What is known of pictures that are held, were dropped or removed: by bytes, pixels and look. */
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
  lookOf,
  seqOf,
  states,
  url,
} from '../../test/support/held-copies.ts'
import { makeEnd, temporaryDataset } from '../../test/support/samples.ts'

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

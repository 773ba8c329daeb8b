import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSplitPlan } from '@gleaner/shared/splits'
import { VersionHeader, VersionImage } from '@gleaner/shared/versions'
import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { digestOf, temporaryDataset, temporaryFolder } from '../../../test/support/samples.ts'
import { hold, pair } from '../../../test/support/split-set.ts'
import { backUp } from '../backup.ts'
import type { OpenDataset } from '../dataset-store.ts'
import { openHome } from '../home.ts'
import type { ImageId } from '../types.ts'
import { verifyDataset } from '../verify.ts'

const by = 'dashboard'
const plan = { ...defaultSplitPlan, folds: 3 }

async function imagesOf(store: OpenDataset, versionId: number): Promise<VersionImage[]> {
  const images: VersionImage[] = []
  for await (const image of (await store.versions.open(versionId)).images()) images.push(image)
  return images
}
const filesIn = (folder: string) =>
  existsSync(join(folder, 'versions')) ? readdirSync(join(folder, 'versions')) : []

test('a version is a file of lines by its digest: a header, then every picture in the order of ids', async () => {
  using dataset = temporaryDataset()
  const { store, folder } = dataset
  const ids = await hold(store, 12)
  await hold(store, 6, { label: 'Älster', landingUrl: 'https://page.example/a' })
  await store.splits.assign({ plan }, by)
  const version = await store.versions.create({ name: 'first', description: 'The first.' }, by)
  expect(version).toMatchObject({ id: 1, images: 18, classes: 2, by, gone: 0, splits: { none: 0 } })
  const text = readFileSync(join(folder, 'versions', `${version.digest}.jsonl`), 'utf8')
  expect(digestOf(text)).toBe(version.digest)
  expect(Buffer.byteLength(text)).toBe(version.sizeBytes)
  const [header, ...lines] = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)
  expect(Check(VersionHeader, header)).toBe(true)
  expect(lines.filter(line => !Check(VersionImage, line))).toEqual([])
  const open = await store.versions.open(version.id)
  expect(open.header).toEqual(header)
  expect(
    open.header.classes.map(({ label }) => label),
    'by code point',
  ).toEqual(['robin', 'Älster'])
  const images = await imagesOf(store, version.id)
  expect(images).toEqual(lines)
  expect(images.map(({ id }) => id)).toEqual(images.map(({ id }) => id).sort())
  const one = images.find(({ id }) => id === ids[0])
  expect(one).toMatchObject({ label: 'robin', engine: 'page', query: 'robin', group: ids[0], boxes: [] })
  expect(one?.sourceUrl).toMatch(/^https:\/\/p\d+\.example\/1$/)
  const page = images.filter(({ label }) => label === 'Älster')
  expect(new Set(page.map(({ group }) => group))).toEqual(new Set([page[0]?.id]))
  for (const { split, fold, trial } of images) {
    expect(fold === null).toBe(split === 'test')
    expect(trial === null).toBe(split !== 'train')
  }
})

test('the same pictures make the same version, which two names share', async () => {
  using dataset = temporaryDataset()
  const { store, folder } = dataset
  const [first] = await hold(store, 3)
  const one = await store.versions.create({ name: 'one' }, by)
  const two = await store.versions.create({ name: 'two' }, by)
  expect(two.digest).toBe(one.digest)
  await store.versions.remove(one.id)
  expect(filesIn(folder), 'the other one is still in it').toEqual([`${two.digest}.jsonl`])
  await store.removeImage(first as ImageId)
  const three = await store.versions.create({ name: 'three' }, by)
  expect(three.digest).not.toBe(two.digest)
  expect((await store.versions.diff(two.id, three.id, { limit: 9 })).images).toMatchObject([
    { id: first, changes: ['removed'], after: null },
  ])
  await store.versions.remove(two.id)
  await store.versions.remove(three.id)
  expect(filesIn(folder)).toEqual([])
})

test('what a version says of a picture holds while the picture changes; its files are told apart', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [one, two, three] = (await hold(store, 3)) as [ImageId, ImageId, ImageId]
  const before = await store.versions.create({ name: 'before' }, by)
  const held = await imagesOf(store, before.id)
  await store.acts.ask(
    { key: 'a'.repeat(32), act: { kind: 'move', label: 'wren', of: { imageIds: [one] } } },
    by,
  )
  await store.removeImage(two)
  expect((await store.versions.list())[0], 'the trash still has it').toMatchObject({ gone: 0 })
  await store.acts.emptyTrash({ key: 'b'.repeat(32) }, by)
  expect((await store.versions.list())[0]).toMatchObject({ gone: 1 })
  expect(await imagesOf(store, before.id)).toEqual(held)
  const filesOf = (id: string) => store.versions.files(held.find(image => image.id === id) as VersionImage)
  expect(readFileSync(filesOf(one).rendered?.path ?? '').length).toBeGreaterThan(0)
  expect(filesOf(two)).toEqual({ rendered: undefined, original: undefined })
  const other = { ...(held.find(({ id }) => id === three) as VersionImage) }
  expect(
    store.versions.files({ ...other, rendered: { ...other.rendered, digest: '0'.repeat(64) } }).rendered,
  ).toBeUndefined()
  const after = await store.versions.create({ name: 'after' }, by)
  const diff = await store.versions.diff(before.id, after.id, { limit: 1 })
  expect(diff.counts).toMatchObject({ removed: 1, relabelled: 1, added: 0 })
  expect(diff.byClass).toMatchObject([
    { label: 'robin', before: 3, after: 1, removed: 2 },
    { label: 'wren', before: 0, after: 1, added: 1 },
  ])
  expect(diff.images).toHaveLength(1)
  const rest = await store.versions.diff(before.id, after.id, { limit: 9, after: diff.cursor ?? '' })
  expect([...diff.images, ...rest.images].map(({ id }) => id)).toEqual([one, two].sort())
})

test('only what was kept in review, and boxes on the originals they were drawn on', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [one, two] = (await hold(store, 2)) as [ImageId, ImageId]
  await expect(store.versions.create({ name: 'none', onlyKept: true }, by)).rejects.toMatchObject({
    code: 'VERSION_EMPTY',
  })
  await store.acts.ask(
    { key: 'c'.repeat(32), act: { kind: 'mark', mark: 'kept', of: { imageIds: [two] } } },
    by,
  )
  const box = { x: 1.5, y: 2, width: 300, height: 200.25, label: 'beak', author: 'dashboard' }
  store.boxes.set(two, [box])
  store.boxes.setCrop(two, { x: 0, y: 0, width: 600, height: 600 }, by)
  expect(() => store.boxes.set(one, [{ ...box, width: 799 }])).toThrow(
    expect.objectContaining({ code: 'BOX_OUTSIDE' }),
  )
  const { id, images } = await store.versions.create({ name: 'kept', onlyKept: true }, by)
  expect(images).toBe(1)
  const crop = { x: 0, y: 0, width: 600, height: 600 }
  expect(await imagesOf(store, id)).toMatchObject([{ id: two, boxes: [box], crop }])
  const { header } = await store.versions.open(id)
  expect(header.classes.map(({ label }) => label)).toEqual(['beak', 'robin'])
  store.boxes.setCrop(two, null, by)
  const again = await store.versions.create({ name: 'again', onlyKept: true }, by)
  expect((await store.versions.diff(id, again.id, { limit: 9 })).counts).toMatchObject({ reboxed: 1 })
})

test('boxes of a class that was merged are boxes of the one it became part of, until that is taken back', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [one] = (await hold(store, 1)) as [ImageId]
  const [two] = (await hold(store, 1, { label: 'bill' })) as [ImageId]
  const box = { x: 1, y: 2, width: 30, height: 20, label: 'bill', author: 'dashboard' }
  store.boxes.set(one, [box])
  const idOf = (label: string) => store.classes().find(known => known.label === label)?.id ?? 0
  const [classId, intoClassId] = [idOf('bill'), idOf('robin')]
  await store.acts.ask({ key: 'd'.repeat(32), act: { kind: 'merge-class', classId, intoClassId } }, by)
  const { id } = await store.versions.create({ name: 'merged' }, by)
  const boxes = [{ ...box, label: 'robin' }]
  expect(store.boxes.of(one)).toEqual(boxes)
  const images = await imagesOf(store, id)
  expect(images.map(image => image.boxes)).toEqual([one, two].sort().map(each => (each === one ? boxes : [])))
  expect((await store.versions.open(id)).header.classes.map(({ label }) => label)).toEqual(['robin'])
  await store.acts.undo({ key: 'e'.repeat(32) })
  expect(store.boxes.of(one)).toEqual([box])
})

test('the certificate counts what was on the other side before, itself or a copy', async () => {
  using dataset = temporaryDataset()
  const { store } = dataset
  const [one, two, copy] = (await hold(store, 3)) as [ImageId, ImageId, ImageId]
  await store.splits.pin({ imageIds: [one, copy], split: 'train' }, by)
  await store.splits.pin({ imageIds: [two], split: 'test' }, by)
  await store.versions.create({ name: 'first' }, by)
  await store.splits.pin({ imageIds: [one], split: 'test' }, by)
  const later = await hold(store, 1)
  pair(store, later[0] as ImageId, copy)
  await store.splits.pin({ imageIds: [copy, ...later], split: 'test' }, by)
  const { certificate } = await store.versions.create({ name: 'second' }, by)
  expect(certificate).toMatchObject({ distanceBits: 80, pairs: 0 })
  expect(certificate.withEarlier).toEqual([{ versionId: 1, name: 'first', trainInTest: 3, testInTrain: 0 }])
})

test('a name is used once, and a file that was changed is not believed', async () => {
  using dataset = temporaryDataset()
  const { store, folder } = dataset
  await hold(store, 2)
  const { id, digest } = await store.versions.create({ name: 'first' }, by)
  await expect(store.versions.create({ name: 'first' }, by)).rejects.toMatchObject({
    code: 'VERSION_NAME_TAKEN',
  })
  expect(readdirSync(join(folder, '.work'))).toEqual([])
  const path = join(folder, 'versions', `${digest}.jsonl`)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"label":"robin"', '"label":"wrens"'))
  await expect(imagesOf(store, id)).rejects.toMatchObject({ code: 'VERSION_DAMAGED' })
  rmSync(path)
  await expect(store.versions.open(id)).rejects.toMatchObject({ code: 'VERSION_DAMAGED' })
})

test('verify and backup know of versions', async () => {
  using root = temporaryFolder()
  const home = await openHome({ folder: join(root.path, 'home'), now: Date.now })
  const store = home.create('Birds') as OpenDataset
  await hold(store, 6, { landingUrl: 'https://page.example/a' })
  await hold(store, 6)
  await store.splits.assign({ plan }, by)
  const { digest, sizeBytes } = await store.versions.create({ name: 'first' }, by)
  const findings = async () => (await verifyDataset(store.folder)).findings.map(({ kind }) => kind)
  expect(await findings()).toEqual([])
  await backUp({ home: home.folder, datasetIds: ['birds'], target: join(root.path, 'copy') })
  expect(filesIn(join(root.path, 'copy', 'birds'))).toEqual([`${digest}.jsonl`])

  const path = join(store.folder, 'versions', `${digest}.jsonl`)
  const text = readFileSync(path, 'utf8')
  const straddling = text.replace(/"split":"\w+"(?=.*"group":"(\w+)".*\n.*"group":"\1")/, '"split":"other"')
  expect(straddling).not.toBe(text)
  writeFileSync(path, straddling)
  expect(await findings(), `${sizeBytes}`).toEqual(['version-changed'])
  rmSync(path)
  expect(await findings()).toEqual(['version-missing'])
  await expect(
    backUp({ home: home.folder, datasetIds: ['birds'], target: join(root.path, 'second') }),
  ).rejects.toMatchObject({ code: 'BACKUP_UNSOUND' })
  writeFileSync(path, text)
  writeFileSync(join(store.folder, 'versions', `${'0'.repeat(64)}.jsonl`), '{}\n')
  writeFileSync(join(store.folder, 'versions', 'notes.txt'), 'mine')
  expect((await findings()).sort()).toEqual(['orphan', 'stray'])
  home.close()
  const again = await openHome({ folder: join(root.path, 'home'), now: Date.now })
  expect(again.recovered.get('birds')).toMatchObject({ orphans: 1 })
  again.close()
})

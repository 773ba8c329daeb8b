/** An export of our own, brought into another dataset: nothing that was known is lost. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '@gleaner/shared/hash'
import type { VersionImage } from '@gleaner/shared/versions'
import { afterAll, expect, test } from 'vitest'
import { createExports } from '../src/exports/exports.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { createImports } from '../src/imports/imports.ts'
import type { DatasetStore } from '../src/store/types.ts'
import { picture } from './support/pictures.ts'
import { runIngest } from './support/run-ingest.ts'
import { temporaryFolder } from './support/samples.ts'

const maker = createPictureMaker({ children: 1 })
afterAll(maker.close)

/** What a version says of a picture, but for what is another file by now. */
const told = ({
  label,
  split,
  boxes,
  title,
  sourceUrl,
  landingUrl,
  engine,
  query,
  license,
  crop,
}: VersionImage) => ({
  ...{ label, split, boxes, crop, title, sourceUrl, landingUrl, engine, query, license },
})

async function imagesOf(store: DatasetStore, versionId: number) {
  const { images } = await store.versions.open(versionId)
  const all: VersionImage[] = []
  for await (const image of images()) all.push(image)
  return all
}

test('labels, splits, boxes and where pictures are from come back as they were', async () => {
  const run = await runIngest()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const imports = createImports({ ...run, log })
  using folder = temporaryFolder()
  const about = { page_url: 'https://a.example/page', engine: 'bing', query: 'red panda' }
  const license = { name: 'CC BY 4.0', url: 'https://a.example/by', creator: 'Somebody' }
  const rows = [
    {
      label: 'Red panda',
      split: 'train',
      title: '=1+1',
      source_url: 'https://a.example/1.jpg',
      ...about,
      license,
    },
    {
      label: 'test tube',
      split: 'validation',
      boxes: [{ x: 10, y: 20, width: 300, height: 200, label: 'test tube', author: 'Ada' }],
    },
    { label: 'Übung', split: 'test', title: 'A, "quoted" title' },
  ]
  for (const [at, row] of rows.entries()) {
    writeFileSync(join(folder.path, `${at}.jpg`), await picture(at + 50, { width: 480, height: 320 }))
    writeFileSync(join(folder.path, 'list.jsonl'), `${JSON.stringify({ filename: `${at}.jpg`, ...row })}\n`, {
      flag: 'a',
    })
  }
  const bring = async (dataset: string, path: string) => {
    const { datasetId, import: begun } = await imports.start({ dataset, path }, 'test')
    await imports.settled()
    await run.settled()
    return { store: run.home.byId(datasetId) as DatasetStore, summary: imports.get(datasetId, begun.id) }
  }
  const first = await bring('First', join(folder.path, 'list.jsonl'))
  expect(first.summary).toMatchObject({ state: 'done', counts: { stored: 3 } })
  const held = first.store.imageByDigest(
    createHash('sha256')
      .update(readFileSync(join(folder.path, '2.jpg')))
      .digest('hex') as Digest,
  )
  first.store.boxes.setCrop(held ?? '', { x: 40, y: 20, width: 400, height: 280 }, 'Ada')
  const before = await first.store.versions.create({ name: 'v1' }, 'test')

  const exports = createExports({
    datasets: run.home.datasets,
    maker,
    now: () => performance.now(),
    trouble: () => {},
  })
  for (const container of ['folder', 'zip'] as const) {
    const name = `whole-${container}`
    const wanted = { versionId: before.id, format: 'jsonl', container, name } as const
    await exports.begin(first.store.id, { ...wanted, render: { useCrops: false } }, 'test')
    await exports.idle()
    const [written] = exports.list(first.store.id).filter(one => one.name.startsWith(name))
    expect(written).toMatchObject({ state: 'done' })
    const second = await bring(`Second ${container}`, join(first.store.folder, written?.path ?? ''))
    expect(second.summary).toMatchObject({
      format: 'gleaner',
      state: 'done',
      accepted: 3,
      skipped: {},
      notesLeft: 0,
    })
    const after = await second.store.versions.create({ name: 'v1' }, 'test')
    const byLabel = (images: readonly VersionImage[]) =>
      images.map(told).sort((a, b) => (a.label < b.label ? -1 : 1))
    const was = byLabel(await imagesOf(first.store, before.id))
    expect(byLabel(await imagesOf(second.store, after.id))).toEqual(was)
    expect(was.map(({ label, split, boxes, crop }) => [label, split, boxes.length, crop?.x])).toEqual([
      ['Red panda', 'train', 0, undefined],
      ['test tube', 'validation', 1, undefined],
      ['Übung', 'test', 0, 40],
    ])
  }
  // Other forms keep less, but none of them loses a class, a split, a box or where a picture is from.
  const kept = ({ label, split, boxes, title, sourceUrl, engine, query }: VersionImage) => ({
    ...{ label, split, title, sourceUrl, engine, query },
    boxes: boxes.map(({ author: _, ...box }) => box),
  })
  for (const [format, container] of [
    ['hf-parquet', 'zip'],
    ['webdataset', 'folder'],
  ] as const) {
    await exports.begin(first.store.id, { versionId: before.id, format, container, name: format }, 'test')
    await exports.idle()
    const [written] = exports.list(first.store.id).filter(one => one.name === format)
    const second = await bring(`Second ${format}`, join(first.store.folder, written?.path ?? ''))
    expect(second.summary).toMatchObject({ format: 'gleaner', state: 'done', accepted: 3, skipped: {} })
    const after = await second.store.versions.create({ name: 'v1' }, 'test')
    const byLabel = (images: readonly VersionImage[]) =>
      images.map(kept).sort((a, b) => (a.label < b.label ? -1 : 1))
    expect(byLabel(await imagesOf(second.store, after.id)), format).toEqual(
      byLabel(await imagesOf(first.store, before.id)),
    )
  }
  await exports.stop()
  expect(await run.close()).toEqual([])
})

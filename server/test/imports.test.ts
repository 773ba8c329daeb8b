/** Pictures from elsewhere, through the whole pipeline. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Digest } from '@gleaner/shared/hash'
import type { ImportRequest, ImportSummary } from '@gleaner/shared/imports'
import Database from 'better-sqlite3'
import { parquetWriteFile } from 'hyparquet-writer'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createImports, type Imports } from '../src/imports/imports.ts'
import { imageIdOf } from '../src/store/filing.ts'
import { madeZip } from './support/made-zip.ts'
import { picture } from './support/pictures.ts'
import { type RunningIngest, runIngest } from './support/run-ingest.ts'
import { temporaryFolder } from './support/samples.ts'

/** Each test has a dataset of its own, and all of them one server. */
const dataset = { name: 'Birds' }
let pictures: readonly Buffer[] = []
beforeAll(async () => {
  pictures = await Promise.all(Array.from({ length: 8 }, (_, seed) => picture(seed + 1)))
})
const photo = (place: number): Buffer => {
  const bytes = pictures[place]
  if (!bytes) throw new Error(`no picture ${place}`)
  return bytes
}

/** Writes files below a folder, making those in between. */
function fill(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const noLog = { info: () => {}, warn: () => {}, error: () => {} }
function importsOf({ home, ingest, rules }: Pick<RunningIngest, 'home' | 'ingest' | 'rules'>): Imports {
  return createImports({ home, ingest, rules, log: noLog })
}

async function bring(run: RunningIngest, request: Partial<ImportRequest>): Promise<ImportSummary> {
  const imports = importsOf(run)
  const { datasetId, import: begun } = await imports.start({ dataset: dataset.name, ...request }, 'test')
  await imports.settled()
  await run.settled()
  return imports.get(datasetId, begun.id)
}

const held = (run: RunningIngest) => {
  const store = run.home.byName(dataset.name)
  if (!store) throw new Error('no dataset')
  return store
}
const index = (run: RunningIngest) => new Database(join(held(run).folder, 'gleaner.db'), { readonly: true })
const classesOf = (run: RunningIngest) =>
  Object.fromEntries(
    held(run)
      .classes()
      .map(({ label, images }) => [label, images]),
  )

describe('what is imported', () => {
  let run: RunningIngest
  beforeAll(async () => {
    run = await runIngest()
  })
  afterAll(async () => {
    expect(await run.close()).toEqual([])
  })

  test('class folders with splits: copies, labels and splits, and nothing twice', async () => {
    using folder = temporaryFolder()
    fill(folder.path, {
      'train/red panda/a.jpg': photo(0),
      'train/red panda/again.jpg': photo(0),
      'train/Koala/b.jpg': photo(1),
      'val/Koala/c.jpg': photo(2),
      'val/Koala/notes.txt': 'not a picture',
      'test/red panda/no-picture.jpg': 'not a picture either',
      'test/red panda/.hidden.jpg': photo(3),
    })
    const done = await bring(run, { path: folder.path })
    expect(done).toMatchObject({ state: 'done', format: 'class-folders', total: 5, done: 5 })
    expect(done).toMatchObject({ accepted: 4, known: 1, counts: { stored: 3, rejected: 1 } })
    expect(classesOf(run)).toEqual({ 'red panda': 1, Koala: 2 })
    const db = index(run)
    const splits = db
      .prepare('SELECT split, count(*) AS n FROM split_place GROUP BY split ORDER BY split')
      .all()
    expect(splits).toEqual([
      { split: 'train', n: 2 },
      { split: 'validation', n: 1 },
    ])
    expect(db.prepare('SELECT count(*) FROM browser_fetch WHERE digest IS NOT NULL').pluck().get()).toBe(0)
    db.close()

    const again = await bring(run, { path: folder.path })
    expect(again).toMatchObject({ state: 'done', known: 4, accepted: 1 })
    expect(classesOf(run)).toEqual({ 'red panda': 1, Koala: 2 })
    expect(existsSync(join(held(run).folder, '.imports', String(again.id)))).toBe(false)

    const list = await importsOf(run).list(held(run).id)
    expect(list.map(({ id, counts }) => [id, counts.stored, counts.rejected])).toEqual([
      [again.id, 3, 1],
      [done.id, 3, 1],
    ])
  })

  test('whoever was told old counts hears when there are new ones', async () => {
    const [imports, store] = [importsOf(run), held(run)]
    const id = store.imports.begin({ source: '/nowhere', request: { dataset: dataset.name }, by: 'test' })
    await imports.list(store.id)
    const told = new Promise(resolve => imports.onChange(resolve))
    store.imports.plan(id, { format: 'table', total: 1, skipped: {} })
    await imports.list(store.id)
    expect(await told).toBe(store.id)
    store.imports.end(id, { state: 'cancelled' })
    await imports.stop()
  })

  test('a picture in two classes is a question for a person', async () => {
    using folder = temporaryFolder()
    fill(folder.path, { 'Fox/a.jpg': photo(1) })
    const done = await bring(run, { path: folder.path })
    expect(done).toMatchObject({ known: 1, accepted: 0 })
    expect(held(run).duplicates.conflicts({ limit: 10 }).conflicts).toHaveLength(1)
  })

  test('what a person removed does not come back', async () => {
    const digest = createHash('sha256').update(photo(0)).digest('hex') as Digest
    const imageId = held(run).imageByDigest(digest)
    if (!imageId) throw new Error('not held')
    await held(run).removeImage(imageId)
    await run.settled()
    using folder = temporaryFolder()
    fill(folder.path, { 'red panda/other-name.jpg': Buffer.concat([photo(0)]) })
    const done = await bring(run, { path: folder.path })
    expect(done).toMatchObject({ known: 1, counts: { blocked: 1 } })
    expect(classesOf(run)['red panda']).toBe(0)
  })
})

/** A picture of its own in each test, so that nothing is a copy of what another one brought. */
const shots = { width: 320, height: 240 } as const
const boxesIn = (run: RunningIngest) => {
  const db = index(run)
  try {
    return db
      .prepare<[], Record<string, unknown>>(
        `SELECT k.label, b.x_px AS x, b.y_px AS y, b.width_px AS width, b.height_px AS height, b.author
           FROM image_box b JOIN class k ON k.id = b.class_id ORDER BY b.x_px DESC`,
      )
      .all()
  } finally {
    db.close()
  }
}
const splitsIn = (run: RunningIngest) => {
  const db = index(run)
  try {
    const rows = db.prepare<[], { split: string; n: number }>(
      'SELECT split, count(*) AS n FROM split_place GROUP BY split',
    )
    return Object.fromEntries(rows.all().map(({ split, n }) => [split, n]))
  } finally {
    db.close()
  }
}
const marksIn = (run: RunningIngest) => {
  const db = index(run)
  try {
    return db
      .prepare(
        `SELECT (SELECT count(*) FROM image_box) AS boxes, (SELECT count(*) FROM image_crop) AS crops,
                (SELECT count(*) FROM split_place WHERE layer_id = 0) AS pins`,
      )
      .get()
  } finally {
    db.close()
  }
}

describe('archives and sets of others', () => {
  let run: RunningIngest
  let turn = 0
  beforeAll(async () => {
    run = await runIngest()
  })
  beforeEach(() => {
    turn += 1
    dataset.name = `Set ${turn}`
  })
  afterAll(async () => {
    expect(await run.close()).toEqual([])
  })

  const packed = async (files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> => {
    const archive = pack()
    for (const [name, content] of Object.entries(files)) archive.entry({ name }, content)
    archive.finalize()
    const chunks: Buffer[] = []
    for await (const chunk of archive) chunks.push(chunk as Buffer)
    return gzipSync(Buffer.concat(chunks))
  }

  test('an archive with a folder around it is taken like the folder; a hostile one leaves no trace', async () => {
    using folder = temporaryFolder()
    const good = { 'set/train/Koala/a.jpg': photo(0), 'set/test/Koala/b.jpg': photo(1) }
    writeFileSync(join(folder.path, 'good.tgz'), await packed(good))
    writeFileSync(join(folder.path, 'bad.tgz'), await packed({ ...good, '../evil.jpg': photo(2) }))
    const refused = await bring(run, { path: join(folder.path, 'bad.tgz') })
    expect(refused).toMatchObject({ state: 'failed', code: 'IMPORT_UNSAFE', total: 0 })
    expect(held(run).counts()).toMatchObject({ queued: 0, stored: 0 })
    expect(readdirSync(join(held(run).folder, 'originals'))).toEqual([])
    expect(readdirSync(join(held(run).folder, '.imports'))).toEqual([])

    const done = await bring(run, { path: join(folder.path, 'good.tgz') })
    expect(done).toMatchObject({ state: 'done', format: 'class-folders', counts: { stored: 2 } })
    expect(splitsIn(run)).toEqual({ train: 1, test: 1 })
    const zip = madeZip(Object.entries(good).map(([name, content]) => ({ name, content })))
    writeFileSync(join(folder.path, 'same.zip'), zip)
    expect(await bring(run, { path: join(folder.path, 'same.zip') })).toMatchObject({ known: 2, accepted: 0 })
  })

  test('COCO: boxes go with their pictures, the largest names the class, a map renames and leaves out', async () => {
    using folder = temporaryFolder()
    const annotations = {
      images: [
        { id: 1, file_name: 'a.jpg', width: 640, height: 480 },
        { id: 2, file_name: 'b.jpg', width: 640, height: 480 },
        { id: 3, file_name: 'c.jpg', width: 640, height: 480 },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 1, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 },
        { id: 2, image_id: 1, category_id: 2, bbox: [0, 0, 600, 400], area: 240_000, iscrowd: 0 },
        { id: 3, image_id: 2, category_id: 1, bbox: [600, 470, 100, 100], area: 1, iscrowd: 0 },
        { id: 4, image_id: 3, category_id: 2, bbox: [1, 1, 5, 5], area: 25, iscrowd: 0 },
      ],
      categories: [
        { id: 1, name: 'hammer' },
        { id: 2, name: 'bench' },
      ],
    }
    fill(folder.path, {
      'annotations/instances_train2017.json': JSON.stringify(annotations),
      'train2017/a.jpg': photo(0),
      'train2017/b.jpg': photo(1),
      'train2017/c.jpg': photo(2),
    })
    const done = await bring(run, { path: folder.path, map: { Hammer: ['hammer'] } })
    expect(done).toMatchObject({ format: 'coco', counts: { stored: 2 }, skipped: { 'not-mapped': 1 } })
    expect(classesOf(run)).toEqual({ Hammer: 2 })
    expect(boxesIn(run)).toMatchObject([
      { label: 'Hammer', x: 600, y: 470, width: 40, height: 10 },
      { label: 'Hammer', x: 10, y: 20, width: 30, height: 40 },
    ])
    // Again without the map: pictures are known, and the boxes that were left out land on them at once.
    await bring(run, { path: folder.path })
    expect(classesOf(run)).toMatchObject({ Hammer: 2, bench: 1 })
    expect(boxesIn(run)).toHaveLength(6)
    expect(splitsIn(run)).toEqual({ train: 3 })
  })

  test('boxes drawn on a picture as it lies in the file are turned with it', async () => {
    const onSide = await sharp(photo(3)).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    using folder = temporaryFolder()
    const box = '<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>64</xmax><ymax>48</ymax></bndbox>'
    const xml = (width: number, height: number) =>
      `<annotation><filename>a.jpg</filename><size><width>${width}</width><height>${height}</height><depth>3</depth></size>
       <object><name>cat</name>${box}</object></annotation>`
    fill(folder.path, { 'a.jpg': onSide, 'a.xml': xml(640, 480) })
    const done = await bring(run, { path: folder.path })
    expect(done).toMatchObject({ format: 'voc', skipped: { 'box-turned': 1 }, counts: { stored: 1 } })
    // The top left corner of the file is the top right one of the upright picture, 480 by 640.
    expect(boxesIn(run)).toMatchObject([{ label: 'cat', x: 432, y: 0, width: 48, height: 64 }])
  })

  test('YOLO: shares become pixels', async () => {
    using folder = temporaryFolder()
    fill(folder.path, {
      'data.yaml': 'train: images/train\nval: images/val\nnames: [cat, dog]\n',
      'images/train/a.jpg': photo(4),
      'labels/train/a.txt': '1 0.5 0.5 0.25 0.5\n',
      'images/val/b.jpg': photo(5),
      'labels/val/b.txt': '0 0.25 0.25 0.5 0.5\n',
    })
    const done = await bring(run, { path: folder.path })
    expect(done).toMatchObject({ format: 'yolo', counts: { stored: 2 } })
    expect(classesOf(run)).toEqual({ cat: 1, dog: 1 })
    expect(boxesIn(run)).toMatchObject([
      { label: 'dog', x: 240, y: 120, width: 160, height: 240 },
      { label: 'cat', x: 0, y: 0, width: 320, height: 240 },
    ])
    expect(splitsIn(run)).toEqual({ train: 1, validation: 1 })
  })

  test('a list in JSONL: what is said of a file is kept, and no address is asked for', async () => {
    using folder = temporaryFolder()
    const digest = createHash('sha256').update(photo(6)).digest('hex')
    const about = { title: 'A robin', page_url: 'https://a.example/page', engine: 'bing', query: 'robin' }
    const license = { name: 'CC BY 4.0', creator: 'Somebody' }
    const lines = [
      {
        filename: 'a.jpg',
        label: 'Robin',
        split: 'test',
        sha256: digest,
        source_url: 'https://a.example/a.jpg',
        ...about,
        license,
      },
      { filename: 'b.jpg', label: 'Robin', sha256: digest },
      { filename: '../../etc/passwd', label: 'Robin' },
    ]
    fill(folder.path, {
      'list.jsonl': lines.map(line => JSON.stringify(line)).join('\n'),
      'a.jpg': photo(6),
      'b.jpg': photo(7),
    })
    const done = await bring(run, { path: join(folder.path, 'list.jsonl') })
    expect(done).toMatchObject({
      format: 'table',
      accepted: 1,
      skipped: { 'file-changed': 1, 'file-missing': 1 },
    })
    const imageId = held(run).imageByDigest(digest as Digest)
    const detail = imageId && held(run).image(imageId)
    expect(detail).toMatchObject({ title: 'A robin', classLabel: 'Robin', attempts: [] })
    const [sighting] = detail?.sightings ?? []
    expect(sighting).toMatchObject({ engine: 'bing', query: 'robin', landingUrl: 'https://a.example/page' })
    expect(splitsIn(run)).toEqual({ test: 1 })
  })

  test('Open Images, by ids and names of classes; groups are not boxes', async () => {
    using folder = temporaryFolder()
    fill(folder.path, {
      'class-descriptions-boxable.csv': '/m/01,Cat\n/m/02,Dog\n',
      'validation-annotations-bbox.csv':
        'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n' +
        'aa,xclick,/m/01,1,0.5,1,0,0.5,0,0,0,0,0\naa,xclick,/m/02,1,0,1,0,1,0,0,1,0,0\nbb,xclick,/m/02,1,0,1,0,1,0,0,0,0,0\n',
      'images/aa.jpg': photo(0),
      'images/bb.jpg': photo(1),
    })
    const map = { cats: { 'open-images': ['/m/01'] }, dogs: { imagenet: ['n02084071'] } }
    const done = await bring(run, { path: folder.path, map })
    expect(done).toMatchObject({ format: 'open-images', counts: { stored: 1 }, skipped: { 'not-mapped': 1 } })
    expect(boxesIn(run)).toMatchObject([{ label: 'cats', x: 320, y: 0, width: 320, height: 240 }])
    expect(splitsIn(run)).toEqual({ validation: 1 })
  })

  test('Visual Genome and ImageNet localisation', async () => {
    using genome = temporaryFolder()
    fill(genome.path, {
      'objects.json': JSON.stringify([
        { image_id: 1, objects: [{ names: ['mallet'], x: 4, y: 5, w: 60, h: 70 }] },
      ]),
      'image_data.json': JSON.stringify([
        { image_id: 1, width: 640, height: 480, url: 'https://a.example/1.jpg' },
      ]),
      'VG_100K/1.jpg': photo(2),
    })
    expect(await bring(run, { path: genome.path })).toMatchObject({
      format: 'visual-genome',
      counts: { stored: 1 },
    })
    using net = temporaryFolder()
    fill(net.path, {
      'LOC_synset_mapping.txt': 'n03481172 hammer\nn01440764 tench, Tinca tinca\n',
      'LOC_train_solution.csv': 'ImageId,PredictionString\nn03481172_1,n03481172 10 20 110 220 \n',
      'ILSVRC/Data/CLS-LOC/train/n03481172/n03481172_1.JPEG': photo(3),
      'ILSVRC/Data/CLS-LOC/train/n01440764/n01440764_1.JPEG': photo(4),
    })
    const map = { Tools: ['n03481172', 'mallet'] }
    expect(await bring(run, { path: net.path, map })).toMatchObject({
      format: 'imagenet',
      counts: { stored: 1 },
    })
    expect(boxesIn(run)).toMatchObject([
      { label: 'Tools', x: 10, y: 20, width: 100, height: 200 },
      { label: 'mallet', x: 4, y: 5, width: 60, height: 70 },
    ])
  })

  test('an address in a set is fetched only when that is asked for', async () => {
    using folder = temporaryFolder()
    fill(folder.path, {
      'objects.json': JSON.stringify([
        { image_id: 1, objects: [{ names: ['cat'], x: 4, y: 5, w: 6, h: 7 }] },
      ]),
      'image_data.json': JSON.stringify([
        { image_id: 1, width: 64, height: 48, url: 'http://127.0.0.1:1/1.jpg' },
      ]),
    })
    const refused = await bring(run, { path: folder.path })
    expect(refused).toMatchObject({
      state: 'failed',
      code: 'IMPORT_EMPTY',
      facts: { 'address-not-asked-for': 1 },
    })
    expect(held(run).counts()).toMatchObject({ queued: 0, failed: 0, rejected: 0 })
    const asked = await bring(run, { path: folder.path, fetch: true })
    // Taken up like any address; this one may not be fetched.
    expect(asked).toMatchObject({ state: 'done', refused: 1 })
  })

  test('a person may not name the folder of the keys, a place that is not there, or a relative path', async () => {
    const imports = importsOf(run)
    for (const path of [
      run.home.serverFolder,
      join(run.home.serverFolder, 'lock.db'),
      '/no/such/place',
      'relative',
    ]) {
      await expect(imports.start({ dataset: dataset.name, path }, 'test')).rejects.toMatchObject({
        code: 'IMPORT_SOURCE',
      })
    }
  })

  test('a list that is uploaded is read alone, and known by what is in it', async () => {
    const imports = importsOf(run)
    const body = (text: string) => Readable.from([Buffer.from(text)])
    const send = (text: string) =>
      imports.uploads.take({ upload: undefined, offset: 0, body: body(text) }, () => true)
    await send('{"images":[]}')
    for (const text of [
      'url,label\nhttp://127.0.0.1:1/9.jpg,Koala\n',
      '{"url":"http://127.0.0.1:1/9.jpg","label":"Koala"}\n',
    ]) {
      const { upload } = await send(text)
      expect(await bring(run, { upload, fetch: false })).toMatchObject({
        ...{ state: 'failed', format: null, code: 'IMPORT_EMPTY' },
        facts: { format: 'table', 'address-not-asked-for': 1 },
      })
    }
  })

  test('Parquet that is uploaded is known by its first bytes; its pictures go the usual way', async () => {
    using folder = temporaryFolder()
    const filename = join(folder.path, 'x.parquet')
    parquetWriteFile({
      filename,
      columnData: [
        { name: 'image', data: [photo(0), photo(1), Buffer.from('no picture')], type: 'BYTE_ARRAY' },
        { name: 'label', data: ['Ibis', 'Kea', 'Kea'], type: 'STRING' },
      ],
    })
    const body = Readable.from([readFileSync(filename)])
    const { upload } = await importsOf(run).uploads.take({ upload: undefined, offset: 0, body }, () => true)
    expect(await bring(run, { upload })).toMatchObject({
      ...{ state: 'done', format: 'hf-parquet', accepted: 3, counts: { stored: 2, rejected: 1 } },
    })
    expect(classesOf(run)).toEqual({ Ibis: 1, Kea: 1 })
    expect(readdirSync(join(held(run).folder, '.imports'))).toEqual([])
  })

  test('a look tells which classes a source names, and takes nothing', async () => {
    using folder = temporaryFolder()
    fill(folder.path, {
      'class-descriptions-boxable.csv': '/m/01,Cat\n/m/02,Dog\n',
      'train-annotations-bbox.csv':
        'ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf\naa,/m/01,0.5,1,0,0.5,0\naa,/m/01,0,1,0,1,0\nbb,/m/02,0,1,0,1,0\n',
      'images/aa.jpg': photo(0),
      'images/bb.jpg': photo(1),
    })
    const imports = importsOf(run)
    const seen = imports.look({ path: folder.path })
    await expect(imports.look({ path: folder.path })).rejects.toMatchObject({ code: 'PROTOCOL_BUSY' })
    expect(await seen).toEqual({
      ...{ format: 'open-images', pictures: 2, unnamed: 0, isWhole: true },
      names: [
        { name: 'Cat', also: '/m/01', pictures: 0, boxes: 2 },
        { name: 'Dog', also: '/m/02', pictures: 0, boxes: 1 },
      ],
    })
    expect(run.home.byName(dataset.name)).toBeUndefined()
    await expect(imports.look({ path: join(run.home.serverFolder, 'lock.db') })).rejects.toMatchObject({
      code: 'IMPORT_SOURCE',
    })
    writeFileSync(join(folder.path, 'good.tgz'), await packed({ 'Koala/a.jpg': photo(0), 'b.jpg': photo(1) }))
    const archived = await imports.look({ path: join(folder.path, 'good.tgz') })
    expect(archived).toMatchObject({ unnamed: 1, names: [{ name: 'Koala', pictures: 1 }] })
    const hasty = createImports({ ...run, log: noLog, lookMs: 0 })
    expect(await hasty.look({ path: join(folder.path, 'good.tgz') })).toMatchObject({
      format: null,
      isWhole: false,
    })
    expect(existsSync(join(run.home.serverFolder, 'looking')), 'nothing of it is left').toBe(false)
  })

  test('an import is taken back but for what others brought; again, it comes as it should', async () => {
    using kept = temporaryFolder()
    fill(kept.path, { 'Koala/a.jpg': photo(0) })
    await bring(run, { path: kept.path })
    using folder = temporaryFolder()
    const row = (name: string) => ({
      ...{ filename: name, label: 'Fox', split: 'test', width: 640, height: 480 },
      boxes: [{ x: 1, y: 2, width: 30, height: 40, label: 'Fox', author: 'Ada' }],
    })
    fill(folder.path, {
      'list.jsonl': ['a.jpg', 'b.jpg', 'c.jpg'].map(name => JSON.stringify(row(name))).join('\n'),
      ...{ 'a.jpg': photo(0), 'b.jpg': photo(1), 'c.jpg': photo(2) },
    })
    const wrong = await bring(run, { path: join(folder.path, 'list.jsonl') })
    expect(wrong).toMatchObject({ accepted: 2, known: 1, undone: 'no' })
    expect(boxesIn(run)).toHaveLength(3)

    const imports = importsOf(run)
    imports.undo(held(run).id, wrong.id, 'Ada')
    await imports.settled()
    await run.settled()
    expect(imports.get(held(run).id, wrong.id)).toMatchObject({
      undone: 'all',
      counts: { stored: 1, cancelled: 2 },
    })
    expect(classesOf(run)).toMatchObject({ Koala: 1, Fox: 0 })
    expect(boxesIn(run)).toEqual([])
    expect(splitsIn(run), 'of what was held before it stays').toEqual({ test: 1 })
    expect(readdirSync(join(held(run).folder, 'images'))).toEqual(['koala'])
    const [latest] = held(run).acts.page({ limit: 1 }).acts
    expect(latest).toMatchObject({ by: 'Ada', state: 'done' })
    expect(latest?.title).toBe(`Took back an import of 2 pictures: ${join(folder.path, 'list.jsonl')}`)
    expect(held(run).acts.page({ limit: 1 }).undoId, 'there is no way back but to import it again').toBeNull()

    expect(await imports.recipes.write(held(run).id), 'it is not to be done again').not.toContain(
      'list.jsonl',
    )

    const again = await bring(run, { path: join(folder.path, 'list.jsonl'), map: { 'Red fox': ['Fox'] } })
    expect(again).toMatchObject({ accepted: 2, known: 1, undone: 'no' })
    expect(classesOf(run)).toMatchObject({ Koala: 1, Fox: 0, 'Red fox': 2 })
    expect(boxesIn(run).map(({ label }) => label)).toEqual(['Red fox', 'Red fox', 'Red fox'])
    expect(await imports.recipes.write(held(run).id)).toContain('Red fox:\n        - Fox')
  })

  test('what another import or a person says of a picture as well stays when an import is taken back', async () => {
    using folder = temporaryFolder()
    const list = (name: string, files: Readonly<Record<string, Buffer>>) => {
      const said = { label: 'Fox', split: 'test', width: 640, height: 480 }
      const box = { x: 1, y: 2, width: 30, height: 40, label: 'Fox', author: 'Ada' }
      const rows = Object.keys(files).map(filename =>
        JSON.stringify({ ...said, filename, boxes: [box], crop: { x: 4, y: 5, width: 60, height: 70 } }),
      )
      fill(join(folder.path, name), { ...files, 'list.jsonl': rows.join('\n') })
      return { path: join(folder.path, name, 'list.jsonl') }
    }
    fill(folder.path, { 'kept/Koala/a.jpg': photo(0), 'kept/Koala/f.jpg': photo(4) })
    await bring(run, { path: join(folder.path, 'kept') })
    const idOf = (place: number) =>
      imageIdOf(createHash('sha256').update(photo(place)).digest('hex') as Digest)
    const mine = { x: 0, y: 0, width: 100, height: 100 }
    held(run).boxes.setCrop(idOf(0), mine, 'Bea')

    const files = { 'a.jpg': photo(0), 'b.jpg': photo(1), 'c.jpg': photo(2), 'f.jpg': photo(4) }
    const first = await bring(run, list('first', files))
    const second = await bring(run, list('second', { 'b.jpg': photo(1), 'd.jpg': photo(3) }))
    expect(second).toMatchObject({ accepted: 1, known: 1 })
    expect(held(run).boxes.crop(idOf(0)), 'an import does not say otherwise').toEqual(mine)
    const drawn = { x: 7, y: 8, width: 9, height: 10, label: 'Fox', author: 'Bea' }
    held(run).boxes.set(idOf(4), [drawn])
    expect(marksIn(run)).toEqual({ boxes: 5, crops: 5, pins: 5 })

    const imports = importsOf(run)
    const takeBack = async ({ id }: ImportSummary) => {
      imports.undo(held(run).id, id, 'Ada')
      await imports.settled()
      await run.settled()
    }
    await takeBack(first)
    expect(held(run).counts()).toMatchObject({ stored: 4 })
    const boxed = [0, 1, 2, 3, 4].filter(place => held(run).boxes.of(idOf(place)).length > 0)
    expect(boxed, 'of what is held').toEqual([1, 3, 4])
    expect(marksIn(run), 'nothing is left of what went').toEqual({ boxes: 3, crops: 3, pins: 4 })
    await takeBack(second)
    expect(held(run).boxes.of(idOf(4))).toEqual([drawn])
    expect(held(run).boxes.crop(idOf(0))).toEqual(mine)
    expect(marksIn(run), 'pins of held pictures stay').toMatchObject({ boxes: 1, crops: 1 })
  })

  test('an import that is under way is not taken back; one that is half taken back is, at the next start', async () => {
    using folder = temporaryFolder()
    const pictures = await Promise.all(Array.from({ length: 9 }, (_, seed) => picture(seed + 300, shots)))
    fill(folder.path, Object.fromEntries(pictures.map((bytes, at) => [`class ${at}/a.jpg`, bytes])))
    const { id } = await bring(run, { path: folder.path })
    const { imports: store } = held(run)
    const open = store.begin({ source: '/nowhere', request: { dataset: dataset.name }, by: 'test' })
    const imports = importsOf(run)
    expect(() => imports.undo(held(run).id, open, 'test')).toThrow(
      expect.objectContaining({ code: 'IMPORT_BUSY' }),
    )
    store.end(open, { state: 'cancelled' })
    store.takeBackSome(id, 'test', '', 2)
    expect(store.undone(id)).toBe('partly')
    imports.resume()
    await imports.settled()
    await run.settled()
    expect(imports.get(held(run).id, id)).toMatchObject({
      undone: 'all',
      counts: { stored: 0, cancelled: 9 },
    })
    expect(
      held(run)
        .acts.page({ limit: 9 })
        .acts.map(({ title }) => title),
    ).toEqual([expect.stringContaining('Took back an import of 9 pictures')])
  })

  test('what an import has left that ended before is taken away at the next start', async () => {
    using folder = temporaryFolder()
    fill(folder.path, { 'Koala/b.jpg': photo(1) })
    const { id } = await bring(run, { path: folder.path })
    const left = join(held(run).folder, '.imports', String(id))
    fill(left, { 'files/0': 'x' })
    const imports = importsOf(run)
    imports.resume()
    await imports.settled()
    expect(existsSync(left)).toBe(false)
  })

  test('stopped in the middle, the next start goes on where it was, and takes nothing twice', async () => {
    using folder = temporaryFolder()
    const many = await Promise.all(Array.from({ length: 60 }, (_, seed) => picture(seed + 100, shots)))
    fill(
      folder.path,
      Object.fromEntries(many.map((bytes, at) => [`Koala/${String(at).padStart(3, '0')}.jpg`, bytes])),
    )
    const first = importsOf(run)
    const { datasetId, import: begun } = await first.start(
      { dataset: dataset.name, path: folder.path },
      'test',
    )
    await new Promise<void>(resolve => {
      first.onChange(() => {
        const { done } = first.get(datasetId, begun.id)
        if (done > 0) resolve()
      })
    })
    await first.stop()
    const left = first.get(datasetId, begun.id)
    const second = importsOf(run)
    second.resume()
    await second.settled()
    await run.settled()
    expect(left.state === 'taking' ? left.done : 60).toBeGreaterThan(0)
    expect(second.get(datasetId, begun.id)).toMatchObject({ state: 'done', done: 60, accepted: 60, known: 0 })
    expect(classesOf(run)).toEqual({ Koala: 60 })
  })
})

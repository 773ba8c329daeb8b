/** Pictures from elsewhere, through the whole pipeline. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Digest } from '@gleaner/shared/hash'
import type { ImportRequest, ImportSummary } from '@gleaner/shared/imports'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImports, type Imports } from '../src/imports/imports.ts'
import { picture } from './support/pictures.ts'
import { type RunningIngest, runIngest } from './support/run-ingest.ts'
import { temporaryFolder } from './support/samples.ts'

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

function importsOf({ home, ingest, rules }: Pick<RunningIngest, 'home' | 'ingest' | 'rules'>): Imports {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  return createImports({ home, ingest, rules, log })
}

async function bring(run: RunningIngest, request: Partial<ImportRequest>): Promise<ImportSummary> {
  const imports = importsOf(run)
  const { datasetId, import: begun } = await imports.start({ dataset: 'Birds', ...request }, 'test')
  await imports.settled()
  await run.settled()
  return imports.get(datasetId, begun.id)
}

const held = (run: RunningIngest) => {
  const [store] = run.home.datasets()
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
    expect(done).toMatchObject({ accepted: 4, known: 0, counts: { stored: 3, rejected: 1 } })
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
    expect(again).toMatchObject({ state: 'done', known: 3, accepted: 1 })
    expect(classesOf(run)).toEqual({ 'red panda': 1, Koala: 2 })
    expect(existsSync(join(held(run).folder, '.imports', String(again.id)))).toBe(false)
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

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase, readMigrations } from './database.ts'
import type { FailpointName } from './failpoints.ts'
import { createLookFile, lookFileName } from './look-file.ts'

let folder: ReturnType<typeof temporaryFolder>
let db: Database.Database
let passed: string[]
let stopAt: FailpointName | undefined

beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(join(folder.path, '.work'))
  db = new Database(join(folder.path, 'gleaner.db'))
  db.exec(`CREATE TABLE look (change_no INTEGER PRIMARY KEY AUTOINCREMENT, image_seq INTEGER NOT NULL UNIQUE, forms BLOB);
           CREATE TABLE look_file (token TEXT PRIMARY KEY, change_no INTEGER NOT NULL) WITHOUT ROWID;
           INSERT INTO look (image_seq, forms) VALUES (5, x'01'), (3, x'02'), (9, x'03')`)
  passed = []
  stopAt = undefined
})
afterEach(() => {
  db.close()
  folder[Symbol.dispose]()
})

const path = () => join(folder.path, lookFileName)
const lookFile = () =>
  createLookFile({
    db,
    folder: folder.path,
    failpoint: name => {
      passed.push(name)
      if (name === stopAt) throw new Error(`stopped at ${name}`)
    },
  })
const write = (text: string, changeNo = 3) =>
  lookFile().replace(changeNo, async ({ token }, sink) => sink(0, Buffer.from(`${token} ${text}`)))
const written = () => readFileSync(path(), 'utf8').split(' ')

test('changes come in their order, and none of a transaction that may yet be undone', () => {
  const { since } = lookFile()
  expect(since(0, 10).map(({ changeNo, seq }) => [changeNo, seq])).toEqual([
    [1, 5],
    [2, 3],
    [3, 9],
  ])
  expect(since(1, 1)).toMatchObject([{ changeNo: 2, seq: 3 }])
  expect(since(3, 1)).toEqual([])
  db.exec('BEGIN')
  expect(since(0, 10)).toEqual([])
  db.exec('ROLLBACK')
})

test('a file that was put in place counts, and only the last one', async () => {
  expect([lookFile().isExpected(), await lookFile().open()]).toEqual([false, undefined])
  await write('one', 2)
  const [first = '', text] = written()
  expect(text).toBe('one')
  expect(lookFile().isExpected()).toBe(true)
  expect(lookFile().vouchesFor({ token: first, changeNo: 2 })).toBe(true)
  expect(lookFile().vouchesFor({ token: first, changeNo: 3 })).toBe(false)
  await write('two')
  const [second = ''] = written()
  expect(lookFile().vouchesFor({ token: second, changeNo: 3 })).toBe(true)
  expect(lookFile().vouchesFor({ token: first, changeNo: 2 })).toBe(false)
  expect(readdirSync(join(folder.path, '.work'))).toEqual([])
  const file = await lookFile().open()
  const bytes = Buffer.alloc(3)
  await file?.read(33, bytes)
  await expect(file?.read(35, Buffer.alloc(3))).rejects.toThrow('ends')
  await file?.close()
  expect([file?.sizeBytes, bytes.toString()]).toEqual([36, 'two'])
})

test('written, synced, vouched for, and only then given its name', async () => {
  await write('one')
  const steps = ['created', 'written', 'synced', 'vouched', 'renamed', 'settled']
  expect(passed).toEqual(steps.map(step => `look-file:${step}`))
})

test.each(['created', 'written', 'synced', 'vouched', 'renamed'] as const)(
  'when it fails at %s, the file that is there counts',
  async step => {
    await write('one', 2)
    stopAt = `look-file:${step}`
    await expect(write('two')).rejects.toThrow('stopped')
    const [token = '', text] = written()
    expect(text).toBe(step === 'renamed' ? 'two' : 'one')
    expect(lookFile().vouchesFor({ token, changeNo: step === 'renamed' ? 3 : 2 })).toBe(true)
    expect(readdirSync(join(folder.path, '.work'))).toEqual([])
    stopAt = undefined
    await write('three')
    expect(db.prepare('SELECT count(*) FROM look_file').pluck().get()).toBe(1)
  },
)

test('a link in place of the file is not followed', async () => {
  await write('one')
  rmSync(path())
  symlinkSync(join(folder.path, 'gleaner.db'), path())
  expect(await lookFile().open()).toBeUndefined()
  await write('two')
  expect(written()[1]).toBe('two')
})

test('a folder in place of the file is no file', async () => {
  mkdirSync(path())
  expect(await lookFile().open()).toBeUndefined()
  await expect(write('two')).rejects.toThrow()
  expect(existsSync(path())).toBe(true)
})

test('pictures of before it had forms are held whole, those without a hash not at all', () => {
  const old = join(folder.path, 'old.db')
  const before = openDatabase(old, { migrations: readMigrations().filter(({ version }) => version < 7) })
  before.exec("INSERT INTO class VALUES (1, 'robin', 'robin', NULL, 0, 0, 0)")
  const add = before.prepare(
    `INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                        original_format, original_width_px, original_height_px, original_kept, perceptual_hash,
                        quality_score, mean_cb, mean_cr, rights, is_thumbnail, stored_at_ms)
     VALUES (substr(:digest, 1, 20), 1, 'stored', 1, :digest, 1, 1, :digest, 1, 'jpeg', 1, 1, 0, :hash, 80, 0, 0, '{}', 0, 0)`,
  )
  const hash = '0123456789abcdef'.repeat(4)
  add.run({ digest: 'a'.repeat(64), hash })
  add.run({ digest: 'b'.repeat(64), hash: null })
  add.run({ digest: 'c'.repeat(64), hash: 'f'.repeat(64) })
  before.close()
  const migrated = openDatabase(old)
  const changes = createLookFile({ db: migrated, folder: folder.path, failpoint: () => {} }).since(0, 10)
  migrated.close()
  expect(changes.map(({ seq, forms }) => [seq, Buffer.from(forms).toString('hex')])).toEqual([
    [1, `00${hash}`],
    [3, `00${'f'.repeat(64)}`],
  ])
})

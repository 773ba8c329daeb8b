import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { dumpSchema, isSqliteNewEnough, openDatabase, readMigrations } from './database.ts'
import { verifyDataset } from './verify.ts'

test('schema.sql is what the migrations lead to (update it with "vitest -u")', async () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  await expect(dumpSchema(db)).toMatchFileSnapshot('schema.sql')
  db.close()
})

test('every table is strict', () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const lax =
    db.prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict = 0
                             AND name NOT LIKE 'sqlite_%'`)
  expect(lax.all()).toEqual([])
  db.close()
})

test('a commit is durable: the settings it rests on hold', () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const pragma = (name: string) => db.pragma(name, { simple: true })
  expect(pragma('journal_mode')).toBe('wal')
  expect(pragma('synchronous')).toBe(2)
  expect(pragma('foreign_keys')).toBe(1)
  expect(pragma('busy_timeout')).toBe(5000)
  db.close()
})

test.each([
  ['3.51.3', true],
  ['3.51.2', false],
  ['3.52.0', true],
  ['3.9.9', false],
  ['4.0.0', true],
])('SQLite %s is new enough: %s', (version, isNew) => {
  expect(isSqliteNewEnough(version)).toBe(isNew)
})

test('an index of a newer program is refused and left alone', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = openDatabase(path)
  db.pragma('user_version = 999')
  db.close()
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'STORE_NEWER' }))
  const same = new Database(path, { readonly: true })
  expect(same.pragma('user_version', { simple: true })).toBe(999)
  same.close()
})

test('a migration that fails changes nothing; one that works leaves a copy of what was before', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const migrations = readMigrations()
  openDatabase(path, { migrations }).close()
  const next = (migrations.at(-1)?.version ?? 0) + 1
  const bad = { version: next, sql: 'CREATE TABLE extra (a) STRICT; SELECT broken;' }
  expect(() => openDatabase(path, { migrations: [...migrations, bad] })).toThrow()
  const after = openDatabase(path, { migrations })
  expect(dumpSchema(after)).not.toContain('extra')
  after.close()

  const good = { version: next, sql: 'CREATE TABLE extra (a INTEGER) STRICT;' }
  const migrated = openDatabase(path, { migrations: [...migrations, good] })
  expect(dumpSchema(migrated)).toContain('extra')
  migrated.close()
  const backup = openDatabase(`${path}.before-${next}`, { migrations })
  expect(dumpSchema(backup)).not.toContain('extra')
  backup.close()
})

test('an index of an earlier version keeps its rows and their actions', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'birds')
  const all = readMigrations()
  mkdirSync(path)
  const old = openDatabase(join(path, 'gleaner.db'), { migrations: all.filter(({ version }) => version < 3) })
  old.exec(`
    INSERT INTO dataset VALUES (1, 'Birds', '{}', 1, 0);
    INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (1, 'robin', 'robin', 1, 1);
    INSERT INTO action VALUES (7, 'retry', '{}', 1);
    INSERT INTO candidate (id, class_id, url_key, state, host, due_at_ms, action_id, created_at_ms, updated_at_ms)
      VALUES (1, 1, 'https://a.example/1', 'queued', 'a.example', 1, 7, 1, 1);
    INSERT INTO source VALUES (1, 0, 'original', 'https://a.example/1', NULL, NULL);
    INSERT INTO attempt VALUES (1, 1, 'original', 'https://a.example/1', 1, 1, 'DOWNLOAD_DNS', '[]');
    INSERT INTO batch VALUES (1, 'c', 'b', '${'0'.repeat(64)}', 1, 'page', NULL, NULL, 1, 0, 0, 1, 1);
    INSERT INTO sighting VALUES (1, 1, NULL, NULL, NULL);`)
  old.close()
  chmodSync(path, 0o700)
  expect((await verifyDataset(path)).findings, 'sound before').toEqual([])
  openDatabase(join(path, 'gleaner.db')).close()
  expect((await verifyDataset(path)).findings, 'and after').toEqual([])
  const db = new Database(join(path, 'gleaner.db'))
  expect(db.prepare('SELECT id, kind FROM action').all()).toEqual([{ id: 7, kind: 'retry' }])
  expect(db.prepare('SELECT action_id FROM candidate').pluck().get()).toBe(7)
  expect(db.prepare('SELECT undone_by, revived, filters FROM batch').get()).toEqual({
    ...{ undone_by: null, revived: 0, filters: null },
  })
  db.close()
})

test('a migration that leaves rows without what they refer to is taken back', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const migrations = readMigrations()
  const db = openDatabase(path, { migrations })
  db.exec(
    `INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (1, 'robin', 'robin', 1, 1)`,
  )
  db.exec(`INSERT INTO batch (client_id, batch_id, body_digest, class_id, engine, accepted, known, refused, sightings,
                              received_at_ms) VALUES ('c', 'b', '${'0'.repeat(64)}', 1, 'page', 0, 0, 0, 1, 1)`)
  db.close()
  const next = (migrations.at(-1)?.version ?? 0) + 1
  const bad = { version: next, sql: 'DELETE FROM class' }
  expect(() => openDatabase(path, { migrations: [...migrations, bad] })).toThrow(
    expect.objectContaining({ code: 'STORE_DAMAGED' }),
  )
  const after = openDatabase(path, { migrations })
  expect(after.prepare('SELECT count(*) FROM class').pluck().get()).toBe(1)
  expect(after.pragma('foreign_keys', { simple: true })).toBe(1)
  after.close()
})

test('what is no database is called damaged', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  writeFileSync(path, 'x'.repeat(5000))
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }))
})

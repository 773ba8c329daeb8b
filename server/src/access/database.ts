/** `server.db`: who may talk to the server. Secrets in it are digests, except the keys the server proves itself with. */
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import Database from 'better-sqlite3'
import { ensurePrivateFile } from './private-files.ts'

export type AccessDatabase = Database.Database

const migrations = [
  `CREATE TABLE client (
     id              TEXT    PRIMARY KEY,
     name            TEXT    NOT NULL,
     origin          TEXT,                -- bound at pairing; NULL for a program that is no browser extension
     scope           TEXT    NOT NULL CHECK (scope IN ('collect')),
     token_digest    TEXT    NOT NULL UNIQUE,
     server_key      TEXT,                -- HMAC key of the greeting; wiped when the client is revoked
     paired_at_ms    INTEGER NOT NULL,
     last_seen_at_ms INTEGER,
     revoked_at_ms   INTEGER
   ) STRICT;
   CREATE TABLE session (
     cookie_digest   TEXT    PRIMARY KEY,
     opened_at_ms    INTEGER NOT NULL,
     expires_at_ms   INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  // Sessions from before have no second secret of their own: their dashboards are opened by a link once more.
  `DELETE FROM session;
   ALTER TABLE session ADD COLUMN csrf_digest TEXT NOT NULL DEFAULT '';`,
]

/**
 * Opens or makes `server.db` (mode 600, WAL, every commit synced).
 *
 * @throws AppError `CONFIG_HOME_UNSAFE`, `STORE_NEWER`, `STORE_DAMAGED`
 */
export function openAccessDatabase(folder: string): AccessDatabase {
  const path = join(folder, 'server.db')
  ensurePrivateFile(path, () => '') // the write-ahead log takes its mode from this file
  const db = new Database(path)
  try {
    prepare(db)
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) {
      throw new AppError('STORE_DAMAGED', { file: 'server.db' }, { cause: error })
    }
    throw error
  }
  return db
}

function prepare(db: AccessDatabase): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('secure_delete = ON')
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > migrations.length) throw new AppError('STORE_NEWER', { file: 'server.db', version })
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${index + 1}`)
    })()
  }
}

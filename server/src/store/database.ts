/** Opening an index: pragmas that make a commit durable, and migrations. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import Database from 'better-sqlite3'
import { storeError } from './store-error.ts'

export type { Database } from 'better-sqlite3'

/** First release without the WAL reset bug. */
const minSqlite = [3, 51, 3] as const

const migrationsFolder = join(import.meta.dirname, 'migrations')

export interface Migration {
  /** The `user_version` it leads to. */
  readonly version: number
  readonly sql: string
}

/** The numbered `.sql` files, in order. */
export function readMigrations(folder = migrationsFolder): readonly Migration[] {
  return readdirSync(folder)
    .filter(name => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map(name => ({
      version: Number.parseInt(name.slice(0, 4), 10),
      sql: readFileSync(join(folder, name), 'utf8'),
    }))
}

/** Compares dotted version numbers part by part. */
export function isSqliteNewEnough(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of minSqlite.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}

interface OpenOptions {
  readonly migrations?: readonly Migration[]
}

/**
 * Opens (or makes) the index at `path`, brings it up to date and sees to it that a commit is durable.
 *
 * @throws AppError `STORE_NEWER` when a newer program wrote it, `STORE_DAMAGED` when it is no sound database,
 *   `STORE_IO` when the settings that make commits durable do not hold
 */
export function openDatabase(
  path: string,
  { migrations = readMigrations() }: OpenOptions = {},
): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(path)
    makeDurable(db)
    migrate(db, path, migrations)
    checkSound(db)
    return db
  } catch (error) {
    db?.close()
    throw storeError(error)
  }
}

/** Sets what durability rests on and reads every value back: one of them is misreported before it is set. */
export function makeDurable(db: Database.Database): void {
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? ''
  if (!isSqliteNewEnough(version)) throw new AppError('STORE_IO', { sqlite: version })
  const wanted: readonly (readonly [pragma: string, set: string, held: unknown])[] = [
    ['busy_timeout', '5000', 5000],
    ['journal_mode', 'WAL', 'wal'],
    ['synchronous', 'FULL', 2],
    ['foreign_keys', 'ON', 1],
    ...(process.platform === 'darwin' ? ([['fullfsync', 'ON', 1]] as const) : []),
  ]
  for (const each of wanted) setPragma(db, ...each)
}

/** @throws AppError `STORE_IO` when it does not hold */
function setPragma(db: Database.Database, pragma: string, set: string, held: unknown): void {
  db.pragma(`${pragma} = ${set}`)
  const found = db.pragma(pragma, { simple: true })
  if (found !== held) throw new AppError('STORE_IO', { pragma, found: String(found) })
}

function migrate(db: Database.Database, path: string, migrations: readonly Migration[]): void {
  const held = db.pragma('user_version', { simple: true }) as number
  const newest = migrations.at(-1)?.version ?? 0
  if (held > newest) throw new AppError('STORE_NEWER', { found: held, known: newest })
  if (held === newest) return
  if (held > 0) backUp(db, `${path}.before-${newest}`)
  // Off outside of a transaction only, so that a table others refer to can be made anew.
  setPragma(db, 'foreign_keys', 'OFF', 0)
  for (const migration of migrations.filter(({ version }) => version > held)) {
    db.transaction(() => {
      db.exec(migration.sql)
      const [stray] = db.pragma('foreign_key_check') as { table: string }[]
      if (stray) throw new AppError('STORE_DAMAGED', { version: migration.version, table: stray.table })
      db.pragma(`user_version = ${migration.version}`)
    }).exclusive()
  }
  setPragma(db, 'foreign_keys', 'ON', 1)
}

/** A copy of the index as it was before a migration; complete as soon as it has its name. */
function backUp(db: Database.Database, path: string): void {
  if (existsSync(path)) return
  const partial = `${path}.partial`
  rmSync(partial, { force: true })
  db.prepare('VACUUM INTO ?').run(partial)
  renameSync(partial, path)
}

function checkSound(db: Database.Database): void {
  const found = db.pragma('quick_check(1)', { simple: true })
  if (found !== 'ok') throw new AppError('STORE_DAMAGED', { found: String(found) })
}

/**
 * The schema as one text, in a stable order: what `schema.sql` holds.
 *
 * @param db - any open database
 */
export function dumpSchema(db: Database.Database): string {
  const statements = db
    .prepare<[], string>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type <> 'table', rowid`,
    )
    .pluck()
    .all()
  return `${statements.map(sql => `${sql};`).join('\n\n')}\n`
}

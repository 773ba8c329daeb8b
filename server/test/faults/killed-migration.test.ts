/** A process killed in the middle of bringing an index up to date: at every statement of every migration. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openDatabase, readMigrations } from '../../src/store/database.ts'
import { verifyDataset } from '../../src/store/verify.ts'
import { temporaryFolder } from '../support/samples.ts'
import { createCount, howMany, patience } from './support/report.ts'

const program = fileURLToPath(new URL('./support/killed-migration.ts', import.meta.url))
const migrations = readMigrations()
const newest = migrations.at(-1)?.version ?? 0

const run = (folder: string, n: number) =>
  spawnSync(process.execPath, [program, join(folder, 'gleaner.db'), String(n)], { encoding: 'utf8' })

/** A dataset of the second version with one candidate, and the action that queued it again. */
function makeOld(folder: string): void {
  mkdirSync(folder, { mode: 0o700 })
  const db = openDatabase(join(folder, 'gleaner.db'), { migrations: migrations.slice(0, 2) })
  db.exec(`
    INSERT INTO dataset VALUES (1, 'Birds', '{}', 1, 0);
    INSERT INTO class VALUES (1, 'robin', 'robin', NULL, 0, 1, 1);
    INSERT INTO action VALUES (7, 'retry', '{}', 1);
    INSERT INTO candidate (id, class_id, url_key, state, host, due_at_ms, action_id, created_at_ms, updated_at_ms)
      VALUES (1, 1, 'https://a.example/1', 'queued', 'a.example', 1, 7, 1, 1);
    INSERT INTO source VALUES (1, 0, 'original', 'https://a.example/1', NULL, NULL);
    INSERT INTO attempt VALUES (1, 1, 'original', 'https://a.example/1', 1, 1, 'DOWNLOAD_DNS', '[]');
    INSERT INTO batch VALUES (1, 'c', 'b', '${'0'.repeat(64)}', 1, 'page', NULL, NULL, 1, 0, 0, 1, 1);
    INSERT INTO sighting VALUES (1, 1, NULL, NULL, NULL);`)
  db.close()
}

test('killed at a statement of a migration, the next start goes on from where it was', {
  timeout: patience(300_000),
}, async context => {
  using root = temporaryFolder()
  const copyOf = (name: string) => {
    const folder = join(root.path, name)
    cpSync(join(root.path, 'old'), folder, { recursive: true })
    chmodSync(folder, 0o700)
    return folder
  }
  makeOld(join(root.path, 'old'))
  const { stdout, stderr } = run(copyOf('whole'), 0)
  const statements = Number(stdout)
  expect(statements, stderr).toBeGreaterThan(5)
  const count = createCount(context)
  for (let n = 1; n <= statements; n += howMany(4, 1)) {
    const folder = copyOf(`killed-${n}`)
    const { signal } = run(folder, n)
    expect(signal, 'the statement must be reached').toBe('SIGKILL')
    count.add(`statement ${n}`, await afterKill(folder))
  }
  count.expectNone()
})

/** What the killed process left is sound as it is; a start brings it up to date, with everything in it. */
async function afterKill(folder: string): Promise<string[]> {
  const path = join(folder, 'gleaner.db')
  const found: string[] = []
  if (!existsSync(`${path}.before-${newest}`)) found.push('there is no copy of what was before')
  for (const moment of ['after the kill', 'after the next start']) {
    if (moment !== 'after the kill') openDatabase(path).close()
    for (const { kind, at, detail } of (await verifyDataset(folder)).findings) {
      found.push(`${moment}: ${kind} ${at}: ${detail}`)
    }
  }
  const db = new Database(path, { readonly: true })
  const action = db.prepare<[], number>('SELECT action_id FROM candidate').pluck().get()
  if (action !== 7) found.push('the candidate lost its action')
  if (db.pragma('user_version', { simple: true }) !== newest) found.push('not brought up to date')
  db.close()
  return found
}

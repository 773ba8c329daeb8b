import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { createLogFold, type LogFoldOptions } from './log-fold.ts'

function setUp(options: Partial<LogFoldOptions> = {}) {
  const folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = openDatabase(path)
  db.pragma('wal_autocheckpoint = 0')
  db.exec('CREATE TABLE fact (n BLOB)')
  const fold = createLogFold({ path, ...options })
  return {
    ...{ path, db, fold },
    write: () => db.exec('INSERT INTO fact VALUES (zeroblob(100000))'),
    indexBytes: () => statSync(path).size,
    [Symbol.dispose]: () => {
      fold.close()
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

test('a pass brings what is in the log into the index; closed, nobody holds the index any more', async () => {
  using made = setUp()
  made.write()
  expect(await made.fold.pass()).toBe('done')
  const before = made.indexBytes()
  expect(before).toBeGreaterThan(100_000)
  made.write()
  expect(await made.fold.pass()).toBe('done')
  expect(made.indexBytes()).toBeGreaterThan(before + 90_000)
  made.fold.close()
  made.db.close()
  expect(existsSync(`${made.path}-wal`), 'who closes last takes the log away').toBe(false)
  expect(await made.fold.pass()).toBe('gone')
})

test('a thread that had nothing to do is given back, and the next pass has another one', async () => {
  using made = setUp({ idleMs: 1 })
  made.write()
  await made.fold.pass()
  const before = made.indexBytes()
  await new Promise(resolve => setTimeout(resolve, 20))
  made.write()
  expect(await made.fold.pass()).toBe('done')
  expect(made.indexBytes()).toBeGreaterThan(before + 90_000)
})

test('closed in the middle of a pass, whoever waits for it is told', async () => {
  using made = setUp()
  made.write()
  const pass = made.fold.pass()
  made.fold.close()
  expect(await pass).toBe('gone')
})

/** A thread that does this when it is asked for a pass. */
const doing = (what: string) =>
  new URL(
    `data:text/javascript,import { parentPort as to } from 'node:worker_threads';to.on('message',()=>{${what}})`,
  )

test.each([
  ['cannot be started', new URL('./not-there.ts', import.meta.url)],
  ['ends in the middle of a pass', doing('process.exit(1)')],
  ['breaks in the middle of a pass', doing('throw new Error("broken")')],
])('of a thread that %s it is told that it is gone, and no other is started', async (_, entry) => {
  using made = setUp({ entry })
  expect(await made.fold.pass()).toBe('gone')
  expect(await made.fold.pass()).toBe('gone')
})

test.each([
  ['SQLITE_FULL', 'is tried again', false],
  ['SQLITE_IOERR_FSYNC', 'is not tried again', true],
])('what SQLite says reaches whoever asked; after %s it %s', async (code, _, isOver) => {
  using made = setUp({ entry: doing(`to.postMessage({failure:{code:'${code}',message:'no'}})`) })
  await expect(made.fold.pass()).rejects.toMatchObject({ code })
  if (isOver) expect(await made.fold.pass()).toBe('gone')
  else await expect(made.fold.pass()).rejects.toMatchObject({ code })
})

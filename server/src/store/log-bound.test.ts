import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { createLogBound, type LogEvent } from './log-bound.ts'
import { createLogFold, type LogFold } from './log-fold.ts'
import { inTransaction } from './transaction.ts'

const limits = { foldBytes: 400_000, mostBytes: 4_000_000, everyMs: 5, soonMs: 5 }

/** @param around - stands between the log and its thread */
function setUp(around: (fold: LogFold) => LogFold = fold => fold) {
  const folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = openDatabase(path)
  db.exec('CREATE TABLE fact (n BLOB)')
  db.pragma('wal_checkpoint(TRUNCATE)')
  const notices: LogEvent[] = []
  const failures: unknown[] = []
  const bound = createLogBound(db, {
    ...{ fold: around(createLogFold({ path })), limits },
    notice: event => notices.push(event),
    failed: error => failures.push(error),
  })
  const add = db.prepare('INSERT INTO fact VALUES (zeroblob(100000))')
  const write = (times: number) => {
    for (let n = 0; n < times; n += 1) inTransaction(db, () => void add.run())
  }
  const lengths = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
  return {
    ...{ db, bound, notices, failures, write },
    logBytes: () => statSync(`${path}-wal`).size,
    indexBytes: () => statSync(path).size,
    /** Pages of the log that are not in the index. */
    left: () => {
      const { log, checkpointed } = lengths.get() ?? { log: -1, checkpointed: 0 }
      return log - checkpointed
    },
    /** Reads the index as it is now for as long as it is open. */
    reader: () => {
      const reader = new Database(path, { readonly: true })
      const count = reader.prepare<[], number>('SELECT count(*) FROM fact').pluck()
      reader.exec('BEGIN')
      count.get()
      return { count: () => count.get(), [Symbol.dispose]: () => void reader.close() }
    },
    [Symbol.dispose]: () => {
      bound.stop()
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

test('what is in a long log is in the index a moment later, and the log begins anew without growing', async () => {
  using made = setUp()
  for (let turn = 1; turn <= 3; turn += 1) {
    made.write(6)
    await expect.poll(made.left).toBe(0)
    expect(made.indexBytes()).toBeGreaterThan(turn * 6 * 100_000)
  }
  expect(made.logBytes(), 'written over from its beginning').toBeLessThan(1_500_000)
  expect([made.notices, made.failures, made.bound.isTooLong()]).toEqual([[], [], false])
})

test('a short log is left alone', async () => {
  using made = setUp()
  made.write(2)
  const pages = made.left()
  await delay(10 * limits.everyMs)
  expect(made.left()).toBe(pages)
})

test('who writes very much waits while what they wrote meanwhile is folded in, and no longer', async () => {
  const order: string[] = []
  const during: (() => void)[] = []
  using made = setUp(fold => ({
    ...fold,
    pass: async () => {
      order.push(made.bound.room() ? 'asked to wait' : 'free')
      const end = await fold.pass()
      during.shift()?.()
      return end
    },
  }))
  during.push(() => made.write(1))
  made.write(6)
  await expect.poll(() => order.length).toBeGreaterThan(1)
  await made.bound.room()
  expect(order.slice(0, 2)).toEqual(['free', 'asked to wait'])
  expect(made.left()).toBe(0)
  expect(made.bound.room()).toBeUndefined()
})

test('who holds on to an old state is told of, once; the log is cut when they let go', async () => {
  using made = setUp()
  {
    using reader = made.reader()
    made.write(45)
    await expect.poll(() => made.notices).toEqual(['index-log-long'])
    expect(made.bound.isTooLong()).toBe(true)
    expect(reader.count(), 'the reader goes on undisturbed').toBe(0)
    made.write(1)
    await delay(10 * limits.everyMs)
    expect(made.notices).toHaveLength(1)
  }
  await expect.poll(made.logBytes).toBe(0)
  await expect.poll(() => made.notices).toEqual(['index-log-long', 'index-log-folded'])
  expect(made.bound.isTooLong()).toBe(false)
  expect(made.failures).toEqual([])
})

test('beginning anew waits for nobody, and leaves patience as it was', async () => {
  using made = setUp()
  made.write(6)
  const asked = vi.spyOn(Database.prototype, 'pragma')
  onTestFinished(() => asked.mockRestore())
  const of = () => asked.mock.calls.map(([text]) => text)
  {
    using _reader = made.reader()
    await expect.poll(of).toContain('wal_checkpoint(RESTART)')
  }
  expect(of().slice(0, 4)).toEqual([
    ...['busy_timeout', 'busy_timeout = 0', 'wal_checkpoint(RESTART)', 'busy_timeout = 5000'],
  ])
})

test('many commits in one turn of the event loop are folded in by SQLite itself', () => {
  using made = setUp()
  made.write(120)
  expect(made.logBytes()).toBeLessThan(limits.mostBytes)
})

test('a thread that is lost is told of, once, and the log stays bounded without it', async () => {
  let isLost = false
  using made = setUp(fold => ({ ...fold, pass: async () => (isLost ? 'gone' : fold.pass()) }))
  isLost = true
  made.write(6)
  await expect.poll(() => made.notices).toEqual(['index-log-thread-lost'])
  made.write(60)
  expect(made.logBytes(), 'sixteen megabytes less than was written').toBeLessThan(5_000_000)
  await delay(10 * limits.everyMs)
  expect(made.notices).toHaveLength(1)
  expect(made.failures).toEqual([])
})

test('a log is let be in the middle of a transaction', async () => {
  using made = setUp()
  made.write(6)
  made.db.exec('BEGIN; INSERT INTO fact VALUES (1)')
  await delay(10 * limits.everyMs)
  made.db.exec('COMMIT')
  await expect.poll(made.left).toBe(0)
  expect(made.failures).toEqual([])
})

test('a pass that fails is told, and made again later', async () => {
  const full = Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' })
  let isFull = true
  using made = setUp(fold => ({
    ...fold,
    pass: () => (isFull ? Promise.reject(full) : fold.pass()),
  }))
  made.write(6)
  await expect.poll(() => made.failures.length).toBeGreaterThan(1)
  expect(made.failures[0]).toBe(full)
  expect(made.bound.room(), 'nobody waits for it').toBeUndefined()
  isFull = false
  await expect.poll(made.left).toBe(0)
  expect(made.notices).toEqual([])
})

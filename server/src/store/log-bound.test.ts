import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { clientId, makeBatch, openRules, temporaryDataset } from '../../test/support/samples.ts'
import { logLimits } from './log-bound.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** More than the making of the index takes. */
const mostBytes = 4_000_000
const look = () => void vi.advanceTimersByTime(logLimits.everyMs)

function setUp() {
  const notices: string[] = []
  const made = temporaryDataset({ logLimits: { mostBytes }, notice: event => notices.push(event) })
  let serial = 0
  const write = () => {
    const urls = Array.from({ length: 200 }, () => `https://a.example/${serial++}`)
    made.store.accept(clientId, makeBatch(urls), openRules)
  }
  const logBytes = () => statSync(join(made.folder, 'gleaner.db-wal')).size
  return { ...made, notices, write, logBytes }
}

test('a log that grew too long is cut, and nobody is bothered', () => {
  using made = setUp()
  while (made.logBytes() <= mostBytes) made.write()
  look()
  expect([made.logBytes(), made.store.isLogTooLong(), made.notices]).toEqual([0, false, []])
  expect(made.store.counts().queued, 'what was in it is in the index').toBeGreaterThan(0)
})

test('who holds on to an old state is told of, once; the log is cut when they let go', () => {
  using made = setUp()
  const reader = new Database(join(made.folder, 'gleaner.db'), { readonly: true })
  reader.exec('BEGIN')
  const count = reader.prepare('SELECT count(*) FROM candidate').pluck()
  expect(count.get()).toBe(0)
  while (made.logBytes() <= mostBytes) made.write()
  look()
  expect([made.store.isLogTooLong(), made.notices]).toEqual([true, ['index-log-long']])
  expect(count.get(), 'the reader goes on undisturbed').toBe(0)
  made.write()
  look()
  expect(made.notices).toHaveLength(1)

  reader.exec('COMMIT')
  look()
  expect([made.logBytes(), made.store.isLogTooLong()]).toEqual([0, false])
  expect(made.notices).toEqual(['index-log-long', 'index-log-folded'])
  expect(count.get()).toBe(made.store.counts().queued)
  reader.close()
})

test('looking waits for nobody, and leaves patience as it was', () => {
  using made = setUp()
  const reader = new Database(join(made.folder, 'gleaner.db'), { readonly: true })
  reader.exec('BEGIN; SELECT count(*) FROM candidate')
  reader.prepare('SELECT count(*) FROM candidate').get()
  while (made.logBytes() <= mostBytes) made.write()
  const patience = vi.spyOn(Database.prototype, 'pragma')
  look()
  const asked = patience.mock.calls.map(([text]) => text)
  expect(asked).toEqual([
    'busy_timeout',
    'busy_timeout = 0',
    'wal_checkpoint(TRUNCATE)',
    'busy_timeout = 5000',
  ])
  patience.mockRestore()
  reader.close()
})

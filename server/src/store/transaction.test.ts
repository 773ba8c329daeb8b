import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { beginPassing, inPassingTransaction, inTransaction } from './transaction.ts'

test('only a passing transaction does not wait for the disk; the next one does again, whatever happened', () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const synchronous = () => db.pragma('synchronous', { simple: true })
  expect(inPassingTransaction(db, synchronous)).toBe(1)
  expect(inTransaction(db, synchronous)).toBe(2)
  expect(() =>
    inPassingTransaction(db, () => {
      throw new Error('broken off')
    }),
  ).toThrow('broken off')
  expect(inTransaction(db, synchronous)).toBe(2)
  db.close()
})

test('what is begun in passing is ended whole or undone, and the next one waits for the disk again', () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  db.exec('CREATE TABLE fact (id INTEGER PRIMARY KEY, n REFERENCES fact (id) DEFERRABLE INITIALLY DEFERRED)')
  const synchronous = () => db.pragma('synchronous', { simple: true })
  const facts = () => db.prepare('SELECT count(*) FROM fact').pluck().get()
  const begin = (n: number | null) => {
    const open = beginPassing(db)
    expect([synchronous(), db.inTransaction]).toEqual([1, true])
    db.prepare('INSERT INTO fact (n) VALUES (?)').run(n)
    return open
  }
  begin(null).commit()
  expect([synchronous(), db.inTransaction, facts()]).toEqual([2, false, 1])
  begin(null).undo()
  expect([synchronous(), db.inTransaction, facts()]).toEqual([2, false, 1])
  // What it refers to is looked for at the commit only.
  expect(begin(77).commit).toThrow('FOREIGN KEY')
  expect([synchronous(), db.inTransaction, facts()]).toEqual([2, false, 1])
  const other = openDatabase(join(folder.path, 'a.db'))
  other.pragma('busy_timeout = 0')
  db.exec('BEGIN IMMEDIATE')
  expect(() => beginPassing(other)).toThrow('locked')
  expect(other.pragma('synchronous', { simple: true })).toBe(2)
  db.exec('COMMIT')
  other.close()
  db.close()
})

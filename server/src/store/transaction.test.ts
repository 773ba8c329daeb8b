import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { inPassingTransaction, inTransaction } from './transaction.ts'

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

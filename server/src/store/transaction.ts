import type { Database } from './database.ts'
import { refuseMoved } from './in-place.ts'
import { storeError } from './store-error.ts'

/**
 * Runs `work` in one transaction that takes the write lock at once.
 *
 * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_DAMAGED` for what the disk did; nothing is changed then.
 *   `STORE_UNSAFE_PATH` when the index is no longer where it was: what was written is gone with it
 */
export function inTransaction<T>(db: Database, work: () => T): T {
  try {
    const result = db.transaction(work).immediate()
    refuseMoved(db)
    return result
  } catch (error) {
    throw storeError(error)
  }
}

/**
 * Like {@link inTransaction}, but whether it is on the disk is left to the next commit that waits for it. Only for
 * what a start undoes anyway: after a power cut it may never have happened.
 */
export function inPassingTransaction<T>(db: Database, work: () => T): T {
  return leavingSync(db, () => inTransaction(db, work))
}

/** Set twice for every group: reading the answer, as `pragma` does, takes ten times as long as setting it. */
function waitForDisk(db: Database, synchronous: 'NORMAL' | 'FULL'): void {
  db.exec(`PRAGMA synchronous = ${synchronous}`)
}

/** Does not wait for the disk: what `commits` commits lasts from the next sync of the log on. */
export function leavingSync<T>(db: Database, commits: () => T): T {
  waitForDisk(db, 'NORMAL')
  try {
    return commits()
  } finally {
    waitForDisk(db, 'FULL')
  }
}

/** An open transaction. Whoever began it ends it in the same turn of the event loop. */
export interface OpenTransaction {
  /** @throws AppError as {@link inTransaction}; nothing is changed then */
  readonly commit: () => void
  readonly undo: () => void
}

/** Like {@link inPassingTransaction}, for work that goes to and fro between several datasets. */
export function beginPassing(db: Database): OpenTransaction {
  const close = (how: 'COMMIT' | 'ROLLBACK') => {
    try {
      if (db.inTransaction) db.exec(how)
      if (how === 'COMMIT') refuseMoved(db)
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw storeError(error)
    } finally {
      waitForDisk(db, 'FULL')
    }
  }
  waitForDisk(db, 'NORMAL')
  try {
    db.exec('BEGIN IMMEDIATE')
  } catch (error) {
    waitForDisk(db, 'FULL')
    throw storeError(error)
  }
  return { commit: () => close('COMMIT'), undo: () => close('ROLLBACK') }
}

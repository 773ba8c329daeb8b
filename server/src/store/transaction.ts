import type { Database } from './database.ts'
import { storeError } from './store-error.ts'

/**
 * Runs `work` in one transaction that takes the write lock at once.
 *
 * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_DAMAGED` for what the disk did; nothing is changed then
 */
export function inTransaction<T>(db: Database, work: () => T): T {
  try {
    return db.transaction(work).immediate()
  } catch (error) {
    throw storeError(error)
  }
}

/**
 * Like {@link inTransaction}, but whether it is on the disk is left to the next commit that waits for it. Only for
 * what a start undoes anyway: after a power cut it may never have happened.
 */
export function inPassingTransaction<T>(db: Database, work: () => T): T {
  db.pragma('synchronous = NORMAL')
  try {
    return inTransaction(db, work)
  } finally {
    db.pragma('synchronous = FULL')
  }
}

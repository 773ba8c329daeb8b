import { chmodSync, closeSync, openSync } from 'node:fs'
import { AppError } from '@gleaner/shared/errors'
import Database from 'better-sqlite3'

/**
 * Makes sure that one process at a time uses a folder. The lock is one of the kernel's on a file, held by an open
 * SQLite transaction: it ends with the process however that dies, and leaves nothing to clean up.
 *
 * @param path - file of the lock; made when there is none, and its owner's alone
 * @returns lets go of the lock
 * @throws AppError `CONFIG_ALREADY_RUNNING`
 */
export function takeInstanceLock(path: string): () => void {
  makePrivate(path)
  const db = new Database(path, { timeout: 0 })
  try {
    db.pragma('journal_mode = DELETE')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const isTaken = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
    if (isTaken) throw new AppError('CONFIG_ALREADY_RUNNING', {}, { cause: error })
    throw error
  }
  return () => db.close()
}

/** Never opens a file that is there: closing it again would let go of a lock this process holds on it. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    chmodSync(path, 0o600)
  }
}

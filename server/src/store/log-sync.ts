/** Puts the write-ahead log of an index on the disk without holding the event loop up. */
import { closeSync, fsync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Database } from './database.ts'
import { createSharedSyncs } from './shared-syncs.ts'

export interface LogSync {
  /**
   * Everything committed before the call is on the disk when it ends: the log is written by the commit itself.
   *
   * @throws Error of the system; nobody knows then what is on the disk
   */
  readonly sync: () => Promise<void>
  /** Lets go of the file as soon as no sync is under way. */
  readonly close: () => void
}

const syncToDisk = promisify(fsync)

/**
 * @param db - in a file, in WAL mode, and written to: then the log is there, and the same file for as long as it is open
 * @throws Error of the system, when the log cannot be opened
 */
export function createLogSync(db: Database): LogSync {
  // Closing a file gives up locks of this process on it: those of an index are on other files than its log.
  const file = openSync(`${db.name}-wal`, 'r+')
  const sync = createSharedSyncs(() => syncToDisk(file))
  let asked = 0
  let isClosed = false

  const letGo = () => {
    if (isClosed && asked === 0) closeSync(file)
  }

  return {
    sync: async () => {
      if (isClosed) throw new Error('the log was closed')
      asked++
      try {
        await sync(db.name)
      } finally {
        asked--
        letGo()
      }
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      letGo()
    },
  }
}

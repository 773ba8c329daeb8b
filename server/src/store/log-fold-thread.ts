/** The thread that folds the log of an index in: a pass each time it is asked, by a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import BetterSqlite from 'better-sqlite3'
import { makeDurable } from './database.ts'
import type { FoldData, Folded, ToFold } from './log-fold.ts'
import { lifeOf } from './thread-life.ts'

const { path, life } = workerData as FoldData
const port = parentPort

if (port && lifeOf(life).open()) serve(port)

function serve(to: NonNullable<typeof port>): void {
  const db = new BetterSqlite(path, { fileMustExist: true })
  makeDurable(db)

  const pass = (): Folded => {
    try {
      // Waits for nobody, and nobody waits for it.
      db.pragma('wal_checkpoint(PASSIVE)')
      return {}
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      return { failure: { code, message: String(error) } }
    }
  }

  to.on('message', (message: ToFold) => {
    if (message === 'pass') return to.postMessage(pass())
    db.close()
    lifeOf(life).closed()
    to.close()
  })
}

/** Writes without waiting for the disk, lets the log be folded in by its thread, and writes again; marks its steps. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../src/store/database.ts'
import { createLogBound } from '../../src/store/log-bound.ts'
import { createLogFold } from '../../src/store/log-fold.ts'
import { inPassingTransaction } from '../../src/store/transaction.ts'

const mark = (text: string) => void writeSync(1, `MARK ${text}\n`)

const path = join(process.argv[2] ?? '', 'gleaner.db')
const db = openDatabase(path)
db.exec('CREATE TABLE fact (n BLOB)')
const log = createLogBound(db, {
  fold: createLogFold({ path }),
  limits: { foldBytes: 200_000, everyMs: 5, soonMs: 5 },
  notice: event => mark(event),
  failed: error => mark(String(error)),
})
const add = db.prepare('INSERT INTO fact VALUES (zeroblob(100000))')
const write = () => inPassingTransaction(db, () => add.run())
const left = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
const isFolded = () => {
  const { log, checkpointed } = left.get() ?? { log: 1, checkpointed: 0 }
  return log === checkpointed
}
write()
write()
write()
mark('written')
while (!isFolded()) await delay(2)
mark('folded')
write()
mark('anew')
log.stop()
mark('end')
db.close()

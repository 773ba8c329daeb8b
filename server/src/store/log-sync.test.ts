import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { createLogSync } from './log-sync.ts'

test('a log that is closed is let go when the last sync has ended, and synced no more', async () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  db.exec('CREATE TABLE fact (n INTEGER)')
  const log = createLogSync(db)
  await log.sync()
  const both = [log.sync(), log.sync()]
  log.close()
  await Promise.all(both)
  await expect(log.sync()).rejects.toThrow('closed')
  db.close()
})

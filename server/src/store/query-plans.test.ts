/** The queries asked again and again find their rows by index, whatever the size of a dataset. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { browserSql } from './browser-fetches.ts'
import { listSql, lookupSql } from './candidate-list.ts'
import { queueSql } from './candidates.ts'
import { openDatabase } from './database.ts'
import { imageListSql } from './image-list.ts'
import { undoSql } from './undo.ts'

function plan(sql: string): string {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const named = Object.fromEntries([...sql.matchAll(/:(\w+)/g)].map(([, name]) => [name, 1]))
  const plain = [...sql.matchAll(/= \?|<> \?/g)].map(() => 1)
  const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...plain, named)
  db.close()
  return rows.map(({ detail }) => detail).join('\n')
}

test.each([
  ['the first due candidate of a host', queueSql.first, 'candidate_due (host=?)'],
  ['when each host is due', queueSql.hosts, 'candidate_due (host=?)'],
  ['what an earlier process held', queueSql.freeOlder, 'candidate_by_state (state=?)'],
  ['a page of the gallery', imageListSql.ofClass, 'image_of_class (class_id=? AND seq<?)'],
  ['a page of the activity list', listSql({}, true), 'candidate_changed'],
  ['a page of one state', listSql({ state: 'failed' }, true), 'candidate_by_state (state=?'],
  ['a page of one reason', listSql({ code: 'X' }, true), 'candidate_by_code (code=?'],
  ['a page of one class', listSql({ classId: 1 }, true), 'candidate_by_class (class_id=?'],
  ['what a client’s browser is asked for', browserSql.asked, 'browser_fetch_open'],
  ['the hosts its browser is asked for', browserSql.hosts, 'browser_fetch_open'],
  ['what waits for a browser', browserSql.waiting, 'browser_fetch_open (asked_at_ms>?)'],
  ['what came of each way', browserSql.tried, 'attempt_of_candidate (candidate_id=?)'],
  ['the batches to undo', undoSql.batches, 'sqlite_autoindex_batch_1 (client_id=? AND batch_id=?)'],
  ['what only those batches brought', undoSql.taken, 'sighting_of_candidate (candidate_id=?)'],
  ['pictures that go with them', undoSql.doom, 'candidate_of_image (image_id=?)'],
  ['candidates that are taken back', undoSql.cancel, 'USING INTEGER PRIMARY KEY (rowid=?)'],
  ['the look-up of many addresses', lookupSql, 'sqlite_autoindex_candidate_1 (url_key=?)'],
])('%s', (_, sql, index) => {
  const found = plan(sql)
  expect(found).toContain(index)
  expect(found).not.toMatch(/SCAN (?:c|candidate|i|image)(?:\s*$|\s(?!USING))/m)
})

test.each([
  ['a page of the activity list', listSql({}, true)],
  ['a page of one state', listSql({ state: 'failed' }, true)],
  ['a page of one reason', listSql({ code: 'X' }, true)],
  ['a page of one class', listSql({ classId: 1 }, true)],
  ['a page of the gallery', imageListSql.ofClass],
])('%s is read in order, not sorted', (_, sql) => {
  expect(plan(sql)).not.toContain('TEMP B-TREE')
})

/** The queries asked again and again find their rows by index, whatever the size of a dataset. */
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import {
  clientId,
  makeBatch,
  openRules,
  temporaryDataset,
  temporaryFolder,
} from '../../test/support/samples.ts'
import { actSql } from './acts/act-log.ts'
import { pictureSql } from './acts/pictures.ts'
import { addressSql } from './addresses.ts'
import { browserSql } from './browser-fetches.ts'
import { listSql, lookupSql } from './candidate-list.ts'
import { queueSql } from './candidates.ts'
import { conflictSql } from './conflicts.ts'
import { type Database, openDatabase } from './database.ts'
import { duplicateListSql, groupListSql } from './duplicate-list.ts'
import { earlySql } from './gallery/early-page.ts'
import { pageSql } from './gallery/page-rows.ts'
import { rowSql } from './gallery/row-source.ts'
import { thumbnailSql } from './gallery/thumbnail-files.ts'
import { groupSql } from './groups.ts'
import { imageListSql } from './image-list.ts'
import { judgementSql } from './judgements.ts'
import { lookSql } from './looks.ts'
import { qualitySql } from './quality.ts'
import { recoverySql } from './recovery.ts'
import { standInSql } from './stand-ins.ts'
import { undoSql } from './undo.ts'

function plan(sql: string): string {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const steps = stepsOf(db, sql)
  db.close()
  return steps.join('\n')
}

function stepsOf(db: Database, sql: string): string[] {
  const bare = sql.replaceAll(/'[^']*'/g, '')
  const named = Object.fromEntries([...bare.matchAll(/:(\w+)/g)].map(([, name]) => [name, 1]))
  const plain = [...bare.matchAll(/\?/g)].map(() => 1)
  const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...plain, named)
  return rows.map(({ detail }) => detail)
}

test.each([
  ['the first due candidate of a host', queueSql.first, 'candidate_due (host=?)'],
  ['when each host is due', queueSql.hosts, 'candidate_due (host=?)'],
  ['a page of the history', actSql.page, 'SEARCH a USING INTEGER PRIMARY KEY (rowid<?)'],
  ['what undo would take back', actSql.standing, 'act_standing (id<?)'],
  ['what redo would do again', actSql.toRedo, 'act_to_redo (redo_no>?)'],
  [
    'what an act changed',
    pictureSql.changes,
    'SEARCH act_change USING PRIMARY KEY (act_id=? AND position>?)',
  ],
  ['what was done to a picture', pictureSql.ofImage, 'act_change_of_image (image_seq=? AND act_id<?)'],
  ['what is leased', queueSql.take, 'USING INTEGER PRIMARY KEY (rowid=?)'],
  ['pictures looked over at a start', recoverySql.slice, 'SEARCH i USING INTEGER PRIMARY KEY (rowid>?)'],
  [
    'pictures without scores',
    qualitySql.unmeasured,
    'SEARCH i USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
  ],
  ['whose file it is', recoverySql.owner, 'sqlite_autoindex_image_1 (id=?)'],
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
  ['a known stand-in by its bytes', standInSql.byDigest, 'sqlite_autoindex_stand_in_1 (host=? AND digest=?)'],
  ['the stand-ins of a host', standInSql.ofHost, 'sqlite_autoindex_stand_in_1 (host=?)'],
  ['how candidates came to a picture', standInSql.ways, 'candidate_of_image (image_id=?)'],
  ['the same address without a size', addressSql.match, 'candidate_of_address (size_free_key=?)'],
  ['the same address as it is', addressSql.match, 'sqlite_autoindex_candidate_1 (url_key=?)'],
  ['what is proposed to be a copy', lookSql.compared, 'SEARCH i USING INTEGER PRIMARY KEY (rowid=?)'],
  ['a picture by its pixels', lookSql.ofPixels, 'SEARCH pixel_copy USING PRIMARY KEY (digest=?)'],
  ['pictures of before', lookSql.without, 'SEARCH i USING INTEGER PRIMARY KEY (rowid>?)'],
  ['pairs of a picture', groupSql.pairs, 'near_pair_back (seq_b=?)'],
  ['what was said of two pictures', judgementSql.isApart, 'SEARCH x USING PRIMARY KEY (image_id=?)'],
  ['a page of groups', groupListSql({}), 'look_group_by_state (state=? AND id>?)'],
  ['a page of bursts', groupListSql({ kind: 'burst' }), 'look_group_by_kind (state=? AND kind=? AND id>?)'],
  ['the pictures of a group', duplicateListSql.members, 'group_member_of_group (group_id=?)'],
  ['the pairs of a group', duplicateListSql.pairs, 'group_member_of_group (group_id=?)'],
  ['a page of conflicts', conflictSql.page, 'SEARCH label_conflict USING INTEGER PRIMARY KEY (rowid>?)'],
  ['who offers a class', conflictSql.offerers, 'candidate_of_image (image_id=?)'],
  ['offers nobody makes any more', conflictSql.withdraw, 'candidate_of_image (image_id=?)'],
  ['a page of what was removed', duplicateListSql.tombstones, 'image_not_stored (state=? AND rowid<?)'],
  [
    'pictures the gallery reads',
    rowSql.picturesAfter,
    'SEARCH i USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
  ],
  ['pictures it reads anew', rowSql.picturesOf, 'SEARCH i USING INTEGER PRIMARY KEY (rowid=?)'],
  ['where those were found', rowSql.originsAfter, 'candidate_of_image (image_id=?)'],
  ['where it was found, anew', rowSql.originsOf, 'candidate_of_image (image_id=?)'],
  ['what it has not read', rowSql.changes, 'SEARCH gallery_change USING INTEGER PRIMARY KEY (rowid>?)'],
  ['the last change', rowSql.lastChange, 'SEARCH gallery_change'],
  ['the pictures of a group, for a filter', rowSql.members, 'group_member_of_group (group_id=?)'],
  ['the split of a picture', imageListSql.split, 'PRIMARY KEY (layer_id=? AND image_id=?)'],
  ['the splits of some pictures', rowSql.splitsOf, 'PRIMARY KEY (layer_id=? AND image_id=?)'],
  ['whether there are any splits', rowSql.firstPlaced, 'SEARCH split_place'],
  ['what a layer of splits says', rowSql.placesOf, 'SEARCH p USING PRIMARY KEY (layer_id=? AND image_id>?)'],
  ['groups a picture was chosen for', imageListSql.chosenGroups, 'PRIMARY KEY (group_id=? AND image_id=?)'],
  ['the rows of a page', pageSql.rows, 'SEARCH i USING INTEGER PRIMARY KEY (rowid=?)'],
  ['an early page', earlySql.ofAll, 'SEARCH image USING INTEGER PRIMARY KEY (rowid<?)'],
  ['an early page of a class', earlySql.ofClass, 'image_of_class (class_id=? AND seq<?)'],
  ['the file of a small copy', thumbnailSql.file, 'sqlite_autoindex_image_1 (id=?)'],
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
  ['an early page', earlySql.ofAll],
  ['an early page of a class', earlySql.ofClass],
  ['a page of groups', groupListSql({})],
  ['a page of bursts', groupListSql({ kind: 'burst' })],
  ['a page of conflicts', conflictSql.page],
  ['a page of what was removed', duplicateListSql.tombstones],
])('%s is read in order, not sorted', (_, sql) => {
  expect(plan(sql)).not.toContain('TEMP B-TREE')
})

/** Every statement the store has prepared when it has opened a dataset, taken in a batch and looked for work. */
function allStatements(): string[] {
  const prepare = vi.spyOn(BetterSqlite.prototype, 'prepare')
  using made = temporaryDataset()
  made.store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  made.store.readyHosts(0)
  const texts = prepare.mock.calls.map(([sql]) => sql)
  prepare.mockRestore()
  return [...new Set(texts)].filter(sql => /^\s*(?:SELECT|INSERT|UPDATE|DELETE)\b/.test(sql))
}

/** What triggers do and ask, row by row, as statements of their own. */
function triggerStatements(db: Database): string[] {
  const bodies = db.prepare<[], string>(`SELECT sql FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()
  return bodies.flatMap(text => {
    const [, head = '', body = ''] = /^([\s\S]*?)\bBEGIN\b([\s\S]*)END$/.exec(text) ?? []
    const [, condition] = /\bWHEN\b([\s\S]*)$/.exec(head) ?? []
    const does = body.split(';').filter(part => part.trim() !== '' && !part.includes('raise('))
    const all = condition === undefined ? does : [...does, `SELECT 1 WHERE ${condition}`]
    return all.map(sql => sql.replaceAll(/\b(?:NEW|OLD)\.\w+/g, '?'))
  })
}

/** What may be read from end to end, and why that does not grow with the pictures or candidates of a dataset. */
const small: readonly (readonly [step: RegExp, why: string])[] = [
  [/^SCAN (?:(?:\d+ )?CONSTANT ROW|\d+-ROW VALUES CLAUSE)/, 'no table at all'],
  [/VIRTUAL TABLE/, 'what was asked for'],
  [/^SCAN (?:seen|brought|p|found)\b/, 'a part of the same statement, looked at above'],
  [/^SCAN dataset$/, 'one row'],
  [/^SCAN class\b/, 'the classes a person named'],
  [/^SCAN (?:version|export)\b/, 'versions and exports, which a person asked for'],
  [/^SCAN (?:review_)?tally$/, 'the counters'],
  [/^SCAN action USING INDEX action_to_take_back$/, 'the last one, in order'],
  [/^SCAN look_file$/, 'two rows at most'],
  [/^SCAN a USING INDEX act_under_way$/, 'acts that have not come to their end'],
  [/^SCAN a USING COVERING INDEX act_decided$/, 'the last few decisions, in order'],
  [/^SCAN a USING COVERING INDEX act_merged$/, 'merges of classes that stand'],
  [/^SCAN import$/, 'what a person imported, one row each time'],
  [/^SCAN saved_view USING /, 'the filters a person named, at most 200'],
  [/^SCAN stand_in USING COVERING INDEX /, 'hosts that send stand-ins, once at each start'],
  [/^SCAN stale_thumbnail$/, 'the first few of what is on its way out'],
  [/^SCAN quality_threshold$/, 'the problems there are names for'],
  [/^SCAN regroup_due$/, 'the first few of what is due, in order'],
  [/^SCAN h$/, 'one row a host, and all of them are the answer'],
  [/^SCAN f USING INDEX browser_fetch_open$/, 'what the browser is asked for now'],
  [
    /^SCAN (?:u|undone_image|unclaimed_original|kept_original|aside_file)$/,
    'what is on its way out, or waits to be drawn again',
  ],
]
/** Statements that read more, or sort what they read. */
const known: readonly (readonly [part: string, why: string])[] = [
  ['FROM image WHERE state', 'all looks; of tests'],
  ['FROM class WHERE is_deleted = 0 ORDER BY last_used_at_ms', 'the classes a person named'],
  ['FROM chosen_group g', 'groups a person chose'],
  ['SELECT p.split, p.is_pinned', 'acts about splits that count, the last one first'],
  ['SELECT c.state, count(*) AS n', 'candidates of the batches that were asked for'],
  ['SELECT a.source_kind, a.url', 'tries of one picture'],
  ['INSERT OR REPLACE INTO kept_original', 'candidates of one picture'],
  ['SELECT brought.id', 'candidates of the batches that are undone'],
  ['INSERT INTO undone_image', 'pictures of the batches that are undone'],
  ["f.state = 'open'", 'what the browser is asked for now'],
  ['SELECT DISTINCT b.client_id', 'batches of one candidate'],
  ['SELECT c.id AS candidateId, b.engine', 'sightings of one picture'],
  ['SELECT o.id AS imageId', 'pairs of one picture'],
  ["c.state IN ('stored', 'upgraded')\n           ORDER BY", 'candidates of one picture'],
  ["instr(url_key, '?')", 'once, when the rules for keys have changed'],
  ['SELECT DISTINCT k.label AS class', 'all collects, when a person asks for a recipe'],
  ['SELECT DISTINCT m.group_id', 'groups of the pictures that were asked for'],
]
// Whether something refers to a new row is only asked in an index that is broken already.
const isOfReferences = (sql: string, step: string) =>
  /^\s*INSERT/.test(sql) &&
  /^SCAN (?:act|act_candidate|act_change|action|batch|candidate|chosen_group|image|image_box|label_offer|removed_url|settled_offer|stand_in_sent)(?: USING INDEX \w+)?$/.test(
    step,
  )

test('no statement, of the store or of a trigger, reads or sorts a table that grows', () => {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const statements = [...allStatements(), ...triggerStatements(db)]
  expect(statements.length).toBeGreaterThan(120)
  const slow = statements.flatMap(sql => {
    if (known.some(([part]) => sql.includes(part))) return []
    const steps = stepsOf(db, sql).filter(step => /^SCAN|TEMP B-TREE/.test(step))
    return steps
      .filter(step => !small.some(([pattern]) => pattern.test(step)) && !isOfReferences(sql, step))
      .map(step => `${step}: ${sql}`)
  })
  expect(slow).toEqual([])
  db.close()
})

import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryFolder,
} from '../../test/support/samples.ts'
import { openDataset } from './dataset-store.ts'
import { repairDataset } from './repair.ts'
import type { ImageId } from './types.ts'
import { type FindingKind, verifyDataset } from './verify.ts'

/** Five pictures in two classes, a duplicate, a failure, one removed and two queued. */
async function fill(root: string) {
  const folder = join(root, 'birds')
  const store = openDataset({ folder, now: Date.now })
  const urls = Array.from({ length: 10 }, (_, n) => `https://a.example/${n}`)
  store.accept(clientId, makeBatch(urls.slice(0, 7)), openRules)
  store.accept(clientId, makeBatch(urls.slice(5), { class: 'wren' }), openRules)
  const ids: ImageId[] = []
  for (let n = 0; n < 8; n += 1) {
    const lease = store.lease('a.example', Date.now())
    if (!lease) throw new Error('nothing to lease')
    if (n === 6) {
      await store.finish(lease, {
        ...makeEnd(lease),
        state: 'failed',
        code: 'DOWNLOAD_DNS',
        explanation: 'x',
      })
      continue
    }
    const result = await store.recordImage(lease, makeImage(n === 5 ? '1' : String(n)), makeEnd(lease))
    if (result.kind === 'recorded') ids.push(result.imageId)
  }
  const [unwanted] = ids
  if (unwanted) await store.removeImage(unwanted)
  store.close()
  return { folder }
}

const onIndex = (sql: string) => (folder: string) => {
  const db = new Database(join(folder, 'gleaner.db'))
  db.pragma('foreign_keys = OFF')
  db.exec(sql)
  db.close()
}

const firstImage = (folder: string) => {
  const name = readdirSync(join(folder, 'images', 'robin')).sort()[0] ?? ''
  return join(folder, 'images', 'robin', name)
}

const firstOriginal = (folder: string) => {
  const sub = join(folder, 'originals', readdirSync(join(folder, 'originals')).sort().at(-1) ?? '')
  return join(sub, readdirSync(sub)[0] ?? '')
}

const flip = (path: string) => {
  const bytes = readFileSync(path)
  bytes[5] = (bytes[5] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

const dropTriggers = `DROP TRIGGER candidate_stays; DROP TRIGGER candidate_from_outcome; DROP TRIGGER candidate_moved;`

const defects: readonly (readonly [name: string, FindingKind, plant: (folder: string) => void])[] = [
  ['a picture is gone', 'image-missing', folder => rmSync(firstImage(folder))],
  ['a bit of a picture has turned', 'image-changed', folder => flip(firstImage(folder))],
  ['a picture has grown', 'image-changed', folder => appendFileSync(firstImage(folder), 'x')],
  ['an original is gone', 'original-missing', folder => rmSync(firstOriginal(folder))],
  ['a bit of an original has turned', 'original-changed', folder => flip(firstOriginal(folder))],
  [
    'a picture nobody knows',
    'orphan',
    folder => writeFileSync(join(folder, 'images/robin', `${'a'.repeat(20)}.jpg`), ''),
  ],
  [
    'an original nobody knows',
    'orphan',
    folder => writeFileSync(join(firstOriginal(folder), '..', `${'a'.repeat(64)}.png`), ''),
  ],
  [
    'a foreign file among the pictures',
    'stray',
    folder => writeFileSync(join(folder, 'images/robin/holiday.png'), ''),
  ],
  ['a file beside the class folders', 'stray', folder => writeFileSync(join(folder, 'images/notes.txt'), '')],
  ['a folder named like litter', 'stray', folder => mkdirSync(join(folder, 'images/robin/Thumbs.db'))],
  [
    'a class folder with nothing but litter',
    'empty-class',
    folder => {
      mkdirSync(join(folder, 'images/empty'))
      writeFileSync(join(folder, 'images/empty/desktop.ini'), '')
    },
  ],
  ['a hidden folder', 'stray', folder => mkdirSync(join(folder, 'images/.thumbs'))],
  ['an empty class folder', 'empty-class', folder => mkdirSync(join(folder, 'images/empty'))],
  [
    'a renamed class folder',
    'image-missing',
    folder => renameSync(join(folder, 'images/wren'), join(folder, 'images/wrens')),
  ],
  [
    'a link in place of a picture',
    'link',
    folder => symlinkSync('/etc/passwd', join(folder, 'images/robin/x.jpg')),
  ],
  ['a link in place of a class folder', 'link', folder => symlinkSync('/etc', join(folder, 'images/linked'))],
  ['a leftover temporary file', 'leftover', folder => writeFileSync(join(folder, '.work/1-1'), '')],
  ['a folder others may use', 'mode', folder => chmodSync(folder, 0o755)],
  ['a counter that is off', 'counter', onIndex('UPDATE tally SET n = n + 1')],
  ['a class counter that is off', 'counter', onIndex('UPDATE class SET images = images + 1')],
  ['a host counter that is off', 'counter', onIndex('DELETE FROM host')],
  [
    'a lost candidate',
    'conservation',
    onIndex(`${dropTriggers} DELETE FROM candidate WHERE state = 'queued'`),
  ],
  ['a lost sighting', 'conservation', onIndex('DELETE FROM sighting WHERE candidate_id = 1')],
  ['a lost address', 'conservation', onIndex('DELETE FROM source WHERE candidate_id = 1')],
  [
    'a duplicate of nothing',
    'dangling',
    onIndex(
      `DROP TRIGGER candidate_has_picture; UPDATE candidate SET image_id = '${'b'.repeat(20)}' WHERE state = 'duplicate'`,
    ),
  ],
  [
    'a picture without a candidate',
    'dangling',
    onIndex(`${dropTriggers} UPDATE candidate SET state = 'duplicate' WHERE id = 2`),
  ],
  ['a digest that leads nowhere', 'copy', onIndex('DELETE FROM copy')],
  [
    'a removal that was not ended',
    'unfinished-removal',
    onIndex(`UPDATE image SET state = 'deleting' WHERE seq = 2`),
  ],
  [
    'an undo that was not ended',
    'unfinished-removal',
    onIndex('INSERT INTO undone_image SELECT min(seq) FROM image WHERE seq > 1'),
  ],
  [
    'an original that was let go of',
    'unfinished-removal',
    onIndex(`INSERT INTO unclaimed_original VALUES ('${'a'.repeat(64)}', 'png')`),
  ],
  [
    'an undone candidate that goes on',
    'conservation',
    onIndex(
      `INSERT INTO action (id, kind, about, at_ms) VALUES (9, 'undo', '{}', 1); UPDATE batch SET undone_by = 9`,
    ),
  ],
  ['an accepted candidate that was there before', 'conservation', onIndex('UPDATE batch SET revived = 1')],
  [
    'bytes from the browser that are not there',
    'original-missing',
    onIndex(
      `INSERT INTO browser_fetch SELECT id, source_index, 'h', 'https', 'h', 'X', 'delivered', 1, 1, '${'a'.repeat(64)}',
              'png', 9, NULL FROM candidate WHERE state = 'queued' LIMIT 1`,
    ),
  ],
  [
    'bytes from the browser that nobody waits for',
    'dangling',
    onIndex(
      `INSERT INTO browser_fetch SELECT id, source_index, 'h', 'https', 'h', 'X', 'delivered', 1, 1, NULL, NULL, NULL,
              'noai' FROM candidate WHERE state = 'stored' LIMIT 1`,
    ),
  ],
  [
    'a pair with a picture that was removed',
    'pair',
    onIndex(`INSERT INTO near_pair (seq_a, seq_b, distance_bits) VALUES (1, 2, 9)`),
  ],
  [
    'a group of one',
    'group',
    onIndex(`INSERT INTO look_group (kind, state, representative_seq, keeper_seq) VALUES ('copies', 'open', 2, 2);
             INSERT INTO group_member SELECT 2, id, '[]' FROM look_group`),
  ],
  [
    'a group without its keeper',
    'group',
    onIndex(`INSERT INTO look_group (kind, state, representative_seq, keeper_seq) VALUES ('copies', 'open', 2, 4);
             INSERT INTO group_member SELECT value, g.id, '[]' FROM look_group g, json_each('[2,3]')`),
  ],
  [
    'a picture in two groups of one kind',
    'group',
    onIndex(`INSERT INTO look_group (kind, state, representative_seq, keeper_seq)
             VALUES ('copies', 'open', 2, 2), ('copies', 'open', 3, 3);
             INSERT INTO group_member SELECT value, g.id, '[]' FROM look_group g, json_each('[2,3]')`),
  ],
  ['a label conflict nobody is asked about', 'conflict', onIndex('DELETE FROM label_conflict')],
  [
    'an offer of another class that was not noted',
    'conflict',
    onIndex(`UPDATE batch SET class_id = (SELECT max(id) FROM class);
             DELETE FROM label_offer WHERE settled_by IS NULL`),
  ],
  ['a counter of decisions that is off', 'counter', onIndex('UPDATE review_tally SET n = n + 1')],
  [
    'a picture that is set aside and held',
    'dangling',
    onIndex(`INSERT INTO action (id, kind, about, at_ms) VALUES (9, 'decide', '{}', 1);
             INSERT INTO set_aside VALUES (2, 9, NULL, '{}', 1)`),
  ],
  [
    'bytes that lead to a picture that gave way',
    'copy',
    onIndex(`INSERT INTO action (id, kind, about, at_ms) VALUES (9, 'decide', '{}', 1);
             UPDATE image SET state = 'deleting' WHERE seq = 2; INSERT INTO set_aside VALUES (2, 9, 3, '{}', 1)`),
  ],
  [
    'a picture that is set aside, and not there',
    'original-missing',
    onIndex(`INSERT INTO aside_file VALUES ('${'a'.repeat(64)}', 'jpeg', 9, 1)`),
  ],
  [
    'a class folder on its way to another name',
    'unfinished-rename',
    onIndex(`UPDATE class SET next_folder = 'wrens' WHERE folder = 'wren'`),
  ],
  [
    'a class folder that has its other name, which the index does not say',
    'unfinished-rename',
    folder => {
      onIndex(`UPDATE class SET next_folder = 'wrens' WHERE folder = 'wren'`)(folder)
      renameSync(join(folder, 'images/wren'), join(folder, 'images/wrens'))
    },
  ],
  [
    'a deleted class with pictures',
    'class',
    onIndex(`UPDATE class SET is_deleted = 1 WHERE folder = 'wren'`),
  ],
  [
    'a class below one that is below another',
    'class',
    onIndex(`DROP TRIGGER class_one_level;
             INSERT INTO class (id, label, folder, parent_id, created_at_ms, last_used_at_ms) VALUES (9, 'x', 'x', 2, 1, 1);
             UPDATE class SET parent_id = 1 WHERE id = 2`),
  ],
  [
    'an act that has ended before its pictures',
    'act',
    onIndex(`INSERT INTO action (id, kind, about, at_ms) VALUES (99, 'decide', '{}', 1);
             INSERT INTO act (id, kind, state, who, action_id) VALUES (99, 'mark', 'done', 'x', 99);
             INSERT INTO act_selection VALUES (99, 0, x'01000000')`),
  ],
  [
    'an act that remembers a picture that is gone',
    'act',
    onIndex(`INSERT INTO action (id, kind, about, at_ms) VALUES (99, 'decide', '{}', 1);
             INSERT INTO act (id, kind, state, who, action_id) VALUES (99, 'mark', 'done', 'x', 99);
             INSERT INTO act_change (act_id, position, image_seq) VALUES (99, 0, 999)`),
  ],
  ['no index', 'index-damaged', folder => rmSync(join(folder, 'gleaner.db'))],
  [
    'an index that is none',
    'index-damaged',
    folder => writeFileSync(join(folder, 'gleaner.db'), 'x'.repeat(9000)),
  ],
]

test('a sound dataset has no findings', async () => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  const steps: number[] = []
  const report = await verifyDataset(folder, { onProgress: done => steps.push(done) })
  expect(report).toEqual({ folder, findings: [], images: 5, originals: 7, candidates: 10, batches: 2 })
  expect(steps, 'one picture is in the trash').toHaveLength(12)
})

test('what file managers leave behind is no finding, and goes with the last picture of its folder', async () => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  for (const at of ['images', 'images/robin', 'images/wren', 'originals']) {
    for (const name of ['.DS_Store', 'Thumbs.db', 'desktop.ini']) writeFileSync(join(folder, at, name), 'x')
  }
  expect((await verifyDataset(folder)).findings).toEqual([])
  const store = openDataset({ folder, now: Date.now })
  await store.recover()
  const { images } = store.images(undefined, { limit: 10 })
  for (const { id } of images) await store.removeImage(id as ImageId)
  store.close()
  expect(readdirSync(join(folder, 'images'))).toEqual(['.DS_Store', 'Thumbs.db', 'desktop.ini'])
  expect((await verifyDataset(folder)).findings).toEqual([])
})

test.each(defects)('finds: %s (%s)', async (_, kind, plant) => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  plant(folder)
  const { findings } = await verifyDataset(folder)
  expect(findings.map(finding => finding.kind)).toContain(kind)
})

test('damage to the index itself is found', async () => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  const path = join(folder, 'gleaner.db')
  const bytes = readFileSync(path)
  bytes.fill(0xff, 3 * 4096, 5 * 4096)
  writeFileSync(path, bytes)
  const { findings } = await verifyDataset(folder)
  expect(findings.map(finding => finding.kind)).toContain('index-damaged')
})

test('a repair queues what was lost and leaves a sound dataset', async () => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  flip(firstImage(folder))
  rmSync(firstOriginal(folder))
  mkdirSync(join(folder, 'images/empty'))
  writeFileSync(join(folder, 'images/empty/Thumbs.db'), '')
  writeFileSync(join(folder, 'images/robin', `${'a'.repeat(20)}.jpg`), '')
  onIndex('UPDATE tally SET n = n + 1; UPDATE class SET images = 99')(folder)
  const before = await verifyDataset(folder)
  expect(before.findings.length).toBeGreaterThan(4)

  const store = openDataset({ folder, now: Date.now })
  const repaired = await repairDataset(store, before)
  expect(repaired).toMatchObject({ forgottenOriginals: 1, removedFiles: 1 })
  expect(repaired.requeued).toBeGreaterThan(0)
  expect(store.counts().queued).toBe(2 + repaired.requeued)
  store.close()
  expect((await verifyDataset(folder)).findings).toEqual([])
})

/** What can be mended without a backup: files of ours, and numbers that can be counted anew. */
const mendable: ReadonlySet<FindingKind> = new Set([
  ...(['image-missing', 'image-changed', 'original-missing', 'original-changed'] as const),
  ...(['orphan', 'empty-class', 'leftover', 'counter'] as const),
])

test.each(defects.filter(([, kind]) => mendable.has(kind)))('mends: %s (%s)', async (_, __, plant) => {
  using root = temporaryFolder()
  const { folder } = await fill(root.path)
  plant(folder)
  const before = await verifyDataset(folder)
  const store = openDataset({ folder, now: Date.now })
  await repairDataset(store, before)
  store.close()
  // A folder of a name the index does not know may be a person's.
  expect((await verifyDataset(folder)).findings.filter(({ kind }) => kind !== 'stray')).toEqual([])
})

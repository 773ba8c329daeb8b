/** An index of before there were groups, with everything in it, is brought up to date and is sound. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf, temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase, readMigrations } from './database.ts'
import { openDataset } from './dataset-store.ts'
import { verifyDataset } from './verify.ts'

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0x20, 0xff, 0xd9])
const hash = 'ab'.repeat(32)

/** Two held pictures and a removed one; the first was found for another class as well. */
function fillEarlier(folder: string) {
  mkdirSync(join(folder, 'images', 'robin'), { recursive: true, mode: 0o700 })
  const migrations = readMigrations().filter(({ version }) => version <= 6)
  const db = openDatabase(join(folder, 'gleaner.db'), { migrations })
  const image = (seq: number, state: string, perceptualHash: string | null) => {
    const original = digestOf(`original ${seq}`)
    const id = original.slice(0, 20)
    if (state === 'stored') writeFileSync(join(folder, 'images', 'robin', `${id}.jpg`), jpeg)
    db.prepare(
      `INSERT INTO image (seq, id, class_id, state, size_bytes, digest, width_px, height_px, original_digest,
                          original_bytes, original_format, original_width_px, original_height_px, original_kept,
                          perceptual_hash, quality_score, mean_cb, mean_cr, rights, is_thumbnail, stored_at_ms)
       VALUES (?, ?, 1, ?, ?, ?, 1, 1, ?, 9, 'png', 1, 1, 0, ?, 80, 0, 0, '{}', 0, 1)`,
    ).run(seq, id, state, jpeg.length, digestOf(jpeg), original, perceptualHash)
    db.prepare('INSERT INTO copy VALUES (?, ?)').run(original, seq)
    return id
  }
  db.exec(`
    INSERT INTO dataset VALUES (1, 'Birds', '{}', 1, 7);
    INSERT INTO class VALUES (1, 'robin', 'robin', NULL, 0, 1, 1), (2, 'wren', 'wren', NULL, 0, 1, 1);
    INSERT INTO action VALUES (1, 'retry', '{}', 1), (2, 'remove', '{}', 2);`)
  const ids = [image(1, 'stored', hash), image(2, 'stored', null), image(3, 'removed', hash)] as const
  const ends = [
    [1, 'stored', 'https://a.example/1?utm_source=x', ids[0], 1],
    [2, 'duplicate', 'https://a.example/2?w=300', ids[0], 2],
    [3, 'stored', 'https://a.example/3', ids[1], 1],
    [4, 'blocked', 'https://a.example/4', ids[2], 1],
    [5, 'queued', 'https://a.example/5', null, 1],
  ] as const
  for (const [id, state, url, imageId, classId] of ends) {
    db.prepare(
      `INSERT INTO candidate (id, class_id, url_key, state, host, due_at_ms, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, 'queued', 'a.example', 1, 1, 1)`,
    ).run(id, classId, url)
    db.prepare(`INSERT INTO source VALUES (?, 0, 'original', ?, NULL, NULL)`).run(id, url)
    db.prepare(
      `INSERT INTO batch (id, client_id, batch_id, body_digest, class_id, engine, accepted, known, refused, sightings,
                          received_at_ms) VALUES (?, 'c', ?, ?, ?, 'page', 1, 0, 0, 1, 1)`,
    ).run(id, `b${id}`, '0'.repeat(64), classId)
    db.prepare('INSERT INTO sighting (batch_id, candidate_id) VALUES (?, ?)').run(id, id)
    if (state === 'queued') continue
    const move = db.prepare(
      `UPDATE candidate SET state = :state, code = :code, explanation = :code, image_id = :imageId, lease_epoch = :epoch,
              lease_token = lease_token + :more, action_id = :action WHERE id = :id`,
    )
    const none = { code: null, imageId: null, action: null, id }
    move.run({ ...none, state: 'leased', epoch: 7, more: 1 })
    const action = state === 'blocked' ? 2 : 1
    move.run({ ...none, state, code: 'X', imageId, epoch: null, more: 0, action })
  }
  db.exec(`
    INSERT INTO near_pair VALUES (1, 2, 40);
    INSERT INTO removed_url VALUES ('https://a.example/4?fbclid=1', 3);`)
  db.close()
  return ids
}

test('looks, questions, keys and the log of actions are what they should be', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'birds')
  const ids = fillEarlier(folder)
  const before = await verifyDataset(folder)
  expect(before.findings, 'of the index as it was').toEqual([])

  const store = openDataset({ folder, now: Date.now })
  await store.recover()
  expect(store.duplicates.conflicts({ limit: 9 }).conflicts).toMatchObject([
    { image: { id: ids[0] }, offers: [{ classLabel: 'wren', candidates: 1 }] },
  ])
  expect(store.duplicates.compared(1)).toMatchObject({ perceptualHash: hash, packed: null })
  expect(store.duplicates.withoutFingerprint(1, 0, 9)).toEqual([1, 2])
  expect(store.duplicates.component(1, 9).pairs, 'not verified').toEqual([])
  expect(store.image(ids[0])?.nearPairs).toEqual([{ imageId: ids[1], distanceBits: 40 }])
  expect(store.lookup(['https://a.example/1', 'https://a.example/2?w=300&gclid=1'])).toMatchObject([
    { state: 'stored' },
    { state: 'duplicate' },
  ])
  store.close()
  expect((await verifyDataset(folder)).findings).toEqual([])

  const db = openDatabase(join(folder, 'gleaner.db'))
  const all = (sql: string) => db.prepare(sql).raw().all()
  const form = Buffer.from(`00${hash}`, 'hex')
  expect(all('SELECT image_seq, forms FROM look ORDER BY change_no')).toEqual([
    [1, form],
    [3, form],
  ])
  expect(all('SELECT id, kind FROM action')).toEqual([
    [1, 'retry'],
    [2, 'remove'],
  ])
  expect(all('SELECT url_key FROM removed_url ORDER BY 1')).toEqual([
    ['https://a.example/4'],
    ['https://a.example/4?fbclid=1'],
  ])
  db.close()
})

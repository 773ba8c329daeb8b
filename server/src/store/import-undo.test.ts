import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase, readMigrations } from './database.ts'

test('of an earlier index, a box is of each import that names its picture and was not taken back', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'gleaner.db')
  const old = openDatabase(path, { migrations: readMigrations().filter(({ version }) => version < 17) })
  const [imageId, digest] = ['a'.repeat(20), '0'.repeat(64)]
  old.exec(`
    INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (1, 'robin', 'robin', 1, 1);
    INSERT INTO action (id, kind, about, at_ms) VALUES (7, 'undo', '{}', 1);
    INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                       original_format, original_width_px, original_height_px, original_kept, quality_score, mean_cb,
                       mean_cr, rights, is_thumbnail, stored_at_ms)
      VALUES ('${imageId}', 1, 'stored', 9, '${digest}', 9, 9, '${digest}', 9, 'png', 9, 9, 0, 80, 0, 0, '{}', 0, 1);
    INSERT INTO candidate (id, class_id, url_key, state, code, explanation, host, due_at_ms, image_id, created_at_ms,
                           updated_at_ms)
      VALUES (1, 1, 'import:1', 'rejected', 'REJECTED_SMALL', 'x', '', 1, '${imageId}', 1, 1);
    INSERT INTO image_box VALUES (5, '${imageId}', '${digest}', 1, 1, 1, 2, 2, 'Ada', 1);
    INSERT INTO split_place VALUES (0, '${imageId}', 'test', 1);`)
  for (const id of [1, 2, 3])
    old.exec(`
      INSERT INTO import (id, source, request, state, by, started_at_ms, ended_at_ms)
        VALUES (${id}, 'x', '{}', 'done', 'x', 1, 1);
      INSERT INTO import_batch VALUES (${id}, 'b${id}');
      INSERT INTO batch (id, client_id, batch_id, body_digest, class_id, engine, accepted, known, refused, sightings,
                         received_at_ms, undone_by)
        VALUES (${id}, 'owner', 'b${id}', '${digest}', 1, 'import', 0, 1, 0, 1, 1, ${id === 2 ? 7 : 'NULL'});
      INSERT INTO sighting (batch_id, candidate_id) VALUES (${id}, 1);`)
  old.close()
  const db = openDatabase(path)
  expect(db.prepare('SELECT part, box_id, import_id FROM import_mark').raw().all()).toEqual([
    ['box', 5, 1],
    ['box', 5, 3],
    ['split', 0, 1],
    ['split', 0, 3],
  ])
  db.close()
})

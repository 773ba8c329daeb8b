/** A dataset that holds many pictures already: rows of the index as an ingest leaves them, and a file for each picture. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { qualityMeasures, qualityVersion } from '@gleaner/shared/quality'
import Database from 'better-sqlite3'
import { fingerprintVersion } from '../../src/look/fingerprint.ts'
import { openHome } from '../../src/store/index.ts'

export interface Filling {
  readonly name: string
  /** Pictures held, each with a perceptual hash of its own. */
  readonly images: number
}

/** What every picture of a benchmark is rendered to. */
export const rendering = { sidePx: 512, quality: 90 }

const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :images)'
const random = (bytes: number) => `lower(hex(randomblob(${bytes})))`

/** Every start looks whether the files are there and whole; what is in them matters to nobody here. */
const fileBytes = 1_000
/** Originals that are kept: enough for every folder of originals to be there, as in any dataset of some size. */
const keptOriginals = 5_000
/** File systems allow an inode some 65,000 names. */
const namesPerFile = 50_000

/** One row in each table an accepted picture has one in. */
const rows = [
  `INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                      original_format, original_width_px, original_height_px, original_kept, perceptual_hash, block_hash,
                      quality_score, mean_cb, mean_cr, rights, is_thumbnail, stored_at_ms)
   ${numbers}
   SELECT ${random(10)}, :classId, 'stored', ${fileBytes}, ${random(32)}, 512, 384, ${random(32)}, ${fileBytes}, 'jpeg', 640, 480, i <= ${keptOriginals},
          ${random(32)}, ${random(32)}, 80, random() % 40 / 2.0, random() % 40 / 2.0, '{}', 0, 1800000000000 + i FROM n`,
  `INSERT INTO copy (digest, image_seq)
   SELECT original_digest, seq FROM image ORDER BY original_digest`,
  `INSERT INTO look (image_seq, forms)
   SELECT seq, unhex('00' || perceptual_hash || '02' || hex(randomblob(32)) || '03' || hex(randomblob(32))) FROM image ORDER BY seq`,
  // Nobody comes near them: what is in their fingerprints does not matter, but without one they would be looked at anew.
  `INSERT INTO fingerprint (image_seq, version, packed) SELECT seq, ${fingerprintVersion}, x'00' FROM image ORDER BY seq`,
  // And so with their measures.
  `INSERT INTO quality (image_seq, version, ${qualityMeasures.join(', ')})
   SELECT seq, ${qualityVersion}, ${qualityMeasures.map(() => 50).join(', ')} FROM image ORDER BY seq`,
  `INSERT INTO candidate (class_id, url_key, state, code, host, due_at_ms, image_id, explanation, created_at_ms,
                          updated_at_ms)
   SELECT :classId, 'https://held' || (seq % 500) || '.example/' || id, 'stored', 'STORED', 'held.example', stored_at_ms,
          id, 'Stored at 512 × 384.', stored_at_ms, stored_at_ms FROM image`,
  `INSERT INTO source (candidate_id, position, kind, url)
   SELECT id, 0, 'original', url_key FROM candidate`,
  `UPDATE class SET images = :images WHERE id = :classId`,
  `INSERT INTO tally (class_id, state, code, n) VALUES (:classId, 'stored', 'STORED', :images)`,
]

/**
 * Makes datasets in a home that no process has open.
 *
 * @param home - folder; made when it is not there
 */
export async function fillDatasets(home: string, fillings: readonly Filling[]): Promise<void> {
  const opened = await openHome({ folder: home, now: Date.now })
  const filled = fillings.map(({ name, images }) => {
    const store = opened.create(name)
    store.update({
      settings: { ...defaultSettings, render: { ...defaultSettings.render, ...rendering } },
    })
    return { folder: store.folder, images, classId: store.ensureClass('held').id }
  })
  opened.close()
  for (const { folder, images, classId } of filled) {
    const db = new Database(join(folder, 'gleaner.db'))
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.pragma('cache_size = -400000')
    fill(db, { images, classId })
    const ids = db.prepare<[], string>('SELECT id FROM image').pluck().all()
    linkFiles(ids.map(id => join(folder, 'images', 'held', `${id}.jpg`)))
    const kept = 'SELECT original_digest FROM image WHERE original_kept = 1'
    const digests = db.prepare<[], string>(kept).pluck().all()
    linkFiles(digests.map(digest => join(folder, 'originals', digest.slice(0, 2), `${digest}.jpg`)))
    db.pragma('journal_mode = WAL')
    db.close()
  }
}

/**
 * Triggers keep counts and forbid what never happens, a row at a time, and an index is made faster than it is added to:
 * both are put back when all rows are there.
 */
function fill(
  db: Database.Database,
  parameters: { readonly images: number; readonly classId: number },
): void {
  const kept = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL",
    )
    .all()
  for (const { type, name } of kept) db.exec(`DROP ${type} ${name}`)
  db.transaction(() => {
    for (const sql of rows) db.prepare(sql).run(parameters)
  })()
  for (const { sql } of kept) db.exec(sql)
}

/** One file under many names: a file of its own for each picture would take minutes. */
function linkFiles(paths: readonly string[]): void {
  const folders = new Set(paths.map(path => dirname(path)))
  for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 })
  let first = ''
  for (const [at, path] of paths.entries()) {
    if (at % namesPerFile === 0) {
      writeFileSync(path, new Uint8Array(fileBytes))
      first = path
    } else linkSync(first, path)
  }
}

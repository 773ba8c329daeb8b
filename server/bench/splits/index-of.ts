/** An index of so many pictures, a tenth of them copies of others, as a dataset has it after a long evening. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database.ts'
import { createGalleryRows } from '../../test/support/gallery-rows.ts'

const classes = 20

export function fillIndex(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = openDatabase(join(folder, 'gleaner.db'))
  const rows = createGalleryRows(db)
  db.transaction(() => {
    for (let id = 1; id <= classes; id += 1) {
      rows.addClass(id, `class ${id}`)
      rows.addBatch(id, id, 'bing', `query ${id}`)
    }
  })()
  const pair = db.prepare(
    `INSERT INTO near_pair (seq_a, seq_b, distance_bits, kind) VALUES (?, ?, 20, 'edited')`,
  )
  const some = 10_000
  for (let from = 1; from <= count; from += some) {
    db.transaction(() => {
      for (let seq = from; seq < Math.min(from + some, count + 1); seq += 1) {
        const classId = (seq % classes) + 1
        rows.addPicture(seq, {
          ...{ classId, place: 'held', mark: 'none', isThumbnail: false, isUpgraded: false },
          ...{ width: 512, height: 384, bytes: 60_000, storedAtMs: seq, title: `Picture ${seq}` },
          ...{ url: `https://host${seq % 5000}.example/${seq}.jpg`, host: `host${seq % 5000}.example` },
          ...{ landingUrl: `https://host${seq % 5000}.example/page/${Math.floor(seq / 3)}` },
          ...{ batches: [classId], license: null, scores: null },
        })
        if (seq % 10 === 0) pair.run(seq - 1, seq)
      }
      db.prepare('DELETE FROM regroup_due').run()
    })()
  }
  db.close()
}

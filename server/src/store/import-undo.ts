/** Taking an import back: its batches, some at a time, so that nobody else waits for long. */
import { ownerName } from './browser-fetches.ts'
import type { ImportStore } from './import-types.ts'
import type { DatasetParts } from './parts.ts'
import { inTransaction } from './transaction.ts'

type Parts = Pick<DatasetParts, 'db' | 'undone' | 'actLog' | 'failpoint'>
type Undo = Pick<ImportStore, 'undone' | 'takeBackSome'>

const isOfNoOther = `NOT EXISTS (SELECT 1 FROM import_mark o WHERE o.image_id = m.image_id AND o.part = m.part
                                   AND o.box_id = m.box_id AND o.import_id <> m.import_id)`

/** Batches are taken back in the order of their names, so the first and the last say how far that has come. */
export const importUndoSql = {
  end: (order: 'ASC' | 'DESC') => `
    SELECT b.undone_by IS NOT NULL FROM import_batch i
     CROSS JOIN batch b ON b.client_id = '${ownerName}' AND b.batch_id = i.batch_id
     WHERE i.import_id = ? ORDER BY i.batch_id ${order} LIMIT 1`,
  standing: `
    SELECT i.batch_id FROM import_batch i
     CROSS JOIN batch b ON b.client_id = '${ownerName}' AND b.batch_id = i.batch_id
     WHERE i.import_id = :id AND i.batch_id > :after AND b.undone_by IS NULL ORDER BY i.batch_id LIMIT :most`,
  pictures: `
    SELECT c.image_id FROM json_each(:batches) named
     CROSS JOIN batch b ON b.client_id = '${ownerName}' AND b.batch_id = named.value
     CROSS JOIN sighting s ON s.batch_id = b.id CROSS JOIN candidate c ON c.id = s.candidate_id
     WHERE c.image_id IS NOT NULL`,
  // What it drew goes also from pictures that were held before, but for what another import that stands drew as well.
  boxes: `
    DELETE FROM image_box WHERE id IN (
      SELECT m.box_id FROM json_each(:pictures) named
       CROSS JOIN import_mark m ON m.image_id = named.value AND m.part = 'box' AND m.import_id = :id
       WHERE ${isOfNoOther})`,
  crops: `
    DELETE FROM image_crop WHERE image_id IN (
      SELECT m.image_id FROM json_each(:pictures) named
       CROSS JOIN import_mark m ON m.image_id = named.value AND m.part = 'crop' AND m.import_id = :id
       WHERE ${isOfNoOther})`,
  marks: `
    DELETE FROM import_mark WHERE import_id = :id AND image_id IN (SELECT value FROM json_each(:pictures))`,
  places: `
    DELETE FROM split_place WHERE layer_id = 0
       AND image_id IN (SELECT i.id FROM undone_image u CROSS JOIN image i ON i.seq = u.image_seq)
       AND NOT EXISTS (SELECT 1 FROM import_mark m WHERE m.image_id = split_place.image_id AND m.part = 'split')`,
} as const

export function createImportUndo({ db, undone, actLog, failpoint }: Parts, byId: ImportStore['byId']): Undo {
  const first = db.prepare<[number], 0 | 1>(importUndoSql.end('ASC')).pluck()
  const last = db.prepare<[number], 0 | 1>(importUndoSql.end('DESC')).pluck()
  const standing = db
    .prepare<{ id: number; after: string; most: number }, string>(importUndoSql.standing)
    .pluck()
  const pictures = db.prepare<{ batches: string }, string>(importUndoSql.pictures).pluck()
  const brought = (['boxes', 'crops', 'marks'] as const).map(part =>
    db.prepare<{ id: number; pictures: string }>(importUndoSql[part]),
  )
  const places = db.prepare(importUndoSql.places)
  const notes = db.prepare<[number]>('DELETE FROM import_note WHERE import_id = ?')

  const undoneOf: Undo['undone'] = id => {
    if (first.get(id) !== 1) return 'no'
    return last.get(id) === 1 ? 'all' : 'partly'
  }

  return {
    undone: undoneOf,
    takeBackSome: (id, by, after, most) => {
      const row = byId(id)
      if (!row) return null
      const batches = standing.all({ id, after, most })
      if (batches.length === 0) return null
      inTransaction(db, () => {
        if (undoneOf(id) === 'no') {
          const about = { act: 'undo-import', label: row.source, pictures: row.accepted }
          actLog.begin({ kind: 'empty-trash', state: 'done', who: by, action: 'undo', about })
          notes.run(id)
        }
        const named = JSON.stringify([...new Set(pictures.all({ batches: JSON.stringify(batches) }))])
        for (const part of brought) part.run({ id, pictures: named })
        undone.undo(ownerName, batches)
        places.run()
        failpoint('undo:before-commit')
      })
      failpoint('undo:marked')
      return batches.at(-1) ?? null
    },
  }
}

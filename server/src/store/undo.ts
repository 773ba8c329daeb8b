/** Taking collects back: all SQL about the table `undone_image` and about batches that were undone. */
import type { UndoAnswer } from '@gleaner/shared/collect'
import { type ActionStore, isUndone, takenBack } from './actions.ts'
import { conflictSql } from './conflicts.ts'
import type { Database } from './database.ts'
import type { Clock } from './types.ts'

interface BatchRow {
  readonly id: number
  /** The action that undid it. */
  readonly undoneBy: number | null
}

/** Statements over what may be many thousands of rows; `:ids` is a JSON list. */
export const undoSql = {
  batches: `
    SELECT b.id, b.undone_by AS undoneBy FROM json_each(:batchIds) named
     CROSS JOIN batch b ON b.client_id = :clientId AND b.batch_id = named.value`,
  mark: `UPDATE batch SET undone_by = :action WHERE id IN (SELECT value FROM json_each(:ids))`,
  // What a collect that stands names as well is wanted by it, and stays.
  taken: `
    SELECT brought.id FROM (SELECT DISTINCT s.candidate_id AS id
                              FROM json_each(:ids) named CROSS JOIN sighting s ON s.batch_id = named.value) brought
     WHERE ${isUndone('brought.id')}`,
  // A picture goes with the candidate that brought it, not with one that only brought a better copy of it.
  doom: `
    INSERT INTO undone_image
    SELECT DISTINCT i.seq FROM json_each(:ids) taken
     CROSS JOIN candidate c ON c.id = taken.value AND c.state IN ('stored', 'upgraded', 'queued', 'leased')
     CROSS JOIN image i ON i.id = c.image_id AND i.state = 'stored'
     WHERE NOT EXISTS (SELECT 1 FROM candidate o
                        WHERE o.image_id = i.id AND o.state IN ('stored', 'queued', 'leased')
                          AND (c.state = 'upgraded' OR o.id NOT IN (SELECT value FROM json_each(:ids))))
    ON CONFLICT DO NOTHING`,
  cancel: `
    UPDATE candidate SET ${takenBack}
     WHERE id IN (SELECT value FROM json_each(:ids)) AND state <> 'blocked' AND code IS NOT 'CANCELLED_UNDONE'
       AND (state <> 'upgraded'
            OR image_id IN (SELECT i.id FROM undone_image u CROSS JOIN image i ON i.seq = u.image_seq))`,
  letGo: `
    INSERT INTO unclaimed_original
    SELECT digest, format FROM kept_original WHERE candidate_id IN (SELECT value FROM json_each(:ids))
    ON CONFLICT DO NOTHING`,
  forget: `DELETE FROM kept_original WHERE candidate_id IN (SELECT value FROM json_each(:ids))`,
} as const

export function createUndoStore(db: Database, now: Clock, actions: ActionStore) {
  const batches = db.prepare<{ clientId: string; batchIds: string }, BatchRow>(undoSql.batches)
  const mark = db.prepare<{ ids: string; action: number | null }>(undoSql.mark)
  const taken = db.prepare<{ ids: string }, number>(undoSql.taken).pluck()
  const withdraw = db.prepare<{ ids: string }>(conflictSql.withdraw)
  const doom = db.prepare<{ ids: string }>(undoSql.doom)
  const cancel = db.prepare<{ ids: string; action: number | null; now: number }>(undoSql.cancel)
  const letGo = db.prepare<{ ids: string }>(undoSql.letGo)
  const forget = db.prepare<{ ids: string }>(undoSql.forget)
  const describe = db.prepare<[string, number | null]>('UPDATE action SET about = ? WHERE id = ?')
  const answers = db
    .prepare<{ ids: string }, string>(
      'SELECT about FROM action WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id',
    )
    .pluck()
  const undoneImages = db
    .prepare<[], string>('SELECT i.id FROM undone_image u CROSS JOIN image i ON i.seq = u.image_seq')
    .pluck()

  const takeBack = (fresh: readonly BatchRow[], batchIds: readonly string[]): number | null => {
    const action = actions.begin('undo', { batchIds })
    const undone = JSON.stringify(fresh.map(({ id }) => id))
    mark.run({ ids: undone, action })
    withdraw.run({ ids: undone })
    const ids = JSON.stringify(taken.all({ ids: undone }))
    const images = doom.run({ ids }).changes
    const candidates = cancel.run({ ids, action, now: now() }).changes
    letGo.run({ ids })
    forget.run({ ids })
    describe.run(JSON.stringify({ batchIds, candidates, images }), action)
    return action
  }

  return {
    /**
     * Takes back what the client's batches brought, to be called inside a transaction. What was undone before is
     * answered as it was then.
     */
    undo: (clientId: string, batchIds: readonly string[]): UndoAnswer => {
      const named = batches.all({ clientId, batchIds: JSON.stringify([...new Set(batchIds)]) })
      const fresh = named.filter(({ undoneBy }) => undoneBy === null)
      const action = fresh.length === 0 ? null : takeBack(fresh, batchIds)
      const ids = JSON.stringify([...named.map(({ undoneBy }) => undoneBy), action])
      const sum = { candidates: 0, images: 0 }
      for (const about of answers.all({ ids })) {
        const { candidates, images } = JSON.parse(about) as UndoAnswer
        sum.candidates += candidates
        sum.images += images
      }
      return sum
    },
    /** Ids of pictures that are still to go. */
    undoneImages: () => undoneImages.all(),
  }
}

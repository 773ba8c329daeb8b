/** How pictures that were brought in stand: a count over all of them, so it is made only where it may have changed. */
import type { CandidateState, StateCounts } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import { ownerName } from './browser-fetches.ts'
import type { ImportFares, ImportStore } from './import-types.ts'
import type { DatasetParts } from './parts.ts'

/** What is under way is out of date for at least a second, and the longer the more there is to count. */
const holdMs = (pictures: number) => 1_000 + pictures / 50

interface Held {
  readonly fares: ImportFares
  readonly atMs: number
  /** Everything written by then, and every outcome that was taken back. */
  readonly written: number
  readonly takenBack: number
}

export function createFares({
  db,
  now,
}: Pick<DatasetParts, 'db' | 'now'>): Pick<ImportStore, 'fares' | 'faresLately'> {
  const counts = db.prepare<[number], { state: CandidateState; n: number }>(
    `SELECT c.state, count(*) AS n
       FROM (SELECT DISTINCT s.candidate_id AS id FROM import_batch i
               CROSS JOIN batch b ON b.client_id = '${ownerName}' AND b.batch_id = i.batch_id
               CROSS JOIN sighting s ON s.batch_id = b.id
              WHERE i.import_id = ?) seen
       CROSS JOIN candidate c ON c.id = seen.id GROUP BY c.state`,
  )
  const notesLeft = db
    .prepare<[number], number>(
      `SELECT count(*) FROM import_note n JOIN candidate c ON c.id = n.candidate_id
        WHERE n.import_id = ? AND c.state NOT IN ('queued', 'leased')`,
    )
    .pluck()
  const written = db.prepare<[], number>('SELECT total_changes()').pluck()
  const takenBack = watchOutcomes(db)
  const held = new Map<number, Held>()

  const count = (id: number): ImportFares => {
    const sums: StateCounts = noCounts()
    for (const { state, n } of counts.all(id)) sums[state] = n
    const fares = { counts: sums, notesLeft: notesLeft.get(id) ?? 0 }
    held.set(id, { fares, atMs: now(), written: written.get() ?? 0, takenBack: takenBack() })
    return fares
  }

  return {
    fares: count,
    faresLately: ({ id, done, endedAtMs }) => {
      const last = held.get(id)
      if (!last) return { fares: count(id), isCounted: true, staleForMs: 0 }
      const { fares } = last
      const isAtRest = endedAtMs !== null && fares.counts.queued + fares.counts.leased === 0
      const isSame = isAtRest ? last.takenBack === takenBack() : last.written === written.get()
      if (isSame) return { fares, isCounted: false, staleForMs: 0 }
      const ageMs = now() - last.atMs
      // A clock that was set back says nothing.
      if (ageMs < 0 || ageMs >= holdMs(done)) return { fares: count(id), isCounted: true, staleForMs: 0 }
      return { fares, isCounted: false, staleForMs: holdMs(done) - ageMs }
    },
  }
}

/** @returns how often an outcome was left, or what was said of a picture gave way, since the dataset was opened */
function watchOutcomes(db: DatasetParts['db']): () => number {
  let times = 0
  db.function('import_outcome_left', () => {
    times += 1
    return null
  })
  // Only this connection has these: it is the one that writes.
  db.exec(`
    CREATE TEMP TRIGGER IF NOT EXISTS import_outcome_left AFTER UPDATE OF state, image_id ON main.candidate
    WHEN OLD.state NOT IN ('queued', 'leased') BEGIN SELECT import_outcome_left(); END;
    CREATE TEMP TRIGGER IF NOT EXISTS import_note_left AFTER DELETE ON main.import_note BEGIN
      SELECT import_outcome_left() FROM candidate WHERE id = OLD.candidate_id AND state NOT IN ('queued', 'leased');
    END;`)
  return () => times
}

/** All SQL about the table `attempt`. */
import type { SourceKind } from '@gleaner/shared/candidate'
import type { Attempt, Hop } from '@gleaner/shared/image'
import type { Database } from './database.ts'

interface AttemptRow {
  readonly source_kind: SourceKind
  readonly url: string
  readonly started_at_ms: number
  readonly took_ms: number
  readonly code: string
  readonly hops: string
}

export function createAttemptStore(db: Database) {
  const add = db.prepare<[number, string, string, number, number, string, string]>(
    `INSERT INTO attempt (candidate_id, source_kind, url, started_at_ms, took_ms, code, hops)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const ofImage = db.prepare<[string], AttemptRow>(
    `SELECT a.source_kind, a.url, a.started_at_ms, a.took_ms, a.code, a.hops
       FROM candidate c JOIN attempt a ON a.candidate_id = c.id
      WHERE c.image_id = ? AND c.state IN ('stored', 'upgraded', 'queued', 'leased') ORDER BY a.id`,
  )
  return {
    add: (candidateId: number, attempts: readonly Attempt[]) => {
      for (const { sourceKind, url, startedAtMs, tookMs, code, hops } of attempts) {
        const whole = Math.max(0, Math.round(tookMs))
        add.run(candidateId, sourceKind, url, Math.round(startedAtMs), whole, code, JSON.stringify(hops))
      }
    },
    /** Tries of the candidates that gave a picture its files, oldest first. */
    ofImage: (imageId: string): Attempt[] =>
      ofImage.all(imageId).map(row => ({
        sourceKind: row.source_kind,
        url: row.url,
        startedAtMs: row.started_at_ms,
        tookMs: row.took_ms,
        code: row.code,
        hops: JSON.parse(row.hops) as Hop[],
      })),
  }
}
export type AttemptStore = ReturnType<typeof createAttemptStore>

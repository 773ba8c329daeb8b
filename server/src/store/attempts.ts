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
  readonly is_from_browser: 0 | 1
}

export function createAttemptStore(db: Database) {
  const add = db.prepare<[number, string, string, number, number, string, string, 0 | 1]>(
    `INSERT INTO attempt (candidate_id, source_kind, url, started_at_ms, took_ms, code, hops, is_from_browser)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const ofImage = db.prepare<[string], AttemptRow>(
    `SELECT a.source_kind, a.url, a.started_at_ms, a.took_ms, a.code, a.hops, a.is_from_browser
       FROM candidate c JOIN attempt a ON a.candidate_id = c.id
      WHERE c.image_id = ? AND c.state IN ('stored', 'upgraded', 'queued', 'leased') ORDER BY a.id`,
  )
  return {
    add: (candidateId: number, attempts: readonly Attempt[]) => {
      for (const { sourceKind, url, startedAtMs, tookMs, code, hops, isFromBrowser } of attempts) {
        const whole = Math.max(0, Math.round(tookMs))
        const by = isFromBrowser ? 1 : 0
        add.run(candidateId, sourceKind, url, Math.round(startedAtMs), whole, code, JSON.stringify(hops), by)
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
        isFromBrowser: row.is_from_browser === 1,
      })),
  }
}
export type AttemptStore = ReturnType<typeof createAttemptStore>

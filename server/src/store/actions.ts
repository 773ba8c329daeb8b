/** What a person (or a repair) does to candidates that have ended: all SQL that lets them leave an outcome. */
import type { RetryQuery } from '@gleaner/shared/api'
import type { Database } from './database.ts'
import type { HeldImage } from './images.ts'
import type { Clock, IntakeRules } from './types.ts'

const retryable = `state IN ('duplicate', 'rejected', 'opted_out', 'failed', 'cancelled')`

export function createActionStore(db: Database, now: Clock) {
  const log = db
    .prepare<[string, string, number], number>(
      'INSERT INTO action (kind, about, at_ms) VALUES (?, ?, ?) RETURNING id',
    )
    .pluck()
  const withCode = db
    .prepare<[string], number>(`SELECT id FROM candidate WHERE code = ? AND ${retryable}`)
    .pluck()
  const withId = db
    .prepare<[number], number>(`SELECT id FROM candidate WHERE id = ? AND ${retryable}`)
    .pluck()
  const ofImage = db.prepare<[string], number>('SELECT id FROM candidate WHERE image_id = ?').pluck()
  const firstUrl = db
    .prepare<[number], string>('SELECT url FROM source WHERE candidate_id = ? AND position = 0')
    .pluck()
  const requeue = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = NULL, explanation = NULL, facts = NULL, image_id = NULL, distance_bits = NULL,
            source_index = 0, attempts = 0, host = coalesce(:host, host), due_at_ms = :now, updated_at_ms = :now,
            action_id = :action
      WHERE id = :id`,
  )
  const block = db.prepare(
    `UPDATE candidate
        SET state = 'blocked', code = 'BLOCKED_REMOVED', explanation = 'A person removed the picture.',
            updated_at_ms = :now, action_id = :action
      WHERE image_id = :imageId AND state IN ('stored', 'duplicate', 'upgraded')`,
  )
  const cancel = db.prepare(
    `UPDATE candidate
        SET state = 'cancelled', code = 'CANCELLED', explanation = 'A person cancelled what was waiting.',
            updated_at_ms = :now
      WHERE state = 'queued' AND (:classId IS NULL OR class_id = :classId)`,
  )

  const begin = (kind: 'retry' | 'remove' | 'repair', about: unknown) =>
    log.get(kind, JSON.stringify(about), now()) ?? null

  return {
    /** @returns how many went back into the queue */
    retry: ({ code, candidateIds = [] }: RetryQuery, { hostOf }: Pick<IntakeRules, 'hostOf'>): number => {
      const ids = new Set([
        ...(code === undefined ? [] : withCode.all(code)),
        ...candidateIds.flatMap(id => withId.all(id)),
      ])
      if (ids.size === 0) return 0
      const action = begin('retry', { code, candidateIds })
      for (const id of ids) {
        const url = firstUrl.get(id)
        requeue.run({ id, action, now: now(), host: url === undefined ? null : hostOf(url) })
      }
      return ids.size
    },
    /** Everything that led to the picture is blocked from now on. */
    blockImage: ({ id }: HeldImage) => {
      block.run({ imageId: id, action: begin('remove', { imageId: id }), now: now() })
    },
    /** Everything that led to the picture is tried anew, where it stood. @returns how many */
    requeueImage: ({ id }: HeldImage, why: string): number => {
      const ids = ofImage.all(id)
      const action = begin('repair', { imageId: id, why })
      for (const candidate of ids) requeue.run({ id: candidate, action, now: now(), host: null })
      return ids.length
    },
    /** @returns how many were cancelled */
    cancelQueued: (classId?: number) => cancel.run({ classId: classId ?? null, now: now() }).changes,
  }
}

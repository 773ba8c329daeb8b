/** What a person (or a repair) does to candidates that have ended: all SQL that lets them leave an outcome. */
import type { RetryQuery } from '@gleaner/shared/api'
import { browserHost } from './browser-fetches.ts'
import type { Database } from './database.ts'
import type { HeldImage } from './images.ts'
import type { Clock, IntakeRules } from './types.ts'

/** A stored thumbnail is worth another try while it is one and there is another way than its own. */
const isThumbnailOfMore = `c.state = 'stored' AND c.code = 'STORED_THUMBNAIL'
  AND EXISTS (SELECT 1 FROM image i WHERE i.id = c.image_id AND i.is_thumbnail = 1)
  AND EXISTS (SELECT 1 FROM source s WHERE s.candidate_id = c.id AND s.kind <> 'thumbnail')`
// What was undone comes back only by being collected again.
const retryable = `((c.state IN ('duplicate', 'rejected', 'opted_out', 'failed', 'cancelled')
                     AND c.code <> 'CANCELLED_UNDONE') OR (${isThumbnailOfMore}))`

/** Whether no batch that stands names the candidate with this id, in SQL. */
export const isUndone = (
  id: string,
) => `NOT EXISTS (SELECT 1 FROM sighting s JOIN batch b ON b.id = s.batch_id
                                                      WHERE s.candidate_id = ${id} AND b.undone_by IS NULL)`
/** What is set of a candidate that is taken back. */
export const takenBack = `state = 'cancelled', code = 'CANCELLED_UNDONE',
  explanation = 'The collect that brought it was undone.', image_id = NULL, distance_bits = NULL, facts = NULL,
  lease_epoch = NULL, action_id = :action, updated_at_ms = :now`

export type ActionKind =
  | 'retry'
  | 'remove'
  | 'repair'
  | 'undo'
  | 'collect'
  | 'decide'
  | 'take_back'
  | 'revive'

/** Bytes from the browser wait apart from hosts; who goes on without them is paced again by where it came from. */
export const wayHost = `iif(host = '${browserHost}',
  coalesce((SELECT pacing_key FROM browser_fetch f WHERE f.candidate_id = candidate.id), host), host)`

interface Retryable {
  readonly id: number
  /** Whether it keeps a picture meanwhile. */
  readonly isStored: 0 | 1
}

export function createActionStore(db: Database, now: Clock) {
  const log = db
    .prepare<[string, string, number], number>(
      'INSERT INTO action (kind, about, at_ms) VALUES (?, ?, ?) RETURNING id',
    )
    .pluck()
  const select = `SELECT c.id, c.state = 'stored' AS isStored FROM candidate c`
  const withCode = db.prepare<[string], Retryable>(`${select} WHERE c.code = ? AND ${retryable}`)
  const withId = db.prepare<[number], Retryable>(`${select} WHERE c.id = ? AND ${retryable}`)
  const ofImage = db.prepare<[string], { id: number; isUndone: 0 | 1 }>(
    `SELECT c.id, ${isUndone('c.id')} AS isUndone FROM candidate c WHERE c.image_id = ?`,
  )
  const takeBack = db.prepare(`UPDATE candidate SET ${takenBack} WHERE id = :id`)
  const firstWay = db.prepare<{ id: number; isStored: 0 | 1 }, { way: number; url: string }>(
    `SELECT position AS way, url FROM source WHERE candidate_id = :id AND NOT (:isStored AND kind = 'thumbnail')
      ORDER BY position LIMIT 1`,
  )
  const requeue = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = NULL, explanation = NULL, facts = NULL, image_id = NULL, distance_bits = NULL,
            source_index = 0, attempts = 0, host = coalesce(:host, ${wayHost}), due_at_ms = :now, updated_at_ms = :now,
            lease_epoch = NULL, action_id = :action
      WHERE id = :id`,
  )
  const requeueCopy = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = NULL, explanation = NULL, facts = NULL, image_id = NULL, distance_bits = NULL,
            attempts = 0, host = ${wayHost}, due_at_ms = :now, updated_at_ms = :now, action_id = :action
      WHERE id = :id`,
  )
  const requeueStored = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = NULL, facts = NULL, source_index = :way, attempts = 0, host = :host,
            due_at_ms = :now, updated_at_ms = :now, action_id = :action
      WHERE id = :id`,
  )
  const block = db.prepare(
    `UPDATE candidate
        SET state = 'blocked', code = 'BLOCKED_REMOVED', explanation = 'A person removed the picture.',
            lease_epoch = NULL, updated_at_ms = :now, action_id = :action
      WHERE image_id = :imageId AND state IN ('stored', 'duplicate', 'upgraded', 'queued', 'leased')`,
  )
  const cancel = db.prepare(
    `UPDATE candidate
        SET state = 'cancelled', code = 'CANCELLED', explanation = 'A person cancelled what was waiting.',
            updated_at_ms = :now
      WHERE state = 'queued' AND image_id IS NULL AND (:classId IS NULL OR class_id = :classId)`,
  )
  const letGo = db.prepare<{ ids: string; now: number }>(
    `UPDATE candidate
        SET state = 'cancelled', code = 'CANCELLED', explanation = 'A person deleted its class.', updated_at_ms = :now
      WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'queued' AND image_id IS NULL`,
  )
  const queueAgain = db.prepare<{ ids: string; now: number; action: number | null }>(
    `UPDATE candidate
        SET state = 'queued', code = NULL, explanation = NULL, facts = NULL, attempts = 0, host = ${wayHost},
            due_at_ms = :now, updated_at_ms = :now, action_id = :action
      WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'cancelled' AND code = 'CANCELLED'`,
  )
  const cancelRetry = db.prepare(
    `UPDATE candidate
        SET state = 'stored', code = 'STORED_THUMBNAIL', updated_at_ms = :now,
            source_index = coalesce((SELECT min(position) FROM source s
                                      WHERE s.candidate_id = candidate.id AND s.kind = 'thumbnail'), source_index)
      WHERE state = 'queued' AND image_id IS NOT NULL AND (:classId IS NULL OR class_id = :classId)`,
  )

  const describe = db.prepare<[string, number]>('UPDATE action SET about = ? WHERE id = ?')
  const begin = (kind: ActionKind, about: unknown) => log.get(kind, JSON.stringify(about), now()) ?? null

  return {
    /** Logs an action. To be called inside the transaction of what it allows. @returns its id */
    begin,
    /** What an action turned out to be about. */
    describe: (id: number, about: unknown) => void describe.run(JSON.stringify(about), id),
    /** @returns how many went back into the queue */
    retry: ({ code, candidateIds = [] }: RetryQuery, { hostOf }: Pick<IntakeRules, 'hostOf'>): number => {
      const named = candidateIds.flatMap(id => withId.all(id))
      const found = new Map(
        [...(code === undefined ? [] : withCode.all(code)), ...named].map(one => [one.id, one]),
      )
      if (found.size === 0) return 0
      const action = begin('retry', { code, candidateIds })
      for (const { id, isStored } of found.values()) {
        const first = firstWay.get({ id, isStored })
        const host = first ? hostOf(first.url) : null
        if (isStored && first) requeueStored.run({ id, action, now: now(), host, way: first.way })
        else requeue.run({ id, action, now: now(), host })
      }
      return found.size
    },
    /** Everything that led to the picture is blocked from now on. */
    blockImage: ({ id }: HeldImage) => {
      block.run({ imageId: id, action: begin('remove', { imageId: id }), now: now() })
    },
    /** Everything that led to the picture is tried anew, where it stood, unless its collect was undone. @returns how many */
    requeueImage: ({ id: imageId }: HeldImage, why: string): number => {
      const all = ofImage.all(imageId)
      const wanted = all.filter(({ isUndone }) => isUndone === 0)
      const repair = begin('repair', { imageId, why })
      for (const { id } of wanted) requeue.run({ id, action: repair, now: now(), host: null })
      if (wanted.length === all.length) return wanted.length
      const undo = begin('undo', { imageId, why })
      for (const { id, isUndone } of all) if (isUndone === 1) takeBack.run({ id, action: undo, now: now() })
      return wanted.length
    },
    /** Tries anew, by the same way, what ended as a copy of a picture, which a person says it is not. */
    requeueCopy: (id: number, action: number) => void requeueCopy.run({ id, action, now: now() }),
    /** A removed picture may come again: what it kept away is tried anew, unless its collect was undone. @returns how many */
    revive: (imageId: string): number => {
      const action = begin('revive', { imageId })
      let queued = 0
      for (const { id, isUndone } of ofImage.all(imageId)) {
        if (isUndone === 1) takeBack.run({ id, action, now: now() })
        else queued += requeue.run({ id, action, now: now(), host: null }).changes
      }
      return queued
    },
    /** Ends these as cancelled, as far as they wait. */
    letGoOfQueued: (ids: readonly number[]) => void letGo.run({ ids: JSON.stringify(ids), now: now() }),
    /** Queues these again, as far as they were cancelled. */
    queueLetGo: (ids: readonly number[]) => {
      if (ids.length === 0) return
      const action = begin('retry', { candidateIds: ids })
      queueAgain.run({ ids: JSON.stringify(ids), now: now(), action })
    },
    /** @returns how many were cancelled */
    cancelQueued: (classId?: number) => {
      const of = { classId: classId ?? null, now: now() }
      return cancel.run(of).changes + cancelRetry.run(of).changes
    },
  }
}
export type ActionStore = ReturnType<typeof createActionStore>

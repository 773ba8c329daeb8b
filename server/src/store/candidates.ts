/** The durable queue: all SQL that moves candidates from state to state. */
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Outcome } from '@gleaner/shared/outcome'
import type { Database } from './database.ts'
import { thumbnailSentence } from './thumbnail.ts'
import type { Clock, ImageId, LeasedCandidate, Postponement, QueuedHost } from './types.ts'

/** A due time further ahead than this comes from a clock that was wrong, and counts as due. */
export const farthestDueMs = 70 * 60_000

interface LeasedRow {
  readonly id: number
  readonly lease_token: number
  readonly class_id: number
  readonly title: string | null
  readonly landing_url: string | null
  readonly source_index: number
  readonly host: string
  readonly attempts: number
  readonly code: ErrorCode | null
  readonly image_id: ImageId | null
}

interface HeldThumbnail {
  readonly isThumbnail: 0 | 1
  readonly widthPx: number
  readonly heightPx: number
  readonly sourceIndex: number
}

interface SourceRow {
  readonly kind: CandidateSource['kind']
  readonly url: string
  readonly width_px: number | null
  readonly height_px: number | null
}

/** What is written when a journey ends. */
export interface Ending {
  readonly state: Outcome
  readonly code: ErrorCode
  readonly explanation: string
  readonly sourceIndex: number
  readonly facts?: Facts | undefined
  readonly imageId?: ImageId | undefined
  readonly distanceBits?: number | undefined
}

export type Hold = Pick<LeasedCandidate, 'id' | 'token' | 'heldImageId'>

/**
 * Statements asked for every candidate or at every start. A value that is compared where there is a choice of plans, an order
 * or a limit is cast: the planner looks at bare ones, and the statement is compiled anew whenever another is bound.
 */
export const queueSql = {
  freeOlder: `UPDATE candidate SET state = 'queued', lease_epoch = NULL WHERE state = 'leased' AND lease_epoch <> ?`,
  hosts: `SELECT host, queued, (SELECT min(due_at_ms) FROM candidate c WHERE c.host = h.host AND c.state = 'queued') AS due
       FROM host h`,
  first: `SELECT id, due_at_ms FROM candidate WHERE host = CAST(? AS TEXT) AND state = 'queued' ORDER BY due_at_ms, id LIMIT 2`,
  // Apart from the search: one statement for both is compiled anew for each lease, for its plan depends on values.
  take: `UPDATE candidate SET state = 'leased', lease_epoch = ?, lease_token = lease_token + 1 WHERE id = ?
     RETURNING id, lease_token, class_id, title, landing_url, source_index, host, attempts, code, image_id`,
} as const

/** @param epoch - number of this opening; leases of other epochs are void */
export function createCandidateStore(db: Database, now: Clock, epoch: number) {
  const free = db.prepare<[number]>(queueSql.freeOlder)
  const hosts = db.prepare<[], { host: string; queued: number; due: number }>(queueSql.hosts)
  const first = db.prepare<[string], { id: number; due_at_ms: number }>(queueSql.first)
  const take = db.prepare<[number, number], LeasedRow>(queueSql.take)
  const sources = db.prepare<[number], SourceRow>(
    'SELECT kind, url, width_px, height_px FROM source WHERE candidate_id = CAST(? AS INTEGER) ORDER BY position',
  )
  const folder = db.prepare<[number], string>('SELECT folder FROM class WHERE id = ?').pluck()
  const classNow = db.prepare<[number], { classId: number; folder: string }>(
    'SELECT id AS classId, folder FROM class WHERE id = (SELECT class_id FROM candidate WHERE id = ?)',
  )
  const isHeld = db
    .prepare<[number, number, number], number>(
      `SELECT 1 FROM candidate WHERE id = ? AND lease_token = ? AND lease_epoch = ? AND state = 'leased'`,
    )
    .pluck()
  const end = db.prepare(
    `UPDATE candidate
        SET state = :state, code = :code, explanation = :explanation, facts = :facts, image_id = :imageId,
            distance_bits = :distanceBits, source_index = :sourceIndex, lease_epoch = NULL, updated_at_ms = :now
      WHERE id = :id AND lease_token = :token AND lease_epoch = :epoch AND state = 'leased'`,
  )
  const heldThumbnail = db.prepare<[number], HeldThumbnail>(
    `SELECT i.is_thumbnail AS isThumbnail, i.original_width_px AS widthPx, i.original_height_px AS heightPx,
            coalesce((SELECT min(position) FROM source s WHERE s.candidate_id = c.id AND s.kind = 'thumbnail'),
                     c.source_index) AS sourceIndex
       FROM candidate c JOIN image i ON i.id = c.image_id WHERE c.id = ?`,
  )
  const postpone = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = :code, due_at_ms = :due, host = :host, lease_epoch = NULL, updated_at_ms = :now,
            attempts = CASE WHEN source_index = :sourceIndex THEN attempts + :counted ELSE 0 END,
            source_index = :sourceIndex
      WHERE id = :id AND lease_token = :token AND lease_epoch = :epoch AND state = 'leased'`,
  )
  const release = db.prepare<[number, number, number]>(
    `UPDATE candidate SET state = 'queued', lease_epoch = NULL
      WHERE id = ? AND lease_token = ? AND lease_epoch = ? AND state = 'leased'`,
  )

  const readyHosts = (nowMs: number): QueuedHost[] =>
    hosts
      .all()
      .map(({ host, queued, due }) => ({ host, queued, dueAtMs: soonest(due, nowMs) }))
      .sort((a, b) => a.dueAtMs - b.dueAtMs)

  /** What the clock of the queue said last; it goes on where the time of day is set back. */
  let queueNowMs = 0

  /** Leases given out that nobody has tried to end yet. */
  const inHand = new Set<string>()
  const nameOf = ({ id, token }: Pick<Hold, 'id' | 'token'>) => `${id} ${token}`

  const lease = (host: string, nowMs: number): LeasedCandidate | undefined => {
    queueNowMs = nowMs
    const [found, next] = first.all(host)
    if (!found || soonest(found.due_at_ms, nowMs) > nowMs) return undefined
    const row = take.get(epoch, found.id)
    if (!row) return undefined
    inHand.add(nameOf({ id: row.id, token: row.lease_token }))
    return {
      id: row.id,
      token: row.lease_token,
      classId: row.class_id,
      classFolder: folder.get(row.class_id) ?? '',
      title: row.title,
      landingUrl: row.landing_url,
      sources: sources.all(row.id).map(toSource),
      sourceIndex: row.source_index,
      host: row.host,
      attempts: row.attempts,
      lastCode: row.code,
      heldImageId: row.image_id,
      nextDueAtMs: next && soonest(next.due_at_ms, nowMs),
    }
  }

  /** Whatever became of the original, the thumbnail stays. */
  const keepingPicture = (hold: Hold, ending: Ending): Ending => {
    const { heldImageId: imageId } = hold
    if (!imageId || (ending.state === 'upgraded' && ending.imageId === imageId)) return ending
    const held = heldThumbnail.get(hold.id)
    if (!held) return ending
    const { isThumbnail, widthPx, heightPx, sourceIndex } = held
    const kept = { state: 'stored', imageId, sourceIndex, facts: ending.facts } as const
    return isThumbnail
      ? {
          ...kept,
          code: 'STORED_THUMBNAIL',
          explanation: thumbnailSentence(widthPx, heightPx, ending.explanation),
        }
      : { ...kept, code: 'STORED', explanation: 'A better copy took the place of its thumbnail meanwhile.' }
  }

  return {
    /** Frees what an earlier process held. @returns how many */
    freeOlder: () => free.run(epoch).changes,
    readyHosts,
    lease,
    /** The class of a candidate, which may have changed since its lease was given, and its folder. */
    classNow: ({ id }: Pick<Hold, 'id'>) => classNow.get(id),
    isHeld: ({ id, token }: Hold) => isHeld.get(id, token, epoch) !== undefined,
    /** Leases whose holders may still come to end them. */
    inHand: () => inHand.size,
    /** The holder has come, with whatever it brings. */
    cameBack: (hold: Hold) => void inHand.delete(nameOf(hold)),
    /** @returns whether the lease was held */
    end: (hold: Hold, wanted: Ending) => {
      const ending = keepingPicture(hold, wanted)
      const { changes } = end.run({
        id: hold.id,
        token: hold.token,
        epoch,
        now: now(),
        state: ending.state,
        code: ending.code,
        explanation: ending.explanation,
        facts: ending.facts ? JSON.stringify(ending.facts) : null,
        imageId: ending.imageId ?? null,
        distanceBits: ending.distanceBits ?? null,
        sourceIndex: ending.sourceIndex,
      })
      return changes === 1
    },
    /** @returns whether the lease was held */
    postpone: ({ id, token }: Hold, to: Omit<Postponement, 'attempts'>) => {
      const nowMs = now()
      const { code, host, sourceIndex } = to
      const due = Math.min(to.dueAtMs, Math.max(nowMs, queueNowMs) + farthestDueMs)
      const counted = to.countsAsAttempt ? 1 : 0
      return (
        postpone.run({ id, token, epoch, now: nowMs, code, host, due, sourceIndex, counted }).changes === 1
      )
    },
    /** @returns whether the lease was held */
    release: ({ id, token }: Hold) => release.run(id, token, epoch).changes === 1,
  }
}
export type CandidateStore = ReturnType<typeof createCandidateStore>

/** When what is due at a time counts as due. */
const soonest = (dueAtMs: number, nowMs: number) => (dueAtMs > nowMs + farthestDueMs ? nowMs : dueAtMs)

function toSource(row: SourceRow): CandidateSource {
  return {
    kind: row.kind,
    url: row.url,
    ...(row.width_px === null ? {} : { width: row.width_px }),
    ...(row.height_px === null ? {} : { height: row.height_px }),
  }
}

/** Intake: all SQL about the tables `batch`, `sighting` and `source`, and the birth of candidates. */
import { createHash } from 'node:crypto'
import type { Batch, Receipt } from '@gleaner/shared/api'
import type { Candidate } from '@gleaner/shared/candidate'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { CandidateState, StateCounts } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import type { ClassStore } from './classes.ts'
import type { Database } from './database.ts'
import type { Clock, IntakeRules } from './types.ts'

interface BatchRow {
  readonly id: number
  readonly body_digest: string
  readonly class_id: number
  readonly accepted: number
  readonly known: number
  readonly refused: number
}

type Arrival = 'accepted' | 'known' | 'refused'

interface Parts {
  readonly datasetId: string
  readonly now: Clock
  readonly classes: ClassStore
}

/** Digest of what a batch says, whatever the order of its keys. */
export function bodyDigest(batch: Batch): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(batch)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, held]) => held !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, held]) => [key, sorted(held)]),
  )
}

export function createBatchStore(db: Database, { datasetId, now, classes }: Parts) {
  const find = db.prepare<[string, string], BatchRow>(
    `SELECT id, body_digest, class_id, accepted, known, refused FROM batch WHERE client_id = ? AND batch_id = ?`,
  )
  const open = db.prepare(
    `INSERT INTO batch (client_id, batch_id, body_digest, class_id, engine, query, page_url, accepted, known, refused,
                        sightings, received_at_ms)
     VALUES (:clientId, :batchId, :digest, :classId, :engine, :query, :pageUrl, 0, 0, 0, 1, :now)`,
  )
  const settle = db.prepare(
    `UPDATE batch SET accepted = :accepted, known = :known, refused = :refused, sightings = :sightings WHERE id = :id`,
  )
  const sight = db.prepare<[number | bigint, number, string | null, string | null, number | null]>(
    `INSERT INTO sighting (batch_id, candidate_id, landing_url, title, rank) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const progress = db.prepare<{ clientId: string; batchIds: string }, { state: CandidateState; n: number }>(
    `SELECT c.state, count(*) AS n
       FROM (SELECT DISTINCT s.candidate_id AS id
               FROM json_each(:batchIds) wanted
               CROSS JOIN batch b ON b.client_id = :clientId AND b.batch_id = wanted.value
               CROSS JOIN sighting s ON s.batch_id = b.id) seen
       CROSS JOIN candidate c ON c.id = seen.id
      GROUP BY c.state`,
  )
  const births = createBirths(db, now)

  const receipt = (batchId: string, row: Omit<BatchRow, 'id' | 'body_digest'>): Receipt => ({
    batchId,
    datasetId,
    classId: row.class_id,
    accepted: row.accepted,
    known: row.known,
    refused: row.refused,
  })

  /** To be called inside a transaction. */
  const accept = (clientId: string, batch: Batch, rules: IntakeRules): Receipt => {
    const digest = bodyDigest(batch)
    const before = find.get(clientId, batch.batchId)
    if (before && before.body_digest !== digest) {
      throw new AppError('PROTOCOL_CONFLICT', { batchId: batch.batchId })
    }
    if (before) return receipt(batch.batchId, before)

    const { id: classId } = classes.ensure(batch.class)
    classes.touch(classId)
    const { engine, query = null, pageUrl = null } = batch.origin
    const { batchId } = batch
    const batchRow = open.run({ clientId, batchId, digest, classId, engine, query, pageUrl, now: now() })
    const sums = { accepted: 0, known: 0, refused: 0 }
    let sightings = 0
    for (const candidate of batch.candidates) {
      const title = cleanText(candidate.title, limits.titleChars) ?? null
      const landingUrl = candidate.landingUrl ?? null
      const { id, arrival } = births.bring(candidate, { classId, title, landingUrl }, rules)
      sums[arrival] += 1
      sightings += sight.run(batchRow.lastInsertRowid, id, landingUrl, title, candidate.rank ?? null).changes
    }
    settle.run({ ...sums, sightings, id: batchRow.lastInsertRowid })
    return receipt(batchId, { class_id: classId, ...sums })
  }

  return {
    accept,
    has: (clientId: string, batchId: string) => find.get(clientId, batchId) !== undefined,
    progress: (clientId: string, batchIds: readonly string[]): StateCounts => {
      const counts = noCounts()
      const rows = progress.all({ clientId, batchIds: JSON.stringify([...new Set(batchIds)]) })
      for (const { state, n } of rows) counts[state] = n
      return counts
    },
  }
}

interface Birth {
  readonly classId: number
  readonly title: string | null
  readonly landingUrl: string | null
}

/** Brings candidates into the world, or finds that they are there already. */
function createBirths(db: Database, now: Clock) {
  const known = db.prepare<[string], number>('SELECT id FROM candidate WHERE url_key = ?').pluck()
  const removed = db
    .prepare<[string], string>(
      'SELECT i.id FROM removed_url r JOIN image i ON i.seq = r.image_seq WHERE r.url_key = ?',
    )
    .pluck()
  const insert = db.prepare(
    `INSERT INTO candidate (class_id, url_key, state, code, explanation, image_id, source_index, host, due_at_ms, title,
                            landing_url, created_at_ms, updated_at_ms)
     VALUES (:classId, :key, :state, :code, :explanation, :imageId, :way, :host, :now, :title, :landingUrl, :now, :now)`,
  )
  const addSource = db.prepare(
    `INSERT INTO source (candidate_id, position, kind, url, width_px, height_px)
     VALUES (:id, :position, :kind, :url, :width, :height)`,
  )

  const bring = (
    candidate: Candidate,
    birth: Birth,
    rules: IntakeRules,
  ): { id: number; arrival: Arrival } => {
    const [first] = candidate.sources
    if (!first) throw new AppError('PROTOCOL_INVALID', { at: 'sources' })
    const parsed = parseHttpUrl(first.url)
    const key = parsed ? urlKey(parsed) : first.url
    const held = known.get(key)
    if (held !== undefined) return { id: held, arrival: 'known' }

    const { way, refusal } = firstAllowed(candidate, rules)
    const tombstone = removed.get(key)
    const fate = refusal
      ? {
          state: 'rejected',
          code: refusal,
          explanation:
            candidate.sources.length === 1
              ? 'The address was refused on arrival.'
              : 'All its addresses were refused on arrival.',
          imageId: null,
        }
      : tombstone
        ? {
            state: 'blocked',
            code: 'BLOCKED_REMOVED',
            explanation: 'The picture at this address was removed before.',
            imageId: tombstone,
          }
        : { state: 'queued', code: null, explanation: null, imageId: null }
    const wayUrl = candidate.sources[way]?.url ?? first.url
    const host = parseHttpUrl(wayUrl) ? rules.hostOf(wayUrl) : ''
    const id = Number(insert.run({ ...birth, ...fate, way, key, host, now: now() }).lastInsertRowid)
    for (const [position, { kind, url, width = null, height = null }] of candidate.sources.entries()) {
      addSource.run({ id, position, kind, url, width, height })
    }
    return { id, arrival: refusal ? 'refused' : 'accepted' }
  }
  return { bring }
}

/** @returns the first way that may be taken; when there is none, the first one and why not */
function firstAllowed(
  { sources }: Candidate,
  { judge }: IntakeRules,
): { way: number; refusal: ErrorCode | null } {
  const refusals = sources.map(({ url }) => (parseHttpUrl(url) ? judge(url) : 'DOWNLOAD_URL_REFUSED'))
  const way = refusals.indexOf(null)
  return way === -1 ? { way: 0, refusal: refusals[0] ?? 'DOWNLOAD_URL_REFUSED' } : { way, refusal: null }
}

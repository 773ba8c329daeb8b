/** Intake: all SQL about the tables `batch` and `sighting`. */
import { createHash } from 'node:crypto'
import type { LicenseClaim, SearchFilters } from '@gleaner/shared/candidate'
import type { Batch, Receipt } from '@gleaner/shared/collect'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { CandidateState, StateCounts } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { ActionStore } from './actions.ts'
import { type Arrived, createBirths } from './births.ts'
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

interface SearchRow {
  readonly class: string
  readonly engine: string
  readonly query: string
  readonly filters: string | null
}

/** `arrived` is empty where the batch had been taken before. */
interface Taken {
  readonly receipt: Receipt
  readonly arrived: readonly Arrived[]
}

interface Parts {
  readonly datasetId: string
  readonly now: Clock
  readonly classes: ClassStore
  readonly actions: Pick<ActionStore, 'begin'>
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

export function createBatchStore(db: Database, { datasetId, now, classes, actions }: Parts) {
  const find = db.prepare<[string, string], BatchRow>(
    `SELECT id, body_digest, class_id, accepted, known, refused FROM batch WHERE client_id = ? AND batch_id = ?`,
  )
  const open = db.prepare(
    `INSERT INTO batch (client_id, batch_id, body_digest, class_id, engine, query, page_url, filters, accepted, known,
                        refused, sightings, received_at_ms)
     VALUES (:clientId, :batchId, :digest, :classId, :engine, :query, :pageUrl, :filters, 0, 0, 0, 1, :now)`,
  )
  const settle = db.prepare(
    `UPDATE batch
        SET accepted = :accepted, known = :known, refused = :refused, revived = :revived, sightings = :sightings
      WHERE id = :id`,
  )
  const sight = db.prepare(
    `INSERT INTO sighting (batch_id, candidate_id, landing_url, title, rank, license)
     VALUES (:batch, :id, :landingUrl, :title, :rank, :license) ON CONFLICT DO NOTHING`,
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
  const searches = db.prepare<[], SearchRow>(
    `SELECT DISTINCT k.label AS class, b.engine, b.query, b.filters FROM batch b CROSS JOIN class k ON k.id = b.class_id
      WHERE b.undone_by IS NULL AND b.query IS NOT NULL AND b.engine NOT IN ('import', 'page')
      ORDER BY k.label, b.engine, b.query LIMIT 10000`,
  )

  const receipt = (batchId: string, row: Omit<BatchRow, 'id' | 'body_digest'>): Receipt => ({
    batchId,
    datasetId,
    classId: row.class_id,
    accepted: row.accepted,
    known: row.known,
    refused: row.refused,
  })

  /** @param keys - by what the candidates are known, in their order, where they are files and not addresses */
  const take = (clientId: string, batch: Batch, rules: IntakeRules, keys?: readonly string[]): Taken => {
    const digest = bodyDigest(batch)
    const before = find.get(clientId, batch.batchId)
    if (before && before.body_digest !== digest) {
      throw new AppError('PROTOCOL_CONFLICT', { batchId: batch.batchId })
    }
    if (before) return { receipt: receipt(batch.batchId, before), arrived: [] }

    const { id: classId } = classes.ensure(batch.class)
    classes.touch(classId)
    const { engine, query = null, pageUrl = null } = batch.origin
    const { batchId } = batch
    const filters = filtersOf(batch.origin.filters)
    const opened = open.run({
      clientId,
      batchId,
      digest,
      classId,
      engine,
      query,
      pageUrl,
      filters,
      now: now(),
    })
    const batchRow = opened.lastInsertRowid
    const sums = { accepted: 0, known: 0, refused: 0 }
    let revived = 0
    let again: number | null | undefined
    const beginAgain = () => {
      again ??= actions.begin('collect', { batchId })
      return again
    }
    let sightings = 0
    const arrived: Arrived[] = []
    for (const [place, candidate] of batch.candidates.entries()) {
      const title = cleanText(candidate.title, limits.titleChars) ?? null
      const landingUrl = candidate.landingUrl ?? null
      const key = keys?.[place]
      const facts = { classId, beginAgain, title, landingUrl }
      const birth =
        key === undefined ? births.bring(candidate, facts, rules) : births.bringFile(key, candidate, facts)
      arrived.push(birth)
      sums[birth.arrival] += 1
      revived += birth.isRevived ? 1 : 0
      const rank = candidate.rank ?? null
      const license = licenseOf(candidate.license)
      sightings += sight.run({ batch: batchRow, id: birth.id, landingUrl, title, rank, license }).changes
    }
    settle.run({ ...sums, revived, sightings, id: batchRow })
    return { receipt: receipt(batchId, { class_id: classId, ...sums }), arrived }
  }

  return {
    /** To be called inside a transaction. */
    accept: (clientId: string, batch: Batch, rules: IntakeRules): Receipt =>
      take(clientId, batch, rules).receipt,
    /** The same for files, each known by a key of its own. @returns what became of them, too, in their order */
    acceptFiles: (clientId: string, batch: Batch, rules: IntakeRules, keys: readonly string[]): Taken =>
      take(clientId, batch, rules, keys),
    /** Searches that brought something, as they would be made again. */
    searches: () =>
      searches.all().map(({ filters, ...search }) => ({
        ...search,
        ...(filters !== null && { filters: JSON.parse(filters) as SearchFilters }),
      })),
    has: (clientId: string, batchId: string) => find.get(clientId, batchId) !== undefined,
    progress: (clientId: string, batchIds: readonly string[]): StateCounts => {
      const counts = noCounts()
      const rows = progress.all({ clientId, batchIds: JSON.stringify([...new Set(batchIds)]) })
      for (const { state, n } of rows) counts[state] = n
      return counts
    },
  }
}

/** The claim as it is kept, in JSON: text for reading, addresses that lead to the web, or nothing. */
function licenseOf(claim: LicenseClaim | undefined): string | null {
  if (!claim) return null
  const { basis } = claim
  const said = {
    name: cleanText(claim.name, 128),
    url: parseHttpUrl(claim.url)?.href,
    creator: cleanText(claim.creator, 256),
    creatorUrl: parseHttpUrl(claim.creatorUrl)?.href,
    attribution: cleanText(claim.attribution, 1024),
  }
  return Object.values(said).every(part => part === undefined) ? null : JSON.stringify({ ...said, basis })
}

/** The filters that say something, in JSON. */
function filtersOf(filters: SearchFilters | undefined): string | null {
  const said = Object.entries(filters ?? {}).flatMap(([name, words]) => {
    const clean = cleanText(words, limits.filterChars)
    return clean === undefined ? [] : [[name, clean]]
  })
  return said.length === 0 ? null : JSON.stringify(Object.fromEntries(said))
}

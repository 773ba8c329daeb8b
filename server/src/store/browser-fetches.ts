/** What the person's own browser is asked to fetch, and what it brought: all SQL about the table `browser_fetch`. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { ActionStore } from './actions.ts'
import { fileKeys } from './addresses.ts'
import type { Database } from './database.ts'
import type {
  AskedFetch,
  BrowserAsk,
  BrowserBytes,
  BrowserWay,
  Clock,
  GivenUpWay,
  LeasedCandidate,
  TriedWay,
  WaitingHost,
} from './types.ts'

/** In the place of a client's id, for batches of the owner: the dashboard and the command line. */
export const ownerName = 'owner'

/** Under this name candidates wait whose bytes the browser has brought: no host is asked for them, so none paces them. */
export const browserHost = 'browser'

/** Nobody else's batches: one of the client's own, that stands, names the candidate. */
const isOwn = `EXISTS (SELECT 1 FROM sighting s JOIN batch b ON b.id = s.batch_id
                        WHERE s.candidate_id = f.candidate_id AND b.undone_by IS NULL AND b.client_id = :clientId)`
/** Another copy may have taken the place of the thumbnail meanwhile. */
const isOpen = `f.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM image i WHERE i.id = c.image_id AND i.is_thumbnail = 0)`

/** A candidate that has its thumbnail before it, and has not failed to get that: else it waits for the host of that. */
const isWaiting = `candidate.state = 'queued' AND candidate.attempts = 0 AND EXISTS (
  SELECT 1 FROM source s
   WHERE s.candidate_id = candidate.id AND s.position = candidate.source_index AND s.kind = 'thumbnail')`

export const browserSql = {
  /** Those that keep a candidate waiting come first. */
  asked: `
    SELECT f.candidate_id AS candidateId, f.position, w.url, f.code, f.asked_at_ms AS askedAtMs,
           c.state = 'queued' AS isWaiting
      FROM browser_fetch f JOIN candidate c ON c.id = f.candidate_id
      JOIN source w ON w.candidate_id = f.candidate_id AND w.position = f.position
     WHERE ${isOpen} AND (:hosts IS NULL OR f.host IN (SELECT value FROM json_each(:hosts))) AND ${isOwn}
     ORDER BY isWaiting DESC, f.asked_at_ms LIMIT :limit`,
  hosts: `
    SELECT f.host, f.scheme, count(*) AS pictures
      FROM browser_fetch f JOIN candidate c ON c.id = f.candidate_id
     WHERE ${isOpen} AND ${isOwn}
     GROUP BY f.host, f.scheme ORDER BY pictures DESC, f.host LIMIT :limit`,
  waiting: `
    SELECT count(*) FROM browser_fetch f CROSS JOIN candidate ON candidate.id = f.candidate_id
     WHERE f.state = 'open' AND f.asked_at_ms >= :sinceMs AND candidate.due_at_ms > :now AND ${isWaiting}`,
  tried: `
    SELECT s.position, a.code, json_extract(a.hops, '$[#-1].status') AS status
      FROM source s JOIN attempt a ON a.id = (SELECT max(x.id) FROM attempt x
                                               WHERE x.candidate_id = s.candidate_id AND x.url = s.url
                                                 AND x.is_from_browser = 0)
     WHERE s.candidate_id = ? AND s.kind <> 'thumbnail' ORDER BY s.position`,
} as const

interface AskedRow extends Omit<AskedFetch, 'isWaiting'> {
  readonly isWaiting: 0 | 1
}

interface FoundRow extends GivenUpWay {
  readonly isEnded: 0 | 1
}

interface BroughtRow {
  readonly atMs: number
  readonly digest: Digest | null
  readonly format: string | null
  readonly sizeBytes: number | null
  readonly optOut: string | null
}

/** Bytes among the originals that belong to no picture yet. */
export interface WaitingBytes {
  readonly candidateId: number
  readonly digest: string
  readonly format: string
  readonly sizeBytes: number
}

const nothingBrought = { digest: null, format: null, sizeBytes: null, optOut: null }

function rowOf(what: BrowserBytes) {
  if (what.kind === 'opt-out') return { ...nothingBrought, optOut: what.directive }
  const { digest, format, bytes } = what
  return { ...nothingBrought, digest, format, sizeBytes: bytes.byteLength }
}

export function createBrowserStore(db: Database, now: Clock, actions: ActionStore) {
  const asked = db.prepare<Record<string, unknown>, AskedRow>(browserSql.asked)
  const hosts = db.prepare<Record<string, unknown>, WaitingHost>(browserSql.hosts)
  const waiting = db.prepare<{ sinceMs: number; now: number }, number>(browserSql.waiting).pluck()
  const tried = db.prepare<[number], TriedWay>(browserSql.tried)
  const clients = db
    .prepare<[number], string>(
      `SELECT DISTINCT b.client_id FROM sighting s JOIN batch b ON b.id = s.batch_id
        WHERE s.candidate_id = ? AND b.undone_by IS NULL AND b.client_id <> '${ownerName}'`,
    )
    .pluck()
  const ask = db.prepare(
    `INSERT INTO browser_fetch (candidate_id, position, host, scheme, pacing_key, code, state, asked_at_ms)
     VALUES (:id, :position, :host, :scheme, :pacingKey, :code, 'open', :now)
     ON CONFLICT DO UPDATE SET position = excluded.position, host = excluded.host, scheme = excluded.scheme,
       pacing_key = excluded.pacing_key, code = excluded.code, state = 'open', asked_at_ms = excluded.asked_at_ms,
       delivered_at_ms = NULL, digest = NULL, format = NULL, size_bytes = NULL, opt_out = NULL`,
  )
  const find = db.prepare<Record<string, unknown>, FoundRow>(
    `SELECT w.url, w.kind AS sourceKind, c.state NOT IN ('queued', 'leased') AS isEnded
       FROM browser_fetch f JOIN candidate c ON c.id = f.candidate_id
       JOIN source w ON w.candidate_id = f.candidate_id AND w.position = f.position
      WHERE f.candidate_id = :candidateId AND f.position = :position AND ${isOpen} AND ${isOwn}`,
  )
  const takeWay = db.prepare(
    `UPDATE candidate
        SET state = 'queued', source_index = :position, host = '${browserHost}', due_at_ms = :now, attempts = 0,
            code = (SELECT f.code FROM browser_fetch f WHERE f.candidate_id = candidate.id), facts = NULL,
            explanation = iif(image_id IS NULL, NULL, explanation), distance_bits = NULL, lease_epoch = NULL,
            action_id = coalesce(:action, action_id), updated_at_ms = :now
      WHERE id = :candidateId`,
  )
  const deliver = db.prepare(
    `UPDATE browser_fetch
        SET state = 'delivered', delivered_at_ms = :now, digest = :digest, format = :format, size_bytes = :sizeBytes,
            opt_out = :optOut
      WHERE candidate_id = :candidateId`,
  )
  const close = db.prepare<[string, number]>(
    `UPDATE browser_fetch SET state = 'closed', code = ? WHERE candidate_id = ?`,
  )
  const goOn = db.prepare<[number, number]>(
    `UPDATE candidate SET due_at_ms = min(due_at_ms, ?) WHERE id = ? AND ${isWaiting}`,
  )
  const goOnWithout = db.prepare<{ clientId: string; hosts: string; now: number }>(
    `UPDATE candidate SET due_at_ms = :now
      WHERE due_at_ms > :now AND ${isWaiting}
        AND id IN (SELECT f.candidate_id FROM browser_fetch f
                    WHERE f.state = 'open' AND f.host IN (SELECT value FROM json_each(:hosts)) AND ${isOwn})`,
  )
  const brought = db.prepare<[number, number], BroughtRow>(
    `SELECT delivered_at_ms AS atMs, digest, format, size_bytes AS sizeBytes, opt_out AS optOut FROM browser_fetch
      WHERE candidate_id = ? AND position = ? AND state = 'delivered'`,
  )
  const bytes = db.prepare<[], WaitingBytes>(
    `SELECT digest, format, size_bytes AS sizeBytes, candidate_id AS candidateId FROM browser_fetch
      WHERE digest IS NOT NULL`,
  )

  const again = db.prepare<[number], number>(
    `SELECT 1 FROM candidate WHERE id = ? AND state IN ('rejected', 'failed', 'opted_out', 'cancelled')
        AND code <> 'CANCELLED_UNDONE'`,
  )
  const hand = db.prepare(
    `INSERT INTO browser_fetch (candidate_id, position, host, scheme, pacing_key, code, state, asked_at_ms,
                                delivered_at_ms, digest, format, size_bytes)
     VALUES (:candidateId, 0, '', 'https', '${browserHost}', 'IMPORT_FILE_GONE', 'delivered', :now, :now, :digest,
             :format, :sizeBytes)
     ON CONFLICT DO UPDATE SET position = 0, state = 'delivered', code = excluded.code,
       delivered_at_ms = excluded.delivered_at_ms, digest = excluded.digest, format = excluded.format,
       size_bytes = excluded.size_bytes, opt_out = NULL`,
  )
  const isFile = db
    .prepare<[number], number>(`SELECT 1 FROM candidate WHERE id = ? AND url_key GLOB '${fileKeys}'`)
    .pluck()

  const goBack = db.prepare<[number]>(
    `UPDATE candidate SET host = (SELECT pacing_key FROM browser_fetch f WHERE f.candidate_id = candidate.id)
      WHERE id = ? AND host = '${browserHost}'`,
  )
  const lose = db.prepare<[number]>(
    `UPDATE browser_fetch
        SET state = 'closed', delivered_at_ms = NULL, digest = NULL, format = NULL, size_bytes = NULL
      WHERE candidate_id = ? AND digest IS NOT NULL`,
  )

  const isAsked = (clientId: string, way: BrowserWay) => find.get({ clientId, ...way })

  return {
    /** Ways to the picture that were tried, with what came of each last. */
    tried: ({ id }: Pick<LeasedCandidate, 'id'>) => tried.all(id),
    /** Extensions that collected the candidate, and did not undo that. */
    clientsOf: ({ id }: Pick<LeasedCandidate, 'id'>) => clients.all(id),
    /** To be called inside a transaction, after the candidate has ended or gone on to its thumbnail. */
    ask: ({ id }: Pick<LeasedCandidate, 'id'>, { position, url, pacingKey, code }: BrowserAsk) => {
      const { hostname: host, protocol } = new URL(url)
      ask.run({ id, position, host, scheme: protocol.slice(0, -1), pacingKey, code, now: now() })
    },
    asked: (clientId: string, askedHosts: readonly string[] | undefined, limit: number): AskedFetch[] => {
      const wanted = askedHosts === undefined ? null : JSON.stringify(askedHosts)
      return asked
        .all({ clientId, hosts: wanted, limit })
        .map(row => ({ ...row, isWaiting: row.isWaiting === 1 }))
    },
    /** @returns how many candidates wait no longer */
    waitNoMore: (clientId: string, unfetched: readonly string[]): number =>
      goOnWithout.run({ clientId, hosts: JSON.stringify(unfetched), now: now() }).changes,
    waitingHosts: (clientId: string, limit: number) => hosts.all({ clientId, limit }),
    /** Candidates not due yet of which the browser was asked since then. */
    waiting: (sinceMs: number): number => waiting.get({ sinceMs, now: now() }) ?? 0,
    isAsked: (clientId: string, way: BrowserWay) => isAsked(clientId, way) !== undefined,
    /** To be called inside a transaction. @returns false when nobody asks for it any more; nothing has changed then */
    deliver: (clientId: string, way: BrowserWay, what: BrowserBytes): boolean => {
      const found = isAsked(clientId, way)
      if (!found) return false
      const { candidateId } = way
      const action = found.isEnded
        ? actions.begin('retry', { candidateIds: [candidateId], by: 'browser' })
        : null
      takeWay.run({ ...way, action, now: now() })
      deliver.run({ ...rowOf(what), candidateId, now: now() })
      return true
    },
    /**
     * Gives a candidate a file that lies among the originals already, as if a browser had brought it. One that ended
     * without a picture begins anew. To be called inside a transaction.
     *
     * @returns whether the candidate waits for it now
     */
    hand: (candidateId: number, isNew: boolean, file: Omit<WaitingBytes, 'candidateId'>): boolean => {
      if (!isNew) {
        if (again.get(candidateId) === undefined) return false
        const action = actions.begin('retry', { candidateIds: [candidateId], by: 'import' })
        takeWay.run({ candidateId, position: 0, action, now: now() })
      }
      hand.run({ ...file, candidateId, now: now() })
      return true
    },
    /** Whether a candidate is a file that a person brought: there is no host to ask for it. */
    isFile: ({ id }: Pick<LeasedCandidate, 'id'>) => isFile.get(id) !== undefined,
    /** To be called inside a transaction. @returns the way that is given up, for the record */
    refuse: (clientId: string, way: BrowserWay, code: ErrorCode): GivenUpWay | undefined => {
      const found = isAsked(clientId, way)
      if (!found) return undefined
      close.run(code, way.candidateId)
      goOn.run(now(), way.candidateId)
      return found
    },
    brought: ({ id, sourceIndex }: Pick<LeasedCandidate, 'id' | 'sourceIndex'>) =>
      brought.get(id, sourceIndex),
    /** All bytes that wait to be looked at. */
    bytes: () => bytes.all(),
    /** Bytes that are damaged: the candidate asks the host again. */
    lose: ({ candidateId }: WaitingBytes) => {
      goBack.run(candidateId)
      lose.run(candidateId)
    },
  }
}

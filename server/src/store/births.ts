/** The birth of candidates, and their second one after an undo: all SQL about the table `source` that changes it. */
import type { Candidate } from '@gleaner/shared/candidate'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import { sizeFreeKey } from './addresses.ts'
import { browserHost } from './browser-fetches.ts'
import type { Database } from './database.ts'
import type { Clock, IntakeRules } from './types.ts'

export interface Arrived {
  readonly id: number
  readonly arrival: 'accepted' | 'known' | 'refused'
  /** Whether it had been there until its collect was undone. */
  readonly isRevived: boolean
}

interface Birth {
  readonly classId: number
  /** Logs that the person collected again. */
  readonly beginAgain: () => number | null
  readonly title: string | null
  readonly landingUrl: string | null
}

/** Brings candidates into the world, or finds that they are there already. */
export function createBirths(db: Database, now: Clock) {
  const known = db.prepare<[string], { id: number; isUndone: 0 | 1 }>(
    `SELECT id, code IS 'CANCELLED_UNDONE' AND state = 'cancelled' AS isUndone FROM candidate WHERE url_key = ?`,
  )
  const removed = db
    .prepare<[string], string>(
      'SELECT id FROM image WHERE seq = (SELECT image_seq FROM removed_url WHERE url_key = ?)',
    )
    .pluck()
  const insert = db.prepare(
    `INSERT INTO candidate (class_id, url_key, state, code, explanation, image_id, source_index, host, due_at_ms, title,
                            landing_url, size_free_key, asked_side_px, created_at_ms, updated_at_ms)
     VALUES (:classId, :key, :state, :code, :explanation, :imageId, :way, :host, :now, :title, :landingUrl, :sizeFreeKey,
             :askedSidePx, :now, :now)`,
  )
  const revive = db.prepare(
    `UPDATE candidate
        SET class_id = :classId, state = :state, code = :code, explanation = :explanation, image_id = :imageId,
            source_index = :way, attempts = 0, host = :host, due_at_ms = :now, title = :title,
            landing_url = :landingUrl, size_free_key = :sizeFreeKey, asked_side_px = :askedSidePx, action_id = :action,
            updated_at_ms = :now
      WHERE id = :id`,
  )
  const dropSources = db.prepare<[number]>('DELETE FROM source WHERE candidate_id = ?')
  const addSource = db.prepare(
    `INSERT INTO source (candidate_id, position, kind, url, width_px, height_px)
     VALUES (:id, :position, :kind, :url, :width, :height)`,
  )

  /** What becomes of a candidate on arrival, and the way it begins with. */
  const fateOf = (candidate: Candidate, key: string, rules: IntakeRules) => {
    const { way, refusal } = firstAllowed(candidate, rules)
    const tombstone = removed.get(key)
    const url = candidate.sources[way]?.url ?? key
    const host = parseHttpUrl(url) ? rules.hostOf(url) : ''
    if (refusal) return { ...refused(refusal, candidate), way, host }
    if (tombstone) return { ...wasRemoved, imageId: tombstone, way, host }
    return { state: 'queued', code: null, explanation: null, imageId: null, way, host }
  }

  const setSources = (id: number, { sources }: Candidate) => {
    for (const [position, { kind, url, width = null, height = null }] of sources.entries()) {
      addSource.run({ id, position, kind, url, width, height })
    }
  }

  /** One whose collect was undone begins anew, as if it had never been there. */
  const bringBack = (id: number, candidate: Candidate, { beginAgain, ...birth }: Birth, fate: object) => {
    revive.run({ ...birth, ...fate, id, action: beginAgain(), now: now() })
    dropSources.run(id)
    setSources(id, candidate)
  }

  const arrive = (key: string, candidate: Candidate, birth: Birth, fateOfNew: () => Fate): Arrived => {
    const held = known.get(key)
    if (held?.isUndone === 0) return { id: held.id, arrival: 'known', isRevived: false }

    const fate = fateOfNew()
    const arrival = fate.state === 'rejected' ? 'refused' : 'accepted'
    if (held) {
      bringBack(held.id, candidate, birth, fate)
      return { id: held.id, arrival, isRevived: true }
    }
    const { beginAgain: _, ...row } = birth
    const id = Number(insert.run({ ...row, ...fate, key, now: now() }).lastInsertRowid)
    setSources(id, candidate)
    return { id, arrival, isRevived: false }
  }

  return {
    bring: (candidate: Candidate, birth: Birth, rules: IntakeRules): Arrived => {
      const [first] = candidate.sources
      if (!first) throw new AppError('PROTOCOL_INVALID', { at: 'sources' })
      const parsed = parseHttpUrl(first.url)
      const key = parsed ? urlKey(parsed) : first.url
      return arrive(key, candidate, birth, () => ({
        ...fateOf(candidate, key, rules),
        ...sizeFreeKey(first.url),
      }))
    },
    /** A file that is here already: it is known by its bytes, and its addresses are hearsay that nobody asks. */
    bringFile: (key: string, candidate: Candidate, birth: Birth): Arrived =>
      arrive(key, candidate, birth, () => fateOfFile),
  }
}

interface Fate {
  readonly state: string
}

const fateOfFile = {
  ...{ state: 'queued', code: null, explanation: null, imageId: null, way: 0 },
  ...{ host: browserHost, sizeFreeKey: null, askedSidePx: null },
}

function refused(code: ErrorCode, { sources }: Candidate) {
  const explanation =
    sources.length === 1
      ? 'The address was refused on arrival.'
      : 'All its addresses were refused on arrival.'
  return { state: 'rejected', code, explanation, imageId: null }
}

const wasRemoved = {
  state: 'blocked',
  code: 'BLOCKED_REMOVED',
  explanation: 'The picture at this address was removed before.',
} as const

/** @returns the first way that may be taken; when there is none, the first one and why not */
function firstAllowed(
  { sources }: Candidate,
  { judge }: IntakeRules,
): { way: number; refusal: ErrorCode | null } {
  const refusals = sources.map(({ url }) => (parseHttpUrl(url) ? judge(url) : 'DOWNLOAD_URL_REFUSED'))
  const way = refusals.indexOf(null)
  return way === -1 ? { way: 0, refusal: refusals[0] ?? 'DOWNLOAD_URL_REFUSED' } : { way, refusal: null }
}

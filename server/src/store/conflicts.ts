/** Pictures offered for several classes: all SQL about the tables `label_conflict`, `label_offer` and `settled_offer`. */
import type { ConflictOffer, DuplicateLevel } from '@gleaner/shared/duplicates'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Database } from './database.ts'
import { createMergedClasses } from './merged-classes.ts'

export interface ConflictRow {
  readonly seq: number
  readonly foundAtMs: number
}

/** A move that is taken back. */
export interface WayBack {
  /** Class the picture is in. */
  readonly from: number
  /** Class it goes back to. */
  readonly to: number
  /** By which it had come away from there. */
  readonly action: number
}

interface OfferRow {
  readonly classId: number
  readonly classLabel: string
}

interface MergeRow {
  readonly classId: number
  readonly intoClassId: number
}

interface OffererRow {
  readonly id: number
  readonly state: string
  readonly code: string | null
  readonly level: DuplicateLevel | null
  readonly distanceBits: number | null
  readonly title: string | null
  readonly url: string | null
  readonly engine: string
  readonly query: string | null
}

/** More candidates than these are not counted. */
const mostOfferers = 1_000

export const conflictSql = {
  page: 'SELECT image_seq AS seq, found_at_ms AS foundAtMs FROM label_conflict WHERE image_seq > ? ORDER BY image_seq LIMIT ?',
  offerers: `
    SELECT c.id, c.state, c.code, json_extract(c.facts, '$.level') AS level, c.distance_bits AS distanceBits,
           coalesce(s.title, c.title) AS title, w.url, b.engine, b.query
      FROM image i CROSS JOIN candidate c ON c.image_id = i.id
     CROSS JOIN sighting s ON s.candidate_id = c.id
     CROSS JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL AND b.class_id = :classId
      LEFT JOIN source w ON w.candidate_id = c.id AND w.position = c.source_index
     WHERE i.seq = :seq LIMIT ${mostOfferers}`,
  // What no collect that stands offers any more, of pictures that collects which were undone had led to.
  withdraw: `
    DELETE FROM label_offer
     WHERE settled_by IS NULL
       AND image_seq IN (SELECT i.seq FROM json_each(:ids) named CROSS JOIN sighting s ON s.batch_id = named.value
                          CROSS JOIN candidate c ON c.id = s.candidate_id CROSS JOIN image i ON i.id = c.image_id)
       AND NOT EXISTS (SELECT 1 FROM image i CROSS JOIN candidate c ON c.image_id = i.id
                        CROSS JOIN sighting s ON s.candidate_id = c.id
                        CROSS JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL
                               AND b.class_id = label_offer.class_id
                        WHERE i.seq = label_offer.image_seq)`,
  withdrawOf: `
    DELETE FROM label_offer
     WHERE settled_by IS NULL AND image_seq = ?
       AND NOT EXISTS (SELECT 1 FROM image i CROSS JOIN candidate c ON c.image_id = i.id
                        CROSS JOIN sighting s ON s.candidate_id = c.id
                        CROSS JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL
                               AND b.class_id = label_offer.class_id
                        WHERE i.seq = label_offer.image_seq)`,
  offerLeft: `
    INSERT INTO label_offer (image_seq, class_id, at_ms)
    SELECT :seq, :classId, :now
     WHERE EXISTS (SELECT 1 FROM image i CROSS JOIN candidate c ON c.image_id = i.id
                    CROSS JOIN sighting s ON s.candidate_id = c.id
                    CROSS JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL AND b.class_id = :classId
                    WHERE i.seq = :seq)
    ON CONFLICT DO NOTHING`,
} as const

export function createConflictStore(db: Database) {
  const page = db.prepare<[number, number], ConflictRow>(conflictSql.page)
  const find = db.prepare<[number], ConflictRow>(
    'SELECT image_seq AS seq, found_at_ms AS foundAtMs FROM label_conflict WHERE image_seq = ?',
  )
  const offers = db.prepare<[number], OfferRow>(
    `SELECT o.class_id AS classId, k.label AS classLabel FROM label_offer o CROSS JOIN class k ON k.id = o.class_id
      WHERE o.image_seq = ? AND o.settled_by IS NULL`,
  )
  const offerers = db.prepare<{ seq: number; classId: number }, OffererRow>(conflictSql.offerers)
  const settle = db.prepare<[number, number]>(
    'UPDATE label_offer SET settled_by = ? WHERE image_seq = ? AND settled_by IS NULL',
  )
  const settleFormer = db.prepare(
    `INSERT INTO label_offer (image_seq, class_id, settled_by, at_ms) VALUES (:seq, :classId, :action, :now)
     ON CONFLICT DO UPDATE SET settled_by = excluded.settled_by WHERE settled_by IS NULL`,
  )
  const settleAsOf = db.prepare<{ seq: number; former: number; action: number }>(
    `UPDATE label_offer SET settled_by = :action
      WHERE image_seq = :seq AND settled_by IS NULL
        AND class_id IN (SELECT o.class_id FROM label_offer o WHERE o.image_seq = :former AND o.settled_by IS NOT NULL)`,
  )
  // One that was settled before the picture came there is wanted by whoever takes an earlier move back.
  const dropFormer = db.prepare<[number, number, number]>(
    'DELETE FROM label_offer WHERE image_seq = ? AND class_id = ? AND settled_by = ?',
  )
  // While it lay there, those who collected it for that class offered nothing else.
  const offerLeft = db.prepare<{ seq: number; classId: number; now: number }>(conflictSql.offerLeft)
  const unsettle = db
    .prepare<[number], number>(
      'UPDATE label_offer SET settled_by = NULL WHERE settled_by = ? RETURNING image_seq',
    )
    .pluck()
  const unsettleOf = db.prepare<[number, number]>(
    'UPDATE label_offer SET settled_by = NULL WHERE image_seq = ? AND settled_by = ?',
  )

  const standingFor = createMergedClasses(db)
  const settleOwn = db.prepare<MergeRow & { action: number }>(
    `UPDATE label_offer SET settled_by = :action WHERE class_id = :classId AND settled_by IS NULL
        AND EXISTS (SELECT 1 FROM image WHERE seq = image_seq AND image.class_id = :intoClassId)`,
  )
  const unsettleOwn = db
    .prepare<MergeRow & { action: number }, number>(
      `UPDATE label_offer SET settled_by = NULL WHERE class_id = :classId AND settled_by = :action
          AND EXISTS (SELECT 1 FROM image WHERE seq = image_seq AND image.class_id = :intoClassId) RETURNING image_seq`,
    )
    .pluck()

  // Of what lies in the trash nobody is asked.
  const isStored = db
    .prepare<[number], number>(`SELECT 1 FROM image WHERE seq = ? AND state = 'stored'`)
    .pluck()
  const notAsked = db.prepare<[number]>('DELETE FROM label_conflict WHERE image_seq = ?')
  const forgetSettled = db.prepare<[number]>('DELETE FROM settled_offer WHERE action_id = ?')
  const withdrawOf = db.prepare<[number]>(conflictSql.withdrawOf)

  const offerOf = (seq: number, row: OfferRow): ConflictOffer => {
    const rows = offerers.all({ seq, classId: row.classId })
    const [first] = rows
    const standing = standingFor(row.classId)
    return {
      classId: standing?.id ?? row.classId,
      classLabel: standing?.label ?? row.classLabel,
      candidates: Math.max(1, new Set(rows.map(({ id }) => id)).size),
      level: first ? levelOf(first) : 'look',
      distanceBits: first?.distanceBits ?? null,
      title: first?.title ?? null,
      host: parseHttpUrl(first?.url)?.host ?? null,
      engine: first?.engine ?? null,
      query: first?.query ?? null,
    }
  }

  return {
    page: (after: number, limit: number) => page.all(after, limit),
    find: (seq: number) => find.get(seq),
    /** Of classes that were merged since, as offers for the class they became part of. */
    offers: (seq: number): ConflictOffer[] => {
      const byClass = new Map<number, ConflictOffer>()
      for (const offer of offers.all(seq).map(row => offerOf(seq, row))) {
        const same = byClass.get(offer.classId)
        byClass.set(offer.classId, same ? { ...same, candidates: same.candidates + offer.candidates } : offer)
      }
      return [...byClass.values()]
    },
    /** Pictures of the class that another one became part of are not offered for it any more. */
    settleMerged: (classId: number, intoClassId: number, action: number) =>
      void settleOwn.run({ classId, intoClassId, action }),
    /** Takes {@link settleMerged} back, as far as anybody offers them still. */
    unsettleMerged: (classId: number, intoClassId: number, action: number): void => {
      for (const seq of unsettleOwn.all({ classId, intoClassId, action })) withdrawOf.run(seq)
    },
    settle: (seq: number, action: number) => void settle.run(action, seq),
    /** A picture that moves away from a class is not offered for it again. */
    settleFormer: (seq: number, classId: number, action: number, nowMs: number) =>
      void settleFormer.run({ seq, classId, action, now: nowMs }),
    /** What was answered of a copy is answered of the one that stays. */
    settleAsOf: (seq: number, former: number, action: number) => void settleAsOf.run({ seq, former, action }),
    /** A picture goes back to the class an action had moved it away from. Before {@link unsettle} or `unsettleOf`. */
    goesBack: (seq: number, { from, to, action }: WayBack, nowMs: number): void => {
      dropFormer.run(seq, to, action)
      offerLeft.run({ seq, classId: from, now: nowMs })
      if (isStored.get(seq) === undefined) notAsked.run(seq)
    },
    /** Asks again what was settled of a picture with an action, as far as anybody offers it still. */
    unsettleOf: (seq: number, action: number): void => {
      unsettleOf.run(seq, action)
      withdrawOf.run(seq)
      if (isStored.get(seq) === undefined) notAsked.run(seq)
    },
    /** Forgets what nobody offers the picture for any more. */
    withdrawOf: (seq: number) => void withdrawOf.run(seq),
    /** Asks again what was settled with an action, as far as anybody offers it still. */
    unsettle: (action: number) => {
      forgetSettled.run(action)
      for (const seq of new Set(unsettle.all(action))) withdrawOf.run(seq)
    },
  }
}
export type ConflictStore = ReturnType<typeof createConflictStore>

function levelOf({ level, code, state }: OffererRow): DuplicateLevel {
  if (level) return level
  if (state === 'stored') return 'url'
  if (code === 'DUPLICATE_DIGEST') return 'bytes'
  return code === 'DUPLICATE_PIXELS' ? 'pixels' : 'look'
}

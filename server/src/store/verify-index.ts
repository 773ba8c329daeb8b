/** The part of {@link verifyDataset} that looks at the index alone. */
import type { Database } from 'better-sqlite3'
import type { Finding, FindingKind } from './verify.ts'

interface Rule {
  readonly kind: FindingKind
  readonly detail: string
  /** Rows that break the rule; the column `at` says which. */
  readonly sql: string
  /** For an index of an earlier version, which knows less; `null` where the rule has no meaning there. */
  readonly before3?: string | null
  readonly before7?: string | null
  /** Since there are acts. */
  readonly before8?: null
  /** Since there are splits. */
  readonly before11?: null
}

const noOrigin = (isExempt: string) => `
  SELECT 'image ' || id AS at FROM image i
   WHERE state = 'stored' AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.image_id = i.id
                                             AND c.state IN ('stored', 'upgraded', 'queued', 'leased')) ${isExempt}`
const promised = (sum: string) => `
  SELECT 'candidate' AS at
   WHERE (SELECT coalesce(sum(${sum}), 0) FROM batch) <> (SELECT count(*) FROM candidate)`

const heldSeq = `(SELECT seq FROM image WHERE state = 'stored')`

/** Nothing is remembered of pictures as if they were held that are not; and groups are what they say. */
const duplicateRules: readonly Rule[] = [
  {
    kind: 'pair',
    detail: 'A pair names a picture that is not held.',
    sql: `SELECT 'pair ' || seq_a || ' ' || seq_b AS at FROM near_pair
           WHERE seq_a NOT IN ${heldSeq} OR seq_b NOT IN ${heldSeq}`,
  },
  {
    kind: 'group',
    detail:
      'A group has a picture that is not held, or fewer than two, or lacks the one it is named after or keeps.',
    sql: `SELECT 'group ' || id AS at FROM look_group g
           WHERE EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.id AND m.image_seq NOT IN ${heldSeq})
              OR (SELECT count(*) FROM group_member m WHERE m.group_id = g.id) < 2
              OR representative_seq NOT IN (SELECT image_seq FROM group_member m WHERE m.group_id = g.id)
              OR keeper_seq NOT IN (SELECT image_seq FROM group_member m WHERE m.group_id = g.id)`,
    before7: null,
  },
  {
    kind: 'group',
    detail: 'A picture is in two groups of one kind.',
    sql: `SELECT 'image ' || m.image_seq AS at FROM group_member m JOIN look_group g ON g.id = m.group_id
           GROUP BY m.image_seq, g.kind HAVING count(*) > 1`,
    before7: null,
  },
  {
    kind: 'conflict',
    detail:
      'A picture was offered for another class, and nobody is asked; or is asked about what was not offered.',
    sql: `SELECT 'image ' || seq AS at FROM image
           WHERE (seq IN (SELECT image_seq FROM label_conflict))
              <> (state = 'stored' AND seq IN (SELECT image_seq FROM label_offer WHERE settled_by IS NULL))`,
    before7: null,
  },
  {
    kind: 'conflict',
    detail: 'A candidate was collected for another class than that of its picture, and nobody is asked.',
    sql: `SELECT 'candidate ' || c.id AS at
            FROM candidate c JOIN image i ON i.id = c.image_id AND i.state = 'stored'
            JOIN sighting s ON s.candidate_id = c.id
            JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL AND b.class_id <> i.class_id
           WHERE c.state IN ('stored', 'duplicate', 'upgraded')
             AND NOT EXISTS (SELECT 1 FROM label_offer o WHERE o.image_seq = i.seq AND o.class_id = b.class_id)`,
    before7: null,
  },
  {
    kind: 'counter',
    detail: 'A counter of what waits for a decision differs from what does.',
    sql: `SELECT kind || '/' || state AS at
            FROM (SELECT kind, state, n FROM review_tally
                  UNION ALL SELECT kind, state, -1 FROM look_group
                  UNION ALL SELECT 'conflict', 'open', -1 FROM label_conflict)
           GROUP BY kind, state HAVING sum(n) <> 0`,
    before7: null,
  },
  {
    kind: 'dangling',
    detail: 'A picture was set aside that is held, or gave way to one that is not.',
    sql: `SELECT 'image ' || a.image_seq AS at FROM set_aside a
           WHERE a.image_seq IN ${heldSeq}
              OR (a.into_seq IS NOT NULL AND a.into_seq NOT IN ${heldSeq}
                  AND a.into_seq NOT IN (SELECT image_seq FROM set_aside WHERE into_seq IS NULL))`,
    before7: null,
  },
]

const actRules: readonly Rule[] = [
  {
    kind: 'class',
    detail: 'A class was deleted and has a picture in its folder, or stands above another one.',
    sql: `SELECT 'class ' || id AS at FROM class k
           WHERE is_deleted = 1 AND (EXISTS (SELECT 1 FROM image i WHERE i.class_id = k.id AND i.state = 'stored')
                                     OR id IN (SELECT parent_id FROM class))`,
    before8: null,
  },
  {
    kind: 'class',
    detail: 'Classes nest deeper than one level.',
    sql: `SELECT 'class ' || k.id AS at FROM class k JOIN class p ON p.id = k.parent_id WHERE p.parent_id IS NOT NULL`,
    before8: null,
  },
  {
    kind: 'act',
    detail: 'An act has ended, and pictures are left that it is to deal with; or it goes on without them.',
    sql: `SELECT 'act ' || id AS at FROM act a
           WHERE (state <> 'running' AND EXISTS (SELECT 1 FROM act_selection s WHERE s.act_id = a.id))
              OR (state = 'running' AND total > 0 AND NOT EXISTS (SELECT 1 FROM act_selection s WHERE s.act_id = a.id))
              OR (state IN ('done', 'undone') AND done + skipped <> total)`,
    before8: null,
  },
  {
    kind: 'act',
    detail: 'An act remembers a picture that is gone for good.',
    sql: `SELECT 'act ' || act_id AS at FROM act_change
           WHERE image_seq NOT IN (SELECT seq FROM image WHERE state <> 'removed')`,
    before8: null,
  },
]

const splitRules: readonly Rule[] = [
  {
    kind: 'unfinished-split',
    detail: 'Splits were being assigned, and that has not come to its end.',
    sql: `SELECT 'layer ' || id AS at FROM split_layer WHERE action_id IS NULL AND id <> 0`,
    before11: null,
  },
  {
    kind: 'split',
    detail: 'What was done to splits counts although it was taken back, or the other way round.',
    sql: `SELECT 'layer ' || l.id AS at FROM split_layer l JOIN act a ON a.id = l.action_id
           WHERE l.is_in_force <> (a.state = 'done')`,
    before11: null,
  },
  {
    kind: 'split',
    detail: 'A box or crop lies outside of its picture.',
    sql: `SELECT 'image ' || i.id AS at FROM image i
            JOIN (SELECT image_id, original_digest, x_px + width_px AS right_px, y_px + height_px AS bottom_px FROM image_box
                  UNION ALL SELECT image_id, original_digest, x_px + width_px, y_px + height_px FROM image_crop) b
              ON b.image_id = i.id AND b.original_digest = i.original_digest
           WHERE right_px > i.original_width_px + 1 OR bottom_px > i.original_height_px + 1`,
    before11: null,
  },
]

const rules: readonly Rule[] = [
  {
    kind: 'counter',
    detail: 'The counter of a state differs from the candidates in it.',
    sql: `SELECT class_id || '/' || state || '/' || code AS at
            FROM (SELECT class_id, state, code, n FROM tally
                  UNION ALL
                  SELECT class_id, state, coalesce(code, ''), -1 FROM candidate)
           GROUP BY class_id, state, code HAVING sum(n) <> 0`,
  },
  {
    kind: 'counter',
    detail: 'The counter of a class differs from the pictures in it.',
    sql: `SELECT 'class ' || id AS at FROM class k
           WHERE images <> (SELECT count(*) FROM image i WHERE i.class_id = k.id AND i.state = 'stored')`,
  },
  {
    kind: 'counter',
    detail: 'The counter of a host differs from the candidates queued for it.',
    sql: `SELECT 'host ' || host AS at
            FROM (SELECT host, queued AS n FROM host
                  UNION ALL SELECT host, -1 FROM candidate WHERE state = 'queued')
           GROUP BY host HAVING sum(n) <> 0`,
  },
  {
    kind: 'conservation',
    detail: 'The receipts promise another number of candidates than there are.',
    sql: promised('accepted + refused - revived'),
    before3: promised('accepted + refused'),
  },
  {
    kind: 'conservation',
    detail: 'The collects that brought a candidate were all undone, and it goes on.',
    sql: `SELECT 'candidate ' || id AS at FROM candidate c
           WHERE c.state NOT IN ('cancelled', 'blocked', 'upgraded')
             AND NOT EXISTS (SELECT 1 FROM sighting s JOIN batch b ON b.id = s.batch_id
                              WHERE s.candidate_id = c.id AND b.undone_by IS NULL)`,
    before3: null,
  },
  {
    kind: 'conservation',
    detail: 'A batch names another number of candidates than it was acknowledged with.',
    sql: `SELECT 'batch ' || batch_id AS at FROM batch b
           WHERE sightings <> (SELECT count(*) FROM sighting s WHERE s.batch_id = b.id)
              OR accepted + known + refused < sightings`,
  },
  {
    kind: 'conservation',
    detail: 'A candidate was never sent by anybody, or has no address.',
    sql: `SELECT 'candidate ' || id AS at FROM candidate c
           WHERE NOT EXISTS (SELECT 1 FROM sighting s WHERE s.candidate_id = c.id)
              OR NOT EXISTS (SELECT 1 FROM source s WHERE s.candidate_id = c.id AND s.position = 0)`,
  },
  {
    kind: 'conservation',
    detail: 'An outcome has no reason.',
    sql: `SELECT 'candidate ' || id AS at FROM candidate
           WHERE state NOT IN ('queued', 'leased') AND (code IS NULL OR explanation IS NULL)`,
  },
  {
    kind: 'dangling',
    detail: 'A candidate points to a picture that is not held.',
    sql: `SELECT 'candidate ' || c.id AS at FROM candidate c LEFT JOIN image i ON i.id = c.image_id
           WHERE (c.state IN ('stored', 'duplicate', 'upgraded')
                  OR (c.state IN ('queued', 'leased') AND c.image_id IS NOT NULL))
             AND (i.state IS NULL OR i.state <> 'stored')`,
  },
  {
    kind: 'dangling',
    detail: 'A picture has no candidate it came from.',
    sql: noOrigin('AND i.seq NOT IN (SELECT image_seq FROM undone_image)'),
    before3: noOrigin(''),
  },
  {
    kind: 'copy',
    detail: 'The digest of a picture does not lead to it.',
    sql: `SELECT 'image ' || id AS at FROM image i
           WHERE i.seq NOT IN (SELECT image_seq FROM set_aside WHERE into_seq IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM copy y WHERE y.digest = i.original_digest AND y.image_seq = i.seq)`,
    before7: `SELECT 'image ' || id AS at FROM image i
               WHERE NOT EXISTS (SELECT 1 FROM copy y WHERE y.digest = i.original_digest AND y.image_seq = i.seq)`,
  },
  {
    kind: 'copy',
    detail: 'The same file is held twice.',
    sql: `SELECT 'digest ' || original_digest AS at FROM image WHERE state = 'stored'
           GROUP BY original_digest HAVING count(*) > 1`,
  },
  {
    kind: 'copy',
    detail: 'A digest leads to a picture that gave way to another copy of it.',
    sql: `SELECT 'digest ' || digest AS at FROM (SELECT digest, image_seq FROM copy
                                                 UNION ALL SELECT digest, image_seq FROM pixel_copy)
           WHERE image_seq IN (SELECT image_seq FROM set_aside WHERE into_seq IS NOT NULL)`,
    before7: null,
  },
  {
    kind: 'lease',
    detail: 'A lease belongs to a time that has not come.',
    sql: `SELECT 'candidate ' || id AS at FROM candidate
           WHERE state = 'leased' AND lease_epoch > (SELECT epoch FROM dataset)`,
  },
  {
    kind: 'unfinished-removal',
    detail: 'The removal of a picture was begun and not ended.',
    sql: `SELECT 'image ' || id AS at FROM image
           WHERE state = 'deleting' AND seq NOT IN (SELECT image_seq FROM set_aside)`,
    before7: `SELECT 'image ' || id AS at FROM image WHERE state = 'deleting'`,
  },
  {
    kind: 'unfinished-removal',
    detail: 'The collect of a picture was undone, and it has not gone yet.',
    sql: `SELECT 'image ' || id AS at FROM image WHERE seq IN (SELECT image_seq FROM undone_image)`,
    before3: null,
  },
  {
    kind: 'unfinished-removal',
    detail: 'An original was let go of, and it was not looked whether somebody needs it.',
    sql: `SELECT 'original ' || digest AS at FROM unclaimed_original`,
    before3: null,
  },
  {
    kind: 'dangling',
    detail: 'What the browser brought waits for a candidate that does not wait for it.',
    sql: `SELECT 'candidate ' || candidate_id AS at FROM browser_fetch f JOIN candidate c ON c.id = f.candidate_id
           WHERE f.state = 'delivered' AND (c.state NOT IN ('queued', 'leased') OR c.source_index <> f.position)`,
    before3: null,
  },
  ...duplicateRules,
  ...actRules,
  ...splitRules,
]

/** @param db - a connection of its own, in a read transaction */
export function indexFindings(db: Database): Finding[] {
  const findings: Finding[] = []
  const damage = db.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all()
  for (const detail of damage.filter(line => line !== 'ok')) {
    findings.push({ kind: 'index-damaged', at: 'gleaner.db', detail })
  }
  for (const row of db.prepare<[], { table: string; rowid: number }>('PRAGMA foreign_key_check').all()) {
    findings.push({ kind: 'dangling', at: `${row.table} ${row.rowid}`, detail: 'It refers to no row.' })
  }
  const version = db.pragma('user_version', { simple: true }) as number
  for (const rule of rules) {
    const {
      kind,
      detail,
      sql,
      before11 = sql,
      before8 = before11,
      before7 = before8,
      before3 = before7,
    } = rule
    const asked =
      version < 3 ? before3 : version < 7 ? before7 : version < 8 ? before8 : version < 11 ? before11 : sql
    if (asked === null) continue
    for (const at of db.prepare<[], string>(asked).pluck().all()) findings.push({ kind, at, detail })
  }
  return findings
}

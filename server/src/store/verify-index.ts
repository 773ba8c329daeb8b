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
}

const noOrigin = (isExempt: string) => `
  SELECT 'image ' || id AS at FROM image i
   WHERE state = 'stored' AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.image_id = i.id
                                             AND c.state IN ('stored', 'upgraded', 'queued', 'leased')) ${isExempt}`
const promised = (sum: string) => `
  SELECT 'candidate' AS at
   WHERE (SELECT coalesce(sum(${sum}), 0) FROM batch) <> (SELECT count(*) FROM candidate)`

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
           WHERE NOT EXISTS (SELECT 1 FROM copy y WHERE y.digest = i.original_digest AND y.image_seq = i.seq)`,
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
    sql: `SELECT 'image ' || id AS at FROM image WHERE state = 'deleting'`,
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
  const isEarlier = (db.pragma('user_version', { simple: true }) as number) < 3
  for (const { kind, detail, sql, before3 = sql } of rules) {
    const asked = isEarlier ? before3 : sql
    if (asked === null) continue
    for (const at of db.prepare<[], string>(asked).pluck().all()) findings.push({ kind, at, detail })
  }
  return findings
}

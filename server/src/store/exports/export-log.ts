/** Exports that were asked for, and what became of them: all SQL about the table `export`. */
import type {
  ExportContainer,
  ExportFormat,
  ExportRequest,
  ExportState,
  ExportSummary,
  Finding,
} from '@gleaner/shared/exports'
import type { Database } from '../database.ts'
import type { Clock } from '../types.ts'

/** As it is kept. How far it has come is known to whoever writes it. */
export interface ExportRow extends Omit<ExportSummary, 'done' | 'total' | 'secondsLeft' | 'path'> {
  readonly versionDigest: string
  readonly request: ExportRequest
  readonly by: string
}

export interface NewExport {
  readonly versionId: number
  readonly versionName: string
  readonly versionDigest: string
  readonly format: ExportFormat
  readonly container: ExportContainer
  readonly name: string
  readonly request: ExportRequest
  readonly findings: readonly Finding[]
  readonly by: string
}

/** How an export ended. */
export type ExportEnd =
  | {
      readonly state: 'done'
      readonly sizeBytes: number
      readonly proof: NonNullable<ExportSummary['proof']>
    }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly code: string; readonly facts: string }

interface Row {
  readonly id: number
  readonly versionId: number | null
  readonly versionName: string
  readonly versionDigest: string
  readonly format: ExportFormat
  readonly container: ExportContainer
  readonly name: string
  readonly request: string
  readonly findings: string
  readonly state: ExportState
  readonly by: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly sizeBytes: number
  readonly proof: string | null
  readonly code: string | null
  readonly facts: string | null
}

const columns = `id, version_id AS versionId, version_name AS versionName, version_digest AS versionDigest, format, container,
  name, request, findings, state, who AS by, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs, size_bytes AS sizeBytes,
  proof, code, facts`
const isUnderWay = `state IN ('rendering', 'writing', 'proving')`

const toRow = ({ request, findings, proof, ...row }: Row): ExportRow => ({
  ...row,
  request: JSON.parse(request) as ExportRequest,
  findings: JSON.parse(findings) as Finding[],
  proof: proof === null ? null : (JSON.parse(proof) as ExportRow['proof']),
})

export function createExportLog(db: Database, now: Clock) {
  const insert = db.prepare<Record<string, string | number>, Row>(
    `INSERT INTO export (version_id, version_name, version_digest, format, container, name, request, findings, state, who, started_at_ms)
     VALUES (:versionId, :versionName, :versionDigest, :format, :container, :name, :request, :findings, 'rendering', :by, :atMs)
     RETURNING ${columns}`,
  )
  const find = db.prepare<[number], Row>(`SELECT ${columns} FROM export WHERE id = ?`)
  const all = db.prepare<[], Row>(`SELECT ${columns} FROM export ORDER BY id DESC`)
  const underWay = db.prepare<[], Row>(`SELECT ${columns} FROM export WHERE ${isUnderWay} ORDER BY id`)
  const named = db
    .prepare<[string], number>(
      `SELECT id FROM export WHERE name = ? AND state NOT IN ('cancelled', 'failed')`,
    )
    .pluck()
  const advance = db.prepare<[ExportState, number]>(
    `UPDATE export SET state = ? WHERE id = ? AND ${isUnderWay}`,
  )
  const end = db.prepare<Record<string, string | number | null>>(
    `UPDATE export SET state = :state, ended_at_ms = :atMs, size_bytes = :sizeBytes, proof = :proof, code = :code, facts = :facts
      WHERE id = :id AND ${isUnderWay}`,
  )
  const drop = db.prepare<[number]>(`DELETE FROM export WHERE id = ? AND NOT (${isUnderWay})`)
  return {
    /** @returns nothing where the name is taken */
    add: ({ request, findings, ...given }: NewExport): ExportRow | undefined => {
      if (named.get(given.name) !== undefined) return undefined
      const texts = { request: JSON.stringify(request), findings: JSON.stringify(findings) }
      const row = insert.get({ ...given, ...texts, atMs: now() })
      return row && toRow(row)
    },
    find: (id: number): ExportRow | undefined => {
      const row = find.get(id)
      return row && toRow(row)
    },
    isTaken: (name: string): boolean => named.get(name) !== undefined,
    /** Newest first. */
    all: (): ExportRow[] => all.all().map(toRow),
    /** Oldest first. */
    underWay: (): ExportRow[] => underWay.all().map(toRow),
    advance: (id: number, state: ExportState): void => void advance.run(state, id),
    /** @returns whether it was still under way */
    end: (id: number, ended: ExportEnd): boolean => {
      const { state } = ended
      const { sizeBytes, proof } = state === 'done' ? ended : { sizeBytes: 0, proof: null }
      const { code, facts } = state === 'failed' ? ended : { code: null, facts: null }
      const texts = { proof: proof && JSON.stringify(proof), code, facts }
      return end.run({ id, state, sizeBytes, ...texts, atMs: now() }).changes > 0
    },
    /** @returns whether there was one that had ended */
    drop: (id: number): boolean => drop.run(id).changes > 0,
  }
}
export type ExportLog = ReturnType<typeof createExportLog>

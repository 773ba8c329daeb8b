/** All SQL about the table `version`. */
import { AppError } from '@gleaner/shared/errors'
import type { LeakCertificate } from '@gleaner/shared/splits'
import type { VersionSummary } from '@gleaner/shared/versions'
import type { Database } from '../database.ts'
import type { WrittenVersion } from './tasks.ts'

interface Row {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly digest: string
  readonly sizeBytes: number
  readonly who: string
  readonly createdAtMs: number
  readonly images: number
  readonly classes: number
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly certificate: string
}

export interface NewRow extends WrittenVersion {
  readonly name: string
  readonly description: string
  readonly by: string
  readonly atMs: number
}

const columns = `id, name, description, digest, size_bytes AS sizeBytes, who, created_at_ms AS createdAtMs, images, classes,
  train, validation, test, certificate`

export function createVersionRows(db: Database) {
  const all = db.prepare<[], Row>(`SELECT ${columns} FROM version ORDER BY id DESC`)
  const one = db.prepare<[number], Row>(`SELECT ${columns} FROM version WHERE id = ?`)
  const idOfName = db.prepare<[string], number>('SELECT id FROM version WHERE name = ?').pluck()
  const add = db
    .prepare<[Record<string, unknown>], number>(
      `INSERT INTO version (name, description, digest, size_bytes, who, created_at_ms, images, classes, train, validation,
                            test, certificate)
       VALUES (:name, :description, :digest, :sizeBytes, :by, :atMs, :images, :classes, :train, :validation, :test,
               :certificate) RETURNING id`,
    )
    .pluck()
  const describe = db.prepare<[string, string, number]>(
    'UPDATE version SET name = ?, description = ? WHERE id = ?',
  )
  const drop = db.prepare<[number]>('DELETE FROM version WHERE id = ?')
  const isNamed = db.prepare<[string], number>('SELECT 1 FROM version WHERE digest = ?').pluck()

  const refuseTaken = (name: string, id?: number): void => {
    const holder = idOfName.get(name)
    if (holder !== undefined && holder !== id) throw new AppError('VERSION_NAME_TAKEN', { name })
  }

  return {
    all: () => all.all(),
    /** @throws AppError `PROTOCOL_NOT_FOUND` */
    known: (versionId: number): Row => {
      const row = one.get(versionId)
      if (!row) throw new AppError('PROTOCOL_NOT_FOUND', { versionId })
      return row
    },
    /** @throws AppError `VERSION_NAME_TAKEN` */
    refuseTaken,
    add: ({ splits, certificate, ...row }: NewRow): number => {
      refuseTaken(row.name)
      return add.get({ ...row, ...splits, certificate: JSON.stringify(certificate) }) ?? 0
    },
    describe: (id: number, name: string, description: string): void => {
      refuseTaken(name, id)
      describe.run(name, description, id)
    },
    drop: (versionId: number) => void drop.run(versionId),
    /** Whether a version is in the file of this digest. */
    isNamed: (digest: string) => isNamed.get(digest) !== undefined,
  }
}
export type VersionRow = Row

export function toSummary(row: Row, gone: number): VersionSummary {
  const { train, validation, test, who, certificate, ...rest } = row
  return {
    ...{ id: rest.id, name: rest.name, description: rest.description, digest: rest.digest },
    ...{ createdAtMs: rest.createdAtMs, by: who, images: rest.images, classes: rest.classes },
    splits: { train, validation, test, none: rest.images - train - validation - test },
    sizeBytes: rest.sizeBytes,
    gone,
    certificate: JSON.parse(certificate) as LeakCertificate,
  }
}

/** What a person brings from elsewhere: files go among the originals first, then rows name them. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { ImportFormat, ImportSkip, ImportState } from '@gleaner/shared/imports'
import { fileKey } from './addresses.ts'
import { ownerName } from './browser-fetches.ts'
import { imageIdOf } from './filing.ts'
import { createFares } from './import-fares.ts'
import type {
  BroughtFile,
  ImportGroup,
  ImportItem,
  ImportRow,
  ImportSlice,
  ImportStore,
} from './import-types.ts'
import { createImportUndo } from './import-undo.ts'
import type { DatasetParts } from './parts.ts'
import { originalPlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type { IntakeRules } from './types.ts'

/** Where plans, and what was taken out of archives, wait: one folder an import, named by its number. */
export const importsFolder = '.imports'

type Parts = Pick<
  DatasetParts,
  | 'id'
  | 'db'
  | 'folder'
  | 'files'
  | 'browser'
  | 'batches'
  | 'classes'
  | 'unclaimed'
  | 'undone'
  | 'actLog'
  | 'locked'
  | 'failpoint'
  | 'now'
>

interface Row {
  readonly id: number
  readonly source: string
  readonly request: string
  readonly format: ImportFormat | null
  readonly state: ImportState
  readonly total: number
  readonly done: number
  readonly cursor: number
  readonly accepted: number
  readonly known: number
  readonly refused: number
  readonly skipped: string
  readonly by: string
  readonly code: ErrorCode | null
  readonly facts: string | null
  readonly startedAtMs: number
  readonly endedAtMs: number | null
}

const columns = `id, source, request, format, state, total, done, cursor, accepted, known, refused, skipped, by, code,
                 facts, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs`

/** Imports that are remembered, beside those under way. */
const mostListed = 100

export function createImportStore(parts: Parts): ImportStore {
  const { db, folder, now } = parts
  const begin = db
    .prepare<Record<string, unknown>, number>(
      `INSERT INTO import (source, request, state, by, started_at_ms)
       VALUES (:source, :request, 'reading', :by, :now) RETURNING id`,
    )
    .pluck()
  const byId = db.prepare<[number], Row>(`SELECT ${columns} FROM import WHERE id = ?`)
  const all = db.prepare<[number], Row>(`SELECT ${columns} FROM import ORDER BY id DESC LIMIT ?`)
  const open = db.prepare<[], Row>(
    `SELECT ${columns} FROM import WHERE state IN ('reading', 'taking') ORDER BY id`,
  )
  const plan = db.prepare(
    `UPDATE import SET state = 'taking', format = :format, total = :total, skipped = :skipped
      WHERE id = :id AND state = 'reading'`,
  )
  const end = db.prepare(
    `UPDATE import SET state = :state, code = :code, facts = :facts, ended_at_ms = :now
      WHERE id = :id AND state IN ('reading', 'taking')`,
  )
  const batchIds = db
    .prepare<[number], string>('SELECT batch_id FROM import_batch WHERE import_id = ?')
    .pluck()
  const taker = createTaker(parts)
  const rowOf: ImportStore['byId'] = id => toRow(byId.get(id))

  return {
    folder: id => join(folder, importsFolder, String(id)),
    begin: ({ source, request, by }) =>
      inTransaction(db, () => begin.get({ source, request: JSON.stringify(request), by, now: now() }) ?? 0),
    byId: rowOf,
    all: () => all.all(mostListed).flatMap(row => toRow(row) ?? []),
    open: () => open.all().flatMap(row => toRow(row) ?? []),
    plan: (id, { format, total, skipped }) =>
      inTransaction(
        db,
        () => plan.run({ id, format, total, skipped: JSON.stringify(skipped) }).changes === 1,
      ),
    end: (id, { state, code = null, facts }) =>
      inTransaction(
        db,
        () =>
          end.run({ id, state, code, facts: facts ? JSON.stringify(facts) : null, now: now() }).changes === 1,
      ),
    take: taker,
    ...createFares(parts),
    ...createImportUndo(parts, rowOf),
    batchIds: id => batchIds.all(id),
  }
}

function createTaker(parts: Parts): ImportStore['take'] {
  const { db, failpoint } = parts
  const goOn = db.prepare(
    `UPDATE import
        SET cursor = :to, done = done + :items, skipped = :skipped
      WHERE id = :id AND state = 'taking' AND cursor = :from`,
  )
  const skippedOf = db.prepare<[number], string>('SELECT skipped FROM import WHERE id = ?').pluck()
  const name = db.prepare<[number, string]>('INSERT INTO import_batch VALUES (?, ?) ON CONFLICT DO NOTHING')
  const takeGroup = createGroupTaker(parts)

  const commit = (id: number, slice: ImportSlice, rules: IntakeRules): boolean => {
    const sums = { accepted: 0, known: slice.again, refused: 0 }
    // Before anything is written: the slice may have been taken, or the import cancelled.
    const skipped = added(JSON.parse(skippedOf.get(id) ?? '{}'), slice.skipped)
    const { from, to, items } = slice
    if (goOn.run({ id, from, to, items, skipped: JSON.stringify(skipped) }).changes === 0) return false
    for (const [place, group] of slice.groups.entries()) {
      const batchId = batchIdOf(parts.id, id, from, place)
      name.run(id, batchId)
      const taken = takeGroup(id, batchId, group, rules)
      for (const key of ['accepted', 'known', 'refused'] as const) sums[key] += taken[key]
    }
    db.prepare(
      'UPDATE import SET accepted = accepted + ?, known = known + ?, refused = refused + ? WHERE id = ?',
    ).run(sums.accepted, sums.known, sums.refused, id)
    failpoint('import:before-commit')
    return true
  }

  return async (id, slice, rules) => {
    const files = slice.groups.flatMap(({ items }) => items.flatMap(({ file }) => file ?? []))
    return parts.locked([...new Set(files.map(({ digest }) => imageIdOf(digest)))], async () => {
      await placeAll(parts, files)
      failpoint('import:placed')
      const isTaken = inTransaction(db, () => commit(id, slice, rules))
      failpoint('import:after-commit')
      await letGoOfUnowned(parts, files)
      return isTaken
    })
  }
}

function createGroupTaker({ db, browser, batches, classes, now }: Parts) {
  const forget = db.prepare<[number]>('DELETE FROM import_note WHERE candidate_id = ?')
  const note = db.prepare(
    `INSERT INTO import_note (candidate_id, import_id, digest, width_px, height_px, split, author, boxes, crop,
                              at_ms)
     VALUES (:candidateId, :id, :digest, :width, :height, :split, :author, :boxes, :crop, :now)`,
  )

  /** What is said of a picture that is held lands at once, by a trigger. */
  const noteOf = (
    id: number,
    candidateId: number,
    { file, split, boxes, crop, size, author }: ImportItem,
  ) => {
    if (!file || (split === null && boxes.length === 0 && crop === null)) return
    const drawn = boxes.map(({ x, y, width, height, label }) => [
      x,
      y,
      width,
      height,
      classes.ensure(label).id,
    ])
    forget.run(candidateId)
    note.run({
      ...{ candidateId, id, digest: file.digest, split, author, boxes: JSON.stringify(drawn), now: now() },
      ...{ width: size?.width ?? null, height: size?.height ?? null },
      crop: crop && JSON.stringify([crop.x, crop.y, crop.width, crop.height]),
    })
  }

  return (id: number, batchId: string, { label, origin, items }: ImportGroup, rules: IntakeRules) => {
    // The name of the dataset is not looked at: the store is one of a dataset.
    const batch: Batch = {
      ...{ batchId, dataset: 'import', class: label, origin },
      candidates: items.map(({ candidate }) => candidate),
    }
    const keys = items.flatMap(({ file }) => (file ? fileKey(file.digest) : []))
    const isOfFiles = keys.length === items.length
    if (!isOfFiles) return batches.accept(ownerName, batch, rules)
    const { receipt, arrived } = batches.acceptFiles(ownerName, batch, rules, keys)
    let again = 0
    for (const [place, { id: candidateId, arrival }] of arrived.entries()) {
      const item = items[place]
      if (!item?.file) continue
      const { digest, format, bytes } = item.file
      const isNew = arrival === 'accepted'
      const isWaiting = browser.hand(candidateId, isNew, { digest, format, sizeBytes: bytes.byteLength })
      if (isWaiting && !isNew) again += 1
      noteOf(id, candidateId, item)
    }
    return { ...receipt, accepted: receipt.accepted + again, known: receipt.known - again }
  }
}

async function placeAll({ files, unclaimed }: Parts, brought: readonly BroughtFile[]): Promise<void> {
  const fresh = new Map(brought.map(file => [file.digest, file]))
  const missing = [...fresh.values()].filter(file => !unclaimed.isOwned(file))
  await Promise.all(
    missing.map(({ digest, format, bytes }) => files.place(originalPlace(digest, format), bytes)),
  )
}

/** Nobody waits for what is known, or was not taken. */
async function letGoOfUnowned({ files, unclaimed }: Parts, brought: readonly BroughtFile[]): Promise<void> {
  const unowned = brought.filter(file => !unclaimed.isOwned(file))
  await files.takeOutAll(unowned.map(({ digest, format }) => originalPlace(digest, format)))
}

function added(
  before: Partial<Record<ImportSkip, number>>,
  more: ReadonlyMap<ImportSkip, number>,
): Partial<Record<ImportSkip, number>> {
  const sum = { ...before }
  for (const [reason, count] of more) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}

/** The same part of the same import is one batch, however often it is tried. */
const batchIdOf = (datasetId: string, id: number, from: number, place: number) =>
  createHash('sha256').update(`${datasetId} ${id} ${from} ${place}`).digest('hex').slice(0, 32)

function toRow(row: Row | undefined): ImportRow | undefined {
  if (!row) return undefined
  const { request, skipped, facts } = row
  return {
    ...row,
    request: JSON.parse(request),
    skipped: JSON.parse(skipped),
    facts: facts === null ? null : (JSON.parse(facts) as Facts),
  }
}

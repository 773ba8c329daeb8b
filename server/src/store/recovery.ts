/** What a start does before work begins: whatever the last process left half done is ended or undone. */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Digest } from '@gleaner/shared/hash'
import { createClassFolders } from './acts/class-folders.ts'
import { createClaimedFiles } from './claimed-files.ts'
import { workFolder } from './files.ts'
import { readOriginal } from './kept-originals.ts'
import { type FoundFiles, orphanSql, sweepOrphans } from './orphans.ts'
import type { DatasetParts } from './parts.ts'
import { absolutePath, imagePlace, originalPlace } from './places.ts'
import type { Remover } from './removal.ts'
import { inTransaction } from './transaction.ts'
import type { ImageId } from './types.ts'

/** What was found and mended; all zero after a clean shutdown. */
export interface RecoveryReport {
  /** Leases of an earlier process that were freed. */
  readonly freedLeases: number
  readonly temporaries: number
  /** Removals that had been begun. */
  readonly removals: number
  /** Pictures whose collect had been undone, and originals nobody owned any more. */
  readonly undone: number
  /** Files no row knows: written, but never recorded. */
  readonly orphans: number
  /** Candidates queued again because the file of their picture was missing or short. */
  readonly requeued: number
  /** Originals that are gone although the picture is there, and bytes from the browser that are. */
  readonly lostOriginals: number
}

/** As an array: a row as an object takes a kilobyte, and those of a slice outlive the collections of garbage. */
type StoredRow = readonly [
  seq: number,
  id: ImageId,
  folder: string,
  version: number,
  sizeBytes: number,
  originalDigest: string,
  originalFormat: string,
  originalBytes: number,
  isOriginalKept: 0 | 1,
]

type Parts = Pick<
  DatasetParts,
  | 'folder'
  | 'db'
  | 'files'
  | 'images'
  | 'kept'
  | 'asides'
  | 'browser'
  | 'unclaimed'
  | 'freedLeases'
  | 'gate'
  | 'failpoint'
>

/** To be called before the first lease. Safe to repeat. */
export async function recover(parts: Parts, remover: Remover): Promise<RecoveryReport> {
  const { folder, images } = parts
  await createClassFolders(parts).finish()
  const temporaries = sweepTemporaries(join(folder, workFolder))
  const begun = images.deleting()
  for (const held of begun) await remover.finishRemoval(held)
  const undone = await remover.tidy()
  const there: FoundFiles = { images: createClaimedFiles(), originals: createClaimedFiles() }
  const { requeued, lostOriginals } = await checkFiles(parts, remover, there)
  const lostBytes = await loseDamagedBytes(parts)
  endLostAsides(parts)
  forgetKeptOriginals(parts)
  await remover.tidy()
  const orphans = await sweepOrphans(parts, there)
  return {
    freedLeases: parts.freedLeases,
    temporaries,
    removals: begun.length,
    undone,
    orphans,
    requeued,
    lostOriginals: lostOriginals + lostBytes,
  }
}

/** Rows looked at in one go: memory stays flat, and others get their turn, however many pictures there are. */
const sliceRows = 200

/** What a start asks for every picture, and for files that were not found by that. */
export const recoverySql = {
  slice: `SELECT i.seq, i.id, c.folder, i.version, i.size_bytes, i.original_digest, i.original_format, i.original_bytes,
                 i.original_kept
            FROM image i CROSS JOIN class c ON c.id = i.class_id
           WHERE i.seq > ? AND i.state = 'stored' ORDER BY i.seq LIMIT ?`,
  ...orphanSql,
} as const

/**
 * Queues again what lost its picture, and notes which originals are gone.
 *
 * @param there - learns which files are there and claimed
 */
async function checkFiles(parts: Parts, remover: Remover, there: FoundFiles) {
  const { folder, db, images } = parts
  const slice = db.prepare<[number, number], StoredRow>(recoverySql.slice).raw()
  const lost = { requeued: 0, lostOriginals: 0 }
  // A plain loop: a promise for each row would leave hundreds of megabytes of garbage behind where a million are held.
  for (let rows = slice.all(0, sliceRows); rows.length > 0; ) {
    for (const [seq, id, classFolder, version, sizeBytes, ...original] of rows) {
      const path = absolutePath(folder, imagePlace(classFolder, id, version))
      if (sizeOf(path) !== sizeBytes) {
        const why = 'The file was missing or incomplete at the start.'
        lost.requeued += await remover.requeueImage(id, why)
        continue
      }
      there.images.claim(classFolder, id, version)
      const [originalDigest, originalFormat, originalBytes, isOriginalKept] = original
      if (isOriginalKept === 0) continue
      const originalPath = absolutePath(folder, originalPlace(originalDigest, originalFormat))
      if (sizeOf(originalPath) === originalBytes) {
        there.originals.claim(originalFormat, originalDigest)
        continue
      }
      images.forgetOriginal({ seq })
      lost.lostOriginals += 1
    }
    await nextTurn()
    rows = slice.all(rows.at(-1)?.[0] ?? Number.MAX_SAFE_INTEGER, sliceRows)
  }
  return lost
}

function sweepTemporaries(folder: string): number {
  const names = readdirSync(folder)
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
  return names.length
}

async function loseDamagedBytes({ folder, browser }: Parts): Promise<number> {
  let lost = 0
  for (const row of browser.bytes()) {
    if (await readOriginal(folder, { ...row, digest: row.digest as Digest })) continue
    browser.lose(row)
    lost += 1
  }
  return lost
}

/** What lies aside and is not there cannot come back: that decision stands. */
function endLostAsides({ db, folder, asides }: Parts): void {
  const lost = asides.files().filter(({ digest, format, sizeBytes }) => {
    return sizeOf(absolutePath(folder, originalPlace(digest, format))) !== sizeBytes
  })
  if (lost.length === 0) return
  inTransaction(db, () => {
    for (const { seq } of lost) asides.endOf(seq)
  })
}

function forgetKeptOriginals({ folder, kept }: Parts): void {
  kept.dropServed()
  for (const row of kept.all()) {
    const path = absolutePath(folder, originalPlace(row.digest, row.format))
    if (sizeOf(path) !== row.sizeBytes) kept.drop(row)
  }
}

function sizeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : undefined
}

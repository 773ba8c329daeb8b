/** What a start does before work begins: whatever the last process left half done is ended or undone. */
import { type Dirent, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '@gleaner/shared/hash'
import { workFolder } from './files.ts'
import { readOriginal } from './kept-originals.ts'
import type { DatasetParts } from './parts.ts'
import {
  absolutePath,
  imageNamePattern,
  imagePlace,
  imagesFolder,
  originalPlace,
  originalsFolder,
  relativePath,
} from './places.ts'
import type { Remover } from './removal.ts'
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

interface StoredRow {
  readonly seq: number
  readonly id: ImageId
  readonly folder: string
  readonly version: number
  readonly sizeBytes: number
  readonly originalDigest: string
  readonly originalFormat: string
  readonly originalBytes: number
  readonly isOriginalKept: 0 | 1
}

type Parts = Pick<DatasetParts, 'folder' | 'db' | 'files' | 'images' | 'kept' | 'browser' | 'freedLeases'>

/** To be called before the first lease. Safe to repeat. */
export async function recover(parts: Parts, remover: Remover): Promise<RecoveryReport> {
  const { folder, images } = parts
  const temporaries = sweepTemporaries(join(folder, workFolder))
  const begun = images.deleting()
  for (const held of begun) await remover.finishRemoval(held)
  const undone = await remover.tidy()
  const rows = storedRows(parts)
  let requeued = 0
  for (const row of rows) {
    const path = absolutePath(folder, imagePlace(row.folder, row.id, row.version))
    if (sizeOf(path) !== row.sizeBytes) {
      requeued += await remover.requeueImage(row.id, 'The file was missing or incomplete at the start.')
    }
  }
  const lostOriginals = forgetLostOriginals(parts) + (await loseDamagedBytes(parts))
  forgetKeptOriginals(parts)
  await remover.tidy()
  const orphans = await sweepOrphans(parts)
  return {
    freedLeases: parts.freedLeases,
    temporaries,
    removals: begun.length,
    undone,
    orphans,
    requeued,
    lostOriginals,
  }
}

function storedRows({ db }: Pick<Parts, 'db'>): StoredRow[] {
  return db
    .prepare<[], StoredRow>(
      `SELECT i.seq, i.id, c.folder, i.version, i.size_bytes AS sizeBytes, i.original_digest AS originalDigest,
              i.original_format AS originalFormat, i.original_bytes AS originalBytes,
              i.original_kept AS isOriginalKept
         FROM image i JOIN class c ON c.id = i.class_id WHERE i.state = 'stored'`,
    )
    .all()
}

function sweepTemporaries(folder: string): number {
  const names = readdirSync(folder)
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
  return names.length
}

function forgetLostOriginals({ folder, db, images }: Parts): number {
  let lost = 0
  for (const row of storedRows({ db })) {
    if (row.isOriginalKept === 0) continue
    const path = absolutePath(folder, originalPlace(row.originalDigest, row.originalFormat))
    if (sizeOf(path) === row.originalBytes) continue
    images.forgetOriginal(row)
    lost += 1
  }
  return lost
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

function forgetKeptOriginals({ folder, kept }: Parts): void {
  kept.dropServed()
  for (const row of kept.all()) {
    const path = absolutePath(folder, originalPlace(row.digest, row.format))
    if (sizeOf(path) !== row.sizeBytes) kept.drop(row)
  }
}

/** Removes files with names of the store's own making that no row claims. What a person put there is left alone. */
async function sweepOrphans({ folder, db, files, kept, browser }: Parts): Promise<number> {
  const rows = storedRows({ db })
  const claimed = new Set([
    ...rows.map(row => relativePath(imagePlace(row.folder, row.id, row.version))),
    ...rows
      .filter(row => row.isOriginalKept === 1)
      .map(row => relativePath(originalPlace(row.originalDigest, row.originalFormat))),
    ...[...kept.all(), ...browser.bytes()].map(row => relativePath(originalPlace(row.digest, row.format))),
  ])
  const patterns = [
    [imagesFolder, imageNamePattern],
    [originalsFolder, /^[0-9a-f]{64}\.[a-z0-9]+$/],
  ] as const
  let orphans = 0
  for (const [top, pattern] of patterns) {
    for (const entry of entries(join(folder, top)).filter(entry => entry.isDirectory())) {
      for (const file of entries(join(folder, top, entry.name))) {
        const isOurs = file.isFile() && pattern.test(file.name)
        if (!isOurs || claimed.has(`${top}/${entry.name}/${file.name}`)) continue
        await files.takeOut({ folders: [top, entry.name], name: file.name })
        orphans += 1
      }
    }
  }
  return orphans
}

function entries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true })
}

function sizeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : undefined
}

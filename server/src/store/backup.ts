/**
 * A copy of datasets that is whole or not there. Takes nothing from a server at work: its own read-only connection, the
 * index as of one moment, and the files that index names. Nothing is linked: a copy that shared its bytes with the
 * original would share what happens to them, too.
 */
import { closeSync, constants, existsSync, fsync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '@gleaner/shared/errors'
import Database from 'better-sqlite3'
import { readMigrations } from './database.ts'
import { syncFolder, workFolder } from './files.ts'
import { databaseName } from './parts.ts'
import { imagePlace, imagesFolder, originalPlace, originalsFolder, relativePath } from './places.ts'
import { storeError } from './store-error.ts'
import { type FindingKind, type VerifyReport, verifyDataset } from './verify.ts'
import { manifestPlace } from './versions/manifest.ts'

const syncToDisk = promisify(fsync)

/** Files that are copied at the same time. */
const hands = 8
/** How often the index is copied anew because pictures went away meanwhile. */
const mostRounds = 20
/** What a server in the middle of something leaves in its index; its next start ends it, and so does that of a copy. */
const endedByAStart: ReadonlySet<FindingKind> = new Set(['unfinished-removal', 'unfinished-split'])
const aboutFiles: ReadonlySet<FindingKind> = new Set([
  'image-missing',
  'image-changed',
  'original-missing',
  'original-changed',
  'version-missing',
  'version-changed',
])

export interface BackupOptions {
  /** Data folder of the server, at work or not. */
  readonly home: string
  readonly datasetIds: readonly string[]
  /** Folder to be made; it holds one folder per dataset, and can itself be used as a data folder. */
  readonly target: string
  /** Called after each file that was copied or checked. */
  readonly onProgress?: (done: number, total: number, what: 'copied' | 'checked') => void
}

export interface BackedUp extends Omit<VerifyReport, 'folder' | 'findings'> {
  readonly id: string
}

/**
 * Copies datasets, checks the copy as `gleaner verify` does, brings it to the disk and only then gives it its name.
 *
 * @returns what each copy holds
 * @throws AppError `BACKUP_EXISTS` when there is something of that name, `BACKUP_UNSOUND` when a dataset is not sound,
 *   `BACKUP_UNSETTLED` when pictures go faster than they are copied, `STORE_DISK_FULL`, `STORE_NEWER`, `STORE_DAMAGED`,
 *   `STORE_IO`, `CONFIG_INVALID` when it would lie in the data folder; nothing is left behind then
 */
export async function backUp(options: BackupOptions): Promise<readonly BackedUp[]> {
  const target = resolve(options.target)
  refusePlace(resolve(options.home), target)
  let partial: string | undefined
  try {
    await mkdir(dirname(target), { recursive: true })
    partial = await mkdtemp(`${target}.partial-`)
    const copies: BackedUp[] = []
    for (const id of options.datasetIds) copies.push(await copyDataset(options, id, join(partial, id)))
    await writeSynced(join(partial, 'backup.json'), `${JSON.stringify({ datasets: copies }, null, 2)}\n`)
    await syncFolder(partial)
    refusePlace(resolve(options.home), target)
    await rename(partial, target)
    await syncFolder(dirname(target))
    return copies
  } catch (error) {
    if (partial) rmSync(partial, { recursive: true, force: true })
    throw storeError(error)
  }
}

function refusePlace(home: string, target: string): void {
  const isOutside = relative(home, target).split(sep)[0] === '..'
  if (!isOutside) {
    throw new AppError('CONFIG_INVALID', { setting: 'backup folder', reason: 'It lies in the data folder.' })
  }
  if (lstatSync(target, { throwIfNoEntry: false })) throw new AppError('BACKUP_EXISTS', { folder: target })
}

async function copyDataset(options: BackupOptions, id: string, target: string): Promise<BackedUp> {
  const source = join(resolve(options.home), id)
  for (const folder of ['', imagesFolder, originalsFolder, workFolder]) {
    await mkdir(join(target, folder), { recursive: true, mode: 0o700 })
  }
  const copied = new Map<string, string>()
  let absent: readonly string[] = []
  let changed: readonly string[] = []
  for (let round = 0; round < mostRounds; round += 1) {
    await copyIndex(join(source, databaseName), join(target, databaseName))
    const wanted = filesNamedBy(join(target, databaseName))
    for (const [path, digest] of copied) {
      if (wanted.get(path) !== digest) await discard(target, path, copied)
    }
    const nowAbsent = await copyFiles({ source, target, wanted, copied, onProgress: options.onProgress })
    // A file goes after its row. One that was gone before this copy of the index was made, and is named in it, is lost.
    refuseLost(id, nowAbsent, absent)
    absent = nowAbsent
    if (absent.length > 0) continue
    const report = await check(options, id, target)
    if (report.changed.length === 0) return report.copy
    refuseLost(id, report.changed, changed)
    changed = report.changed
    for (const path of changed) await discard(target, path, copied)
  }
  throw new AppError('BACKUP_UNSETTLED', { dataset: id, rounds: mostRounds })
}

function refuseLost(dataset: string, now: readonly string[], before: readonly string[]): void {
  const lost = now.filter(path => before.includes(path))
  if (lost.length > 0) throw unsound(dataset, lost.length, lost[0] ?? '')
}

function unsound(dataset: string, findings: number, first: string): AppError {
  return new AppError('BACKUP_UNSOUND', { dataset, findings, first })
}

/** @returns what the copy holds, and which files differ from what the index says: their name may have got a new file */
async function check({ onProgress }: BackupOptions, id: string, target: string) {
  const report = await verifyDataset(target, {
    onProgress: (done, total) => onProgress?.(done, total, 'checked'),
  })
  const { folder: _, findings, ...counts } = report
  const wrong = findings.filter(({ kind }) => !endedByAStart.has(kind))
  const other = wrong.find(({ kind }) => !aboutFiles.has(kind))
  if (other) throw unsound(id, wrong.length, other.at)
  return { copy: { id, ...counts }, changed: wrong.map(({ at }) => at) }
}

/** The index as of one moment: in one step, for a copy made in several begins anew whenever somebody writes. */
async function copyIndex(source: string, target: string): Promise<void> {
  await rm(target, { force: true })
  const db = new Database(source, { readonly: true, fileMustExist: true })
  try {
    db.pragma('busy_timeout = 5000')
    const found = db.pragma('user_version', { simple: true }) as number
    const known = readMigrations().at(-1)?.version ?? 0
    if (found > known) throw new AppError('STORE_NEWER', { found, known })
    await db.backup(target, { progress: ({ totalPages }) => totalPages })
  } finally {
    db.close()
  }
  const copy = new Database(target)
  // One file, without a log beside it, until somebody opens it for work.
  copy.pragma('journal_mode = DELETE')
  copy.close()
  await chmod(target, 0o600)
  await syncFile(target)
}

const originalsNamedBy = {
  image: `SELECT original_digest AS digest, original_format AS format FROM image
           WHERE state = 'stored' AND original_kept = 1`,
  kept_original: 'SELECT digest, format FROM kept_original',
  browser_fetch: 'SELECT digest, format FROM browser_fetch WHERE digest IS NOT NULL',
  aside_file: 'SELECT digest, format FROM aside_file',
}

interface ImageRow {
  readonly id: string
  readonly folder: string
  readonly version: number
  readonly digest: string
}

/** @returns digests by path below the dataset's folder */
function filesNamedBy(index: string): ReadonlyMap<string, string> {
  const db = new Database(index, { readonly: true, fileMustExist: true })
  try {
    const images = db.prepare<[], ImageRow>(
      `SELECT i.id, k.folder, i.version, i.digest
         FROM image i JOIN class k ON k.id = i.class_id WHERE i.state = 'stored'`,
    )
    const files = new Map<string, string>()
    for (const row of images.all())
      files.set(relativePath(imagePlace(row.folder, row.id, row.version)), row.digest)
    const tables = new Set(db.prepare<[], string>('SELECT name FROM sqlite_schema').pluck().all())
    for (const [table, sql] of Object.entries(originalsNamedBy)) {
      if (!tables.has(table)) continue
      for (const { digest, format } of db.prepare<[], { digest: string; format: string }>(sql).all()) {
        files.set(relativePath(originalPlace(digest, format)), digest)
      }
    }
    if (tables.has('version')) {
      for (const digest of db.prepare<[], string>('SELECT digest FROM version').pluck().all()) {
        files.set(relativePath(manifestPlace(digest)), digest)
      }
    }
    return files
  } finally {
    db.close()
  }
}

interface Copying {
  readonly source: string
  readonly target: string
  readonly wanted: ReadonlyMap<string, string>
  /** What the copy holds, with the digest it was wanted for. */
  readonly copied: Map<string, string>
  readonly onProgress: BackupOptions['onProgress']
}

/** @returns files that are not there */
async function copyFiles({ source, target, wanted, copied, onProgress }: Copying): Promise<string[]> {
  const left = [...wanted].filter(([path]) => !copied.has(path))
  const absent: string[] = []
  const copyNext = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [path, digest] = next
      if (await copyOne(join(source, path), join(target, path))) copied.set(path, digest)
      else absent.push(path)
      onProgress?.(copied.size, wanted.size, 'copied')
    }
  }
  await Promise.all(Array.from({ length: hands }, copyNext))
  for (const folder of new Set([...wanted.keys()].map(path => dirname(join(target, path))))) {
    // A class folder without a picture stops trainers.
    const isEmpty = existsSync(folder) && readdirSync(folder).length === 0
    if (isEmpty) await rmdir(folder)
    else if (existsSync(folder)) await syncFolder(folder)
  }
  for (const top of [imagesFolder, originalsFolder, '']) await syncFolder(join(target, top))
  return absent
}

/** @returns whether there is an ordinary file */
async function copyOne(from: string, to: string): Promise<boolean> {
  if (!lstatSync(from, { throwIfNoEntry: false })?.isFile()) return false
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
  await syncFile(to)
  return true
}

async function discard(target: string, path: string, copied: Map<string, string>): Promise<void> {
  copied.delete(path)
  await unlink(join(target, path))
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o600 })
  await syncFile(path)
}

async function syncFile(path: string): Promise<void> {
  const file = openSync(path, 'r+')
  try {
    await syncToDisk(file)
  } finally {
    closeSync(file)
  }
}

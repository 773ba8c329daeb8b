/**
 * Checks a dataset against everything that is promised about it. Shares no code with what wrote it: it has its own
 * read-only connection, its own SQL and its own idea of where files belong, so that one mistake is not made twice.
 */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { indexFindings } from './verify-index.ts'
import { type VersionFile, versionFindings } from './verify-versions.ts'

export const findingKinds = [
  'link',
  'mode',
  'leftover',
  'stray',
  'empty-class',
  'orphan',
  'image-missing',
  'image-changed',
  'original-missing',
  'original-changed',
  'index-damaged',
  'counter',
  'conservation',
  'dangling',
  'copy',
  'pair',
  'group',
  'conflict',
  'lease',
  'unfinished-removal',
  'unfinished-rename',
  'class',
  'act',
  'version-missing',
  'version-changed',
  'split',
  'unfinished-split',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** One thing that is not as it should be. */
export interface Finding {
  readonly kind: FindingKind
  /** Path below the dataset's folder, or which row. */
  readonly at: string
  readonly detail: string
  /** The picture it is about. */
  readonly imageId?: string
}

export interface VerifyReport {
  readonly folder: string
  readonly findings: readonly Finding[]
  readonly images: number
  readonly originals: number
  readonly candidates: number
  readonly batches: number
}

export interface VerifyOptions {
  /** Called after each file that was read, with how many of how many. */
  readonly onProgress?: (done: number, total: number) => void
}

interface FileRow {
  /** Of the picture; `null` while there is none. */
  readonly id: string | null
  readonly path: string
  readonly sizeBytes: number
  readonly digest: string
}

const imageRows = `
  SELECT i.id, i.size_bytes AS sizeBytes, i.digest,
         'images/' || k.folder || '/' || i.id || iif(i.version > 1, '_' || i.version, '') || '.jpg' AS path
    FROM image i JOIN class k ON k.id = i.class_id WHERE i.state = 'stored'`
const originalRows = `
  SELECT id, original_bytes AS sizeBytes, original_digest AS digest,
         'originals/' || substr(original_digest, 1, 2) || '/' || original_digest || '.' ||
         iif(original_format = 'jpeg', 'jpg', original_format) AS path
    FROM image WHERE state = 'stored' AND original_kept = 1`
// Originals whose picture was lost and is to be drawn from them again; older indexes know none.
const keptRows = `
  SELECT image_id, size_bytes, digest,
         'originals/' || substr(digest, 1, 2) || '/' || digest || '.' || iif(format = 'jpeg', 'jpg', format)
    FROM kept_original`
// Bytes the browser brought, which nobody has looked at yet.
const broughtRows = `
  SELECT NULL, size_bytes, digest,
         'originals/' || substr(digest, 1, 2) || '/' || digest || '.' || iif(format = 'jpeg', 'jpg', format)
    FROM browser_fetch WHERE digest IS NOT NULL`
// Pictures a decision took out of their class folders, and their originals.
const asideRows = `
  SELECT (SELECT i.id FROM image i WHERE i.seq = image_seq), size_bytes, digest,
         'originals/' || substr(digest, 1, 2) || '/' || digest || '.' || iif(format = 'jpeg', 'jpg', format)
    FROM aside_file`
const versionRows = 'SELECT name, digest, size_bytes AS sizeBytes, images FROM version'
const originalTables = [
  ['kept_original', keptRows],
  ['browser_fetch', broughtRows],
  ['aside_file', asideRows],
] as const

/**
 * @param folder - of the dataset; nothing else should be writing to it
 * @returns what was looked at, and what was found wrong; a sound dataset has no findings
 */
export async function verifyDataset(folder: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const findings: Finding[] = [...surfaceFindings(folder)]
  const empty = { folder, images: 0, originals: 0, candidates: 0, batches: 0 }
  if (!existsSync(join(folder, 'gleaner.db'))) {
    return { ...empty, findings: [...findings, damaged('gleaner.db', 'There is no index.')] }
  }
  let db: Database.Database | undefined
  try {
    db = new Database(join(folder, 'gleaner.db'), { readonly: true, fileMustExist: true })
    db.exec('BEGIN')
    findings.push(...indexFindings(db))
    const renamed = renamedFolders(db, folder, findings)
    const images = db
      .prepare<[], FileRow>(imageRows)
      .all()
      .map(row => ({ ...row, path: renamed(row.path) }))
    const known = new Set(db.prepare<[], string>('SELECT name FROM sqlite_schema').pluck().all())
    const more = originalTables.filter(([table]) => known.has(table)).map(([, rows]) => rows)
    const originals = db.prepare<[], FileRow>([originalRows, ...more].join(' UNION ALL ')).all()
    const count = (table: string) => db?.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
    const counts = { candidates: count('candidate'), batches: count('batch') }
    const versions = known.has('version') ? db.prepare<[], VersionFile>(versionRows).all() : []
    const classPaths = db.prepare<[], string>(`SELECT 'images/' || folder || '/' FROM class`).pluck().all()
    const classFolders = new Set(classPaths.map(path => renamed(path).split('/')[1] ?? ''))
    db.close()
    const total = images.length + originals.length
    let done = 0
    const step = () => options.onProgress?.(++done, total)
    findings.push(...(await fileFindings(folder, images, 'image', step)))
    findings.push(...(await fileFindings(folder, originals, 'original', step)))
    findings.push(...(await treeFindings(folder, images, originals, classFolders)))
    findings.push(...(await versionFindings(folder, versions)))
    return { folder, findings, images: images.length, originals: originals.length, ...counts }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ...empty, findings: [...findings, damaged('gleaner.db', detail)] }
  } finally {
    db?.close()
  }
}

/**
 * A class folder whose new name was written down has either name, for a moment: the index says which two.
 *
 * @returns where a path of the index is on the disk
 */
function renamedFolders(
  db: Database.Database,
  folder: string,
  findings: Finding[],
): (path: string) => string {
  if ((db.pragma('user_version', { simple: true }) as number) < 8) return path => path
  const rows = db
    .prepare<[], { folder: string; next: string }>(
      'SELECT folder, next_folder AS next FROM class WHERE next_folder IS NOT NULL',
    )
    .all()
  const there = new Map<string, string>()
  for (const { folder: from, next } of rows) {
    const isDone = !existsSync(join(folder, 'images', from)) && existsSync(join(folder, 'images', next))
    if (isDone) there.set(from, next)
    const detail = `It was to be called ${next}, and that has not come to its end.`
    findings.push({ kind: 'unfinished-rename', at: `images/${from}`, detail })
  }
  return path => {
    const [top, from = '', ...rest] = path.split('/')
    return [top, there.get(from) ?? from, ...rest].join('/')
  }
}

function damaged(at: string, detail: string): Finding {
  return { kind: 'index-damaged', at, detail }
}

/** The top of the folder: nothing is a link, nobody else may look in. */
function surfaceFindings(folder: string): Finding[] {
  const findings: Finding[] = []
  for (const name of ['.', 'gleaner.db', 'images', 'originals', '.work', 'exports', 'versions']) {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (!found) continue
    if (found.isSymbolicLink()) findings.push({ kind: 'link', at: name, detail: 'It is a link.' })
    const isOpen = process.platform !== 'win32' && (found.mode & 0o077) !== 0
    if (isOpen && name === '.') {
      findings.push({
        kind: 'mode',
        at: name,
        detail: `Others may use it: ${(found.mode & 0o777).toString(8)}.`,
      })
    }
  }
  return findings
}

async function fileFindings(
  folder: string,
  rows: readonly FileRow[],
  what: 'image' | 'original',
  step: () => void,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const row of rows) {
    const detail = await fileTrouble(join(folder, row.path), row, what)
    const about = row.id === null ? {} : { imageId: row.id }
    if (detail) findings.push({ ...detail, kind: `${what}-${detail.kind}`, at: row.path, ...about })
    step()
  }
  return findings
}

async function fileTrouble(path: string, row: FileRow, what: 'image' | 'original') {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return { kind: 'missing', detail: 'The file is not there.' } as const
  const changed = (detail: string) => ({ kind: 'changed', detail }) as const
  if (!found.isFile()) return changed('It is no ordinary file.')
  if (found.size !== row.sizeBytes) return changed(`It has ${found.size} bytes, not ${row.sizeBytes}.`)
  const bytes = await readFile(path)
  if (createHash('sha256').update(bytes).digest('hex') !== row.digest) return changed('Its digest differs.')
  const isJpeg = bytes.subarray(0, 2).equals(startOfJpeg) && bytes.subarray(-2).equals(endOfJpeg)
  return what === 'image' && !isJpeg ? changed('It is no whole JPEG.') : undefined
}

const startOfJpeg = Buffer.from([0xff, 0xd8])
const endOfJpeg = Buffer.from([0xff, 0xd9])

/** From the files to the rows: everything under a final name is known, and `images/` is what a trainer expects. */
async function treeFindings(
  folder: string,
  images: readonly FileRow[],
  originals: readonly FileRow[],
  classFolders: ReadonlySet<string>,
): Promise<Finding[]> {
  const known = new Set([...images, ...originals].map(({ path }) => path))
  const findings: Finding[] = []
  const stray = (at: string, detail: string) => findings.push({ kind: 'stray', at, detail })
  for (const top of ['images', 'originals'] as const) {
    for (const entry of await listing(folder, top)) {
      const at = `${top}/${entry.name}`
      if (entry.isSymbolicLink()) findings.push({ kind: 'link', at, detail: 'It is a link.' })
      if (!entry.isDirectory()) {
        if (!entry.isSymbolicLink()) stray(at, 'Only folders belong here.')
        continue
      }
      const isExpected = top === 'images' ? classFolders.has(entry.name) : /^[0-9a-f]{2}$/.test(entry.name)
      if (!isExpected) stray(at, 'The index knows no such folder.')
      const files = await listing(folder, at)
      if (files.length === 0 && top === 'images') {
        findings.push({ kind: 'empty-class', at, detail: 'A class folder without a picture stops trainers.' })
      }
      for (const file of files) {
        const path = `${at}/${file.name}`
        if (known.has(path)) continue
        const isOurs = file.isFile() && /^[0-9a-f]{20}(_\d+)?\.jpg$|^[0-9a-f]{64}\.\w+$/.test(file.name)
        if (file.isSymbolicLink()) findings.push({ kind: 'link', at: path, detail: 'It is a link.' })
        else if (isOurs) findings.push({ kind: 'orphan', at: path, detail: 'No row knows this file.' })
        else stray(path, 'It does not belong here.')
      }
    }
  }
  for (const entry of await listing(folder, '.work')) {
    findings.push({
      kind: 'leftover',
      at: `.work/${entry.name}`,
      detail: 'A temporary file was left behind.',
    })
  }
  return findings
}

/** File managers leave these in every folder they show; trainers pass over them. */
const litter = /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i

async function listing(folder: string, part: string) {
  const path = join(folder, part)
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return []
  const entries = await readdir(path, { withFileTypes: true })
  return part === '.work' ? entries : entries.filter(entry => !(entry.isFile() && litter.test(entry.name)))
}

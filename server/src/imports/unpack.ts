/**
 * Takes archives apart, without believing them. Entries are written one by one under numbers of our own, so that no name
 * of theirs ever reaches the file system. At the first sign of ill will, or of a damaged file, all of it is refused.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, isAppError } from '@gleaner/shared/errors'
import { judgeEntryName, sameFileKey } from './entry-name.ts'
import type { StagedFile } from './staged-folder.ts'
import { unpackTar } from './unpack-tar.ts'
import { unpackZip } from './unpack-zip.ts'

export interface UnpackLimits {
  /** Files and folders. */
  readonly entries: number
  /** Of all files together, and of one. */
  readonly totalBytes: number
  readonly fileBytes: number
  /** How many times the size of the archive it may unpack to, once that is more than {@link UnpackLimits.freeBytes}. */
  readonly ratio: number
  readonly freeBytes: number
}

const gibibyte = 1024 ** 3
export const unpackLimits: UnpackLimits = {
  entries: 500_000,
  totalBytes: 200 * gibibyte,
  fileBytes: 2 * gibibyte,
  ratio: 100,
  freeBytes: 64 * 1024 * 1024,
}

export interface Unpacking {
  /** Path of the archive. */
  readonly archive: string
  readonly archiveBytes: number
  /** Made by this; whoever asked removes it. */
  readonly folder: string
  readonly limits: UnpackLimits
  readonly signal: AbortSignal
  /** Room on the disk: throws when there is too little for so many more bytes. */
  readonly mayWrite: () => void
}

export type ArchiveKind = 'zip' | 'tar' | 'tgz'

/** @returns the kind of archive by its first bytes, or nothing */
export async function archiveKind(path: string): Promise<ArchiveKind | undefined> {
  const head = Buffer.alloc(512)
  const file = await open(path, 'r')
  try {
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    if (['504b0304', '504b0506'].includes(head.toString('hex', 0, 4))) return 'zip'
    if (head[0] === 0x1f && head[1] === 0x8b) return 'tgz'
    // The oldest form has no such word; its checksum stands for it.
    if (bytesRead === 512 && isTarHeader(head)) return 'tar'
    return undefined
  } finally {
    await file.close()
  }
}

function isTarHeader(head: Buffer): boolean {
  const given = Number.parseInt(head.toString('latin1', 148, 156).replaceAll('\0', ' ').trim(), 8)
  let sum = 8 * 0x20
  for (const [at, byte] of head.entries()) if (at < 148 || at >= 156) sum += byte
  return given === sum && head[0] !== 0
}

/** Where unpacked files go, and what may not be. */
export interface Intake {
  /** To be called for every entry, before anything is made of it. @returns its path; nothing for a folder */
  readonly entry: (name: string, kind: EntryKind, claimedBytes: number | undefined) => string | undefined
  readonly write: (path: string, content: Readable) => Promise<void>
  /** To be told how many bytes the archive has unpacked to so far, also of what is not kept. */
  readonly passed: (bytes: number) => void
}
export type EntryKind = 'file' | 'folder' | 'other'

/**
 * @returns what was in it, in its own order
 * @throws AppError `IMPORT_UNSAFE`, `IMPORT_TOO_LARGE`, `IMPORT_DAMAGED`, `IMPORT_ENCRYPTED`
 */
export async function unpack(kind: ArchiveKind, unpacking: Unpacking): Promise<readonly StagedFile[]> {
  await mkdir(unpacking.folder, { recursive: true, mode: 0o700 })
  const { intake, files } = createIntake(unpacking)
  try {
    await (kind === 'zip' ? unpackZip(unpacking, intake) : unpackTar(unpacking, intake, kind === 'tgz'))
  } catch (error) {
    unpacking.signal.throwIfAborted()
    if (isAppError(error) || isDisk(error)) throw error
    throw new AppError('IMPORT_DAMAGED', { reason: reasonOf(error) }, { cause: error })
  }
  return files
}

const isDisk = (error: unknown) =>
  error instanceof Error && 'code' in error && /^(?:ENOSPC|EDQUOT|EIO|EROFS)$/.test(String(error.code))
const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : 'unknown').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)

/** Of one file: room may run out in the midst of it. */
const betweenAsksBytes = 4 * 1024 * 1024

function createIntake({ folder, archiveBytes, limits, signal, mayWrite }: Unpacking) {
  const files: StagedFile[] = []
  const seen = new Map<string, EntryKind>()
  let entries = 0
  let totalBytes = 0
  const mostBytes = Math.min(limits.totalBytes, Math.max(limits.freeBytes, archiveBytes * limits.ratio))

  const unsafe = (rule: string) => new AppError('IMPORT_UNSAFE', { entry: entries, rule })
  const tooLarge = (limit: string, most: number) => new AppError('IMPORT_TOO_LARGE', { limit, most })

  /** Every folder on the way is a folder, and nothing is there twice. */
  const claim = (path: string, kind: EntryKind): void => {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const above = sameFileKey(parts.slice(0, depth).join('/'))
      if (seen.get(above) === 'file') throw unsafe('a file is a folder, too')
      seen.set(above, 'folder')
    }
    const key = sameFileKey(path)
    const before = seen.get(key)
    if (before !== undefined && !(before === 'folder' && kind === 'folder')) throw unsafe('a name twice')
    seen.set(key, kind)
  }

  const count = (chunk: Buffer, fileBytes: number): void => {
    totalBytes += chunk.length
    if (fileBytes > limits.fileBytes) throw tooLarge('bytes of a file', limits.fileBytes)
    if (totalBytes > mostBytes) throw tooLarge('bytes in all', mostBytes)
  }

  const intake: Intake = {
    passed: bytes => {
      // Headers and padding come on top.
      if (bytes > mostBytes + limits.entries * 1024) throw tooLarge('bytes in all', mostBytes)
    },
    entry: (name, kind, claimedBytes = 0) => {
      signal.throwIfAborted()
      entries += 1
      if (entries > limits.entries) throw tooLarge('entries', limits.entries)
      if (kind === 'other') throw unsafe('a link or device')
      const judged = judgeEntryName(name)
      if (judged.kind === 'refused') throw unsafe(judged.rule)
      if (claimedBytes > limits.fileBytes) throw tooLarge('bytes of a file', limits.fileBytes)
      if (totalBytes + claimedBytes > mostBytes) throw tooLarge('bytes in all', mostBytes)
      const isFolder = kind === 'folder' || judged.isFolder
      if (judged.path !== '') claim(judged.path, isFolder ? 'folder' : 'file')
      return isFolder ? undefined : judged.path
    },
    write: async (path, content) => {
      mayWrite()
      const place = join(folder, String(files.length))
      let sizeBytes = 0
      let askedBytes = 0
      const counted = new Transform({
        transform: (chunk: Buffer, _encoding, done) => {
          sizeBytes += chunk.length
          try {
            count(chunk, sizeBytes)
            if (sizeBytes - askedBytes >= betweenAsksBytes) {
              mayWrite()
              askedBytes = sizeBytes
            }
            done(null, chunk)
          } catch (error) {
            done(error as Error)
          }
        },
      })
      await pipeline(content, counted, createWriteStream(place, { flags: 'wx', mode: 0o600 }), { signal })
      files.push({ path, place, sizeBytes })
    },
  }
  return { intake, files }
}

/** Stops work before the disk is full, and lets it go on when there is room again. */

import { statfsSync } from 'node:fs'
import { isAppError } from '@gleaner/shared/errors'

const GB = 1_000_000_000

/** Room on the file system of a folder. */
export interface DiskRoom {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Asks the file system on which `folder` lies. */
export function roomOn(folder: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

export interface DiskParts {
  /** Asks the file system; may throw. */
  readonly room: () => DiskRoom
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly limits?: Partial<DiskLimits>
}

export interface DiskLimits {
  /** Below the larger of these, nothing is fetched. */
  readonly floorBytes: number
  readonly floorShare: number
  /** Below the larger of these, nothing is taken in. */
  readonly intakeFloorBytes: number
  readonly intakeFloorShare: number
  /** How long after an error the disk counts as full. */
  readonly restMs: number
}

export const diskLimits: DiskLimits = {
  floorBytes: GB,
  floorShare: 0.01,
  intakeFloorBytes: GB / 5,
  intakeFloorShare: 0.002,
  restMs: 5_000,
}

/** How long an answer of the file system is believed. */
const believedForMs = 1_000

/** Why nothing can be written: too little room, or a folder that is gone or closed to the server. */
export type Hindrance = 'room' | 'rights'

export interface Disk {
  /** What keeps work from being done. */
  readonly hindrance: () => Hindrance | undefined
  /** Whether there is room for taking batches in, which need little. */
  readonly mayAccept: () => boolean
  /** Tells of a write that failed: there is no work for a while. */
  readonly failed: (why: Hindrance) => void
}

export function createDisk({ room, now, limits: given }: DiskParts): Disk {
  const limits = { ...diskLimits, ...given }
  let seen: DiskRoom = { freeBytes: Number.POSITIVE_INFINITY, totalBytes: 0 }
  let seenAtMs = Number.NEGATIVE_INFINITY
  let restsUntilMs = Number.NEGATIVE_INFINITY
  let restsFor: Hindrance = 'room'

  const look = (): DiskRoom => {
    if (now() - seenAtMs >= believedForMs) {
      seen = room()
      seenAtMs = now()
    }
    return seen
  }
  const isBelow = (bytes: number, share: number) => {
    const { freeBytes, totalBytes } = look()
    return freeBytes < Math.max(bytes, totalBytes * share)
  }

  return {
    hindrance: () => {
      if (isBelow(limits.floorBytes, limits.floorShare)) return 'room'
      return now() < restsUntilMs ? restsFor : undefined
    },
    mayAccept: () => !isBelow(limits.intakeFloorBytes, limits.intakeFloorShare),
    failed: why => {
      restsUntilMs = now() + limits.restMs
      restsFor = why
    },
  }
}

/** What an error thrown on the way says about the disk: wait and try again, set one dataset aside, end the process, or nothing. */
export type DiskTrouble = 'passing' | 'dataset' | 'fatal' | 'none'

const passing: ReadonlySet<string> = new Set([
  'STORE_DISK_FULL',
  'ENOSPC',
  'EDQUOT',
  'SQLITE_FULL',
  // A virus scanner or an indexer holds the file, or too many files are open.
  'EBUSY',
  'EPERM',
  'EMFILE',
  'ENFILE',
])
const fatal: ReadonlySet<string> = new Set([
  'STORE_IO',
  'STORE_DAMAGED',
  'EIO',
  'EROFS',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_READONLY',
])
/** A folder or right that is missing: said of the store's own files, it can be given back while the server runs. */
const passingOfStore: ReadonlySet<unknown> = new Set(['EACCES', 'ENOENT'])
const syncCalls: ReadonlySet<unknown> = new Set(['fsync', 'fdatasync'])

/**
 * After a failed fsync nobody knows what is on the disk, so the process has to end and start from what is really
 * there. Other failures leave all as it was: they may pass, as want of room does.
 */
export function diskTrouble(error: unknown): DiskTrouble {
  if (!(error instanceof Error && 'code' in error)) return 'none'
  const code = String(error.code)
  // A dataset set aside at the start concerns nobody but itself.
  if (isAppError(error) && code === 'STORE_DAMAGED' && 'dataset' in error.facts) return 'none'
  // A link in the place of a folder: nothing was written, and whoever put it there meant this dataset.
  if (isAppError(error) && code === 'STORE_UNSAFE_PATH') return 'dataset'
  const { found } = isAppError(error) ? error.facts : { found: code }
  const first = isAppError(error) && error.cause instanceof Error ? error.cause : error
  const syscall = 'syscall' in first ? first.syscall : undefined
  if (isAppError(error) && passingOfStore.has(found) && !syncCalls.has(syscall)) return 'passing'
  const kind = typeof found === 'string' ? kindOf(found, syscall) : 'none'
  return kind === 'none' ? kindOf(code, undefined) : kind
}

const ofRights: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'SQLITE_CANTOPEN'])

/** What is missing, by an error that {@link diskTrouble} calls passing. */
export function hindranceOf(error: unknown): Hindrance {
  const found = isAppError(error)
    ? error.facts.found
    : error instanceof Error && 'code' in error && error.code
  return ofRights.has(found) ? 'rights' : 'room'
}

/** @param syscall - the call that gave the error, where that is known */
function kindOf(code: string, syscall: unknown): DiskTrouble {
  if (syncCalls.has(syscall) || /^SQLITE_IOERR_(?:DIR_)?FSYNC$/.test(code)) return 'fatal'
  const isOtherCall = code === 'EIO' && syscall !== undefined
  // SQLite opens files in the midst of a statement, too: it cannot while too many are open.
  const isOfSqlite = /^SQLITE_(?:IOERR|CANTOPEN)/.test(code)
  if (isOtherCall || passing.has(code) || isOfSqlite) return 'passing'
  return fatal.has(code) || /^SQLITE_(?:CORRUPT|READONLY)_/.test(code) ? 'fatal' : 'none'
}

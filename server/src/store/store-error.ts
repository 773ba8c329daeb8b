/** What the disk and the database throw, in the words of the catalogue. */
import type { ErrorCode } from '@gleaner/shared/errors'
import { AppError, isAppError } from '@gleaner/shared/errors'

/** A full disk has many names; `SHMSIZE` is what a full tmpfs gives. */
const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORE_DISK_FULL',
  EDQUOT: 'STORE_DISK_FULL',
  SQLITE_FULL: 'STORE_DISK_FULL',
  SQLITE_IOERR_SHMSIZE: 'STORE_DISK_FULL',
  EIO: 'STORE_IO',
  EROFS: 'STORE_IO',
  EACCES: 'STORE_IO',
  EPERM: 'STORE_IO',
  EBUSY: 'STORE_IO',
  ENOENT: 'STORE_IO',
  EMFILE: 'STORE_IO',
  ENFILE: 'STORE_IO',
  SQLITE_READONLY: 'STORE_IO',
  SQLITE_CANTOPEN: 'STORE_IO',
  SQLITE_CORRUPT: 'STORE_DAMAGED',
  SQLITE_NOTADB: 'STORE_DAMAGED',
  ELOOP: 'STORE_UNSAFE_PATH',
  ENOTDIR: 'STORE_UNSAFE_PATH',
}

/**
 * Turns an error of the disk or of SQLite into an {@link AppError}; anything else comes back as it is, for it is a
 * mistake in the program and not in the world.
 */
export function storeError(error: unknown): unknown {
  if (isAppError(error) || !(error instanceof Error) || !('code' in error)) return error
  const found = String(error.code)
  const family = /^SQLITE_(?:IOERR|CORRUPT|READONLY|CANTOPEN)/.exec(found)?.[0]
  const code = codes[found] ?? (family === 'SQLITE_IOERR' ? 'STORE_IO' : family && codes[family])
  return code ? new AppError(code, { found }, { cause: error }) : error
}

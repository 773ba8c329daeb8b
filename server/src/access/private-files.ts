import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import { inShell } from '@gleaner/shared/shell'

const groupOrOthers = 0o077

/**
 * Refuses what somebody else could have read or put there.
 *
 * @throws AppError `CONFIG_HOME_UNSAFE` when `path` is a link, of another kind or owner, or open to others
 */
function assertPrivate(path: string, kind: 'file' | 'folder'): void {
  const stat = lstatSync(path)
  const isKind = kind === 'file' ? stat.isFile() : stat.isDirectory()
  if (!isKind) throw new AppError('CONFIG_HOME_UNSAFE', { path, reason: `not a plain ${kind}` })
  if (!process.getuid) return // Windows: access lists of the profile folder do this job
  if (stat.uid !== process.getuid()) throw new AppError('CONFIG_HOME_UNSAFE', { path, reason: 'other owner' })
  if ((stat.mode & groupOrOthers) !== 0) {
    const mode = (stat.mode & 0o777).toString(8)
    const fix = `chmod ${kind === 'file' ? '600' : '700'} ${inShell(path)}`
    throw new AppError('CONFIG_HOME_UNSAFE', { path, reason: `mode ${mode}`, fix })
  }
}

const isThere = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Makes the folder (mode 700) when it is absent. @throws AppError `CONFIG_HOME_UNSAFE` */
export function ensurePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  assertPrivate(path, 'folder')
}

/**
 * Makes the file (mode 600, durable) when it is absent; an existing one is left as it is.
 *
 * @throws AppError `CONFIG_HOME_UNSAFE` when it exists and is not the owner's alone
 */
export function ensurePrivateFile(path: string, firstContent: () => string): void {
  try {
    const { O_CREAT, O_EXCL, O_WRONLY } = constants
    const file = openSync(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    writeSync(file, firstContent())
    fsyncSync(file)
    closeSync(file)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  } catch (error) {
    if (!isThere(error)) throw error
  }
  assertPrivate(path, 'file')
}

/** Reads a file that must be the owner's alone. @throws AppError `CONFIG_HOME_UNSAFE` */
export function readPrivateFile(path: string): string {
  assertPrivate(path, 'file')
  return readFileSync(path, 'utf8')
}

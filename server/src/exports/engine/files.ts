/** Files of an export that is being written: linked, copied, and brought to the disk. */
import { spawn } from 'node:child_process'
import { constants, fsync } from 'node:fs'
import { copyFile, link, lstat, open, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { syncFolder } from '../../store/files.ts'

const syncToDisk = promisify(fsync)

/** Gives a file a further name, or copies it where the file system has no such thing. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK'].includes(codeOf(error))) throw error
    await copyApart(from, to)
  }
}

/** A copy that shares nothing a later writer could change. Costs nothing where the file system can clone. */
export const copyApart = (from: string, to: string): Promise<void> =>
  copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** Files that are synced or taken away at one time, where that has to be done one by one. */
const hands = 16

/**
 * Takes away a folder and all in it, or a file; nothing where there is none. A few files at a time: `rm` alone holds all of
 * them at once, a kilobyte each. Links are taken away, not followed.
 */
export async function removeAll(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory()) await emptyFolder(path)
  await rm(path, { recursive: true, force: true })
}

async function emptyFolder(folder: string): Promise<void> {
  let batch: Promise<void>[] = []
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await removeAll(path)
    else batch.push(rm(path, { force: true }))
    if (batch.length < hands) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
}

/**
 * Brings everything below a folder, or one file, to the disk. One call for the whole file system is a thousand times cheaper
 * than one for each of many files; where there is none, each is synced.
 */
export async function syncAll(path: string, isFolder: boolean): Promise<void> {
  if (!isFolder) return syncFile(path)
  if (process.platform === 'linux' && (await syncFileSystem(path))) return
  await syncBelow(path)
}

function syncFileSystem(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('sync', ['-f', '--', path], { stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('exit', code => resolve(code === 0))
  })
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await syncToDisk(file.fd)
  } finally {
    await file.close()
  }
}

async function syncBelow(folder: string): Promise<void> {
  let batch: Promise<void>[] = []
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name)
    batch.push(entry.isDirectory() ? syncBelow(path) : syncFile(path))
    if (batch.length < hands) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
  await syncFolder(folder)
}

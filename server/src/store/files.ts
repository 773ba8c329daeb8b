/**
 * Files of a dataset: complete and synced before they have their final name, gone and synced before that is believed.
 * Every step stays below the dataset's folder and follows no link.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  lstatSync,
  open,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  writeFile,
  writeFileSync,
} from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '@gleaner/shared/errors'
import { createFolderFiles, type Link } from './folder-files.ts'
import { createLocks } from './locks.ts'
import { patiently } from './patiently.ts'
import { createSharedSyncs } from './shared-syncs.ts'
import { storeError } from './store-error.ts'
import type { Failpoint } from './types.ts'

/** Where files wait until they are complete: in the dataset, so that a rename is atomic. */
export const workFolder = '.work'

/** A place below the dataset's folder: one or more folder names and a file name. */
export interface Place {
  readonly folders: readonly [string, ...string[]]
  readonly name: string
}

export interface FileStore {
  /**
   * Writes a file under its final name: temporary file, length check, fsync, rename, fsync of the folder. The last
   * folder appears together with its first file, never empty.
   *
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_UNSAFE_PATH`
   */
  readonly place: (place: Place, bytes: Uint8Array) => Promise<void>
  /**
   * Removes a file, and its folder when nothing is left in it but what file managers leave behind. A file that is not
   * there is no error.
   */
  readonly takeOut: (place: Place) => Promise<void>
  /** The same for many, with one sync for each folder. */
  readonly takeOutAll: (places: readonly Place[]) => Promise<void>
  /**
   * Gives files a further name, with one sync for each folder. A folder appears together with its files.
   *
   * @returns for each, whether the file was there and now has both names, durably
   */
  readonly link: (links: readonly Link[]) => Promise<readonly boolean[]>
  /** Gives a folder another name, durably. @returns whether it was there */
  readonly renameFolder: (from: readonly string[], to: readonly string[]) => Promise<boolean>
}

// What waits for the disk is done by the thread pool: a new file does, as long as the journal of the file system is being
// written. What only looks names up, or hands over a small file to be written some time, takes microseconds, a tenth of
// the way there and back: it is done at once.
const openFile = promisify(open)
const syncToDisk = promisify(fsync)
const writeWhole = promisify(writeFile)

/** Larger files are written by the thread pool: copying them would hold the event loop up. */
const smallBytes = 256 * 1024

const noFollow = constants.O_NOFOLLOW ?? 0
/** Unknown where users have no numbers; asked once, for folders are looked at ten times a picture. */
const myself = process.getuid?.()
const makeNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow

export interface FileOptions {
  readonly failpoint?: Failpoint
  /** Makes what changed in a folder durable; only tests pass one. */
  readonly syncFolder?: (path: string) => Promise<void>
}

/** @param root - folder of the dataset; it must exist and be no link */
export function createFiles(root: string, options: FileOptions = {}): FileStore {
  const { failpoint = () => {} } = options
  const identity = lstatSync(root)
  refuseUnless(isRealFolder(identity), root)
  const locked = createLocks()
  const sync = createSharedSyncs(options.syncFolder ?? syncFolder)
  /**
   * Folders whose own entries are known to be on the disk. One that is merely there may have been made by somebody whose
   * sync is still under way or failed, or by a process that was killed. Those at the top were synced with the dataset.
   */
  const lasting = new Set(foldersIn(root))
  let serial = 0
  const temporary = () => join(root, workFolder, `${process.pid}-${++serial}`)

  /** The root is the one it was at the start, and every folder on the way is a real one. */
  const confine = (folders: readonly string[]): string | undefined => {
    const now = lstatSync(root)
    refuseUnless(isRealFolder(now) && now.ino === identity.ino && now.dev === identity.dev, root)
    let path = root
    for (const folder of folders) {
      path = join(path, folder)
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (!found) return undefined
      refuseUnless(isRealFolder(found), path)
    }
    return path
  }

  const ensureFolder = async (folders: readonly string[]): Promise<string> => {
    const found = confine(folders)
    if (found && lasting.has(found)) return found
    let path = root
    for (const [index, folder] of folders.entries()) {
      const parent = path
      path = join(path, folder)
      const isThere = confine(folders.slice(0, index + 1)) !== undefined
      if (isThere && lasting.has(path)) continue
      if (!isThere) {
        lasting.delete(path)
        await mkdir(path, { mode: 0o700 }).catch(unlessCode('EEXIST'))
      }
      await sync(parent)
      lasting.add(path)
    }
    confine(folders)
    return path
  }

  const writeTemporary = async (bytes: Uint8Array): Promise<string> => {
    await ensureFolder([workFolder])
    const path = temporary()
    const file = await openFile(path, makeNew, 0o600)
    try {
      failpoint('file:created')
      if (bytes.byteLength > smallBytes) await writeWhole(file, bytes)
      else writeFileSync(file, bytes)
      failpoint('file:written')
      const { size } = fstatSync(file)
      if (size !== bytes.byteLength) throw new AppError('STORE_IO', { wrote: size, wanted: bytes.byteLength })
      await syncToDisk(file)
      failpoint('file:synced')
    } finally {
      closeSync(file)
    }
    return path
  }

  /** The folder is filled out of sight and appears with its file in it. */
  const moveWithFolder = async (path: string, { folders, name }: Place): Promise<void> => {
    const parent = await ensureFolder(folders.slice(0, -1))
    const folder = join(parent, folders.at(-1) ?? '')
    const hidden = temporary()
    await mkdir(hidden, { mode: 0o700 })
    await rename(path, join(hidden, name))
    await sync(hidden)
    lasting.delete(folder)
    await patiently(() => rename(hidden, folder))
    failpoint('file:renamed')
    // Before anybody else finds the folder: a sync of what is in it would not make the folder itself durable.
    await sync(parent)
    lasting.add(folder)
  }

  /** @returns the folder whose entries are still to be synced */
  const move = async (path: string, place: Place): Promise<string | undefined> => {
    const folder = confine(place.folders)
    if (!folder) {
      await moveWithFolder(path, place)
      return undefined
    }
    if (!lasting.has(folder)) await ensureFolder(place.folders)
    await patiently(() => renameSync(path, join(folder, place.name)))
    failpoint('file:renamed')
    return folder
  }

  const place = async (where: Place, bytes: Uint8Array) => {
    let path: string | undefined
    try {
      refuseOddNames(where)
      const written = await writeTemporary(bytes)
      path = written
      const changed = await locked([where.folders.join('/')], () => move(written, where))
      // Outside of the lock, so that others who fill the same folder share the sync.
      if (changed) await sync(changed)
      failpoint('file:folder-synced')
    } catch (error) {
      if (path) await rm(path, { force: true }).catch(() => {})
      throw storeError(error)
    }
  }

  const batches = createFolderFiles({
    ...{ confine, ensureFolder, workFolder, temporary, locked, sync, lasting, failpoint },
  })
  const takeOutAll = async (places: readonly Place[]) => {
    try {
      places.forEach(refuseOddNames)
      await batches.takeOut(places)
    } catch (error) {
      throw storeError(error)
    }
  }
  const link = async (links: readonly Link[]) => {
    try {
      for (const { from, to } of links) [from, to].forEach(refuseOddNames)
      return await batches.link(links)
    } catch (error) {
      throw storeError(error)
    }
  }
  const renameFolder = async (from: readonly string[], to: readonly string[]) => {
    try {
      for (const folders of [from, to]) refuseOddNames({ folders: ['.work'], name: folders.at(-1) ?? '' })
      return await batches.rename(from, to)
    } catch (error) {
      throw storeError(error)
    }
  }

  return { place, takeOut: where => takeOutAll([where]), takeOutAll, link, renameFolder }
}

function foldersIn(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => join(path, name))
}

function isRealFolder(found: Stats): boolean {
  return found.isDirectory() && (myself === undefined || found.uid === myself)
}

function refuseUnless(isSafe: boolean, path: string) {
  if (!isSafe) throw new AppError('STORE_UNSAFE_PATH', { path })
}

/** Every part is the name of one thing in one folder. */
function refuseOddNames({ folders, name }: Place) {
  for (const part of [...folders, name]) {
    refuseUnless(part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part), part)
  }
}

function unlessCode(code: string) {
  return (error: NodeJS.ErrnoException) => {
    if (error.code !== code) throw error
  }
}

/** Makes a rename or an unlink in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | noFollow)
  try {
    await syncToDisk(folder)
  } finally {
    closeSync(folder)
  }
}

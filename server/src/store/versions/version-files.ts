/** Where files of versions are made, named and taken away; all of it below the dataset's folder, following no link. */
import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { Failpoint } from '../failpoints.ts'
import { syncFolder, workFolder } from '../files.ts'
import { patiently } from '../patiently.ts'
import { storeError } from '../store-error.ts'
import { manifestPath, manifestPattern, versionsFolder } from './manifest.ts'

export function createVersionFiles(root: string, failpoint: Failpoint) {
  const folder = join(root, versionsFolder)
  let serial = 0

  /** @returns whether the folder is there and is a real one */
  const isThere = (): boolean => {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (found && !found.isDirectory()) throw new AppError('STORE_UNSAFE_PATH', { path: folder })
    return found !== undefined
  }

  return {
    /** A path that nothing has, on the same disk. */
    temporary: () => join(root, workFolder, `version-${process.pid}-${++serial}`),
    forget: (temporary: string) => rm(temporary, { force: true }),
    /**
     * Gives a whole, synced file its name, durably. One of that name has the same bytes.
     *
     * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_UNSAFE_PATH`
     */
    name: async (temporary: string, digest: string): Promise<void> => {
      try {
        if (!isThere()) {
          mkdirSync(folder, { mode: 0o700 })
          await syncFolder(root)
        }
        await patiently(() => rename(temporary, manifestPath(root, digest)))
        failpoint('version:renamed')
        await syncFolder(folder)
      } catch (error) {
        throw storeError(error)
      }
    },
    takeOut: async (digest: string): Promise<void> => {
      if (!isThere()) return
      await unlink(manifestPath(root, digest)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw storeError(error)
      })
      await syncFolder(folder)
    },
    /** Digests of all files there are with names of the store's own making. */
    all: (): string[] =>
      isThere() ? readdirSync(folder).flatMap(name => manifestPattern.exec(name)?.[1] ?? []) : [],
  }
}
export type VersionFiles = ReturnType<typeof createVersionFiles>

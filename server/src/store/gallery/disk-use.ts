/** How much room a dataset takes beside its pictures. */
import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { lookFileName } from '../look-file.ts'
import { thumbnailsFolder } from './thumbnail-files.ts'

export interface OwnDiskUse {
  /** The index, and the file of its looks. */
  readonly indexBytes: number
  /** Small copies, about: of folders with many, some are weighed. */
  readonly cacheBytes: number
  readonly freeBytes: number
}

const indexFiles = ['gleaner.db', 'gleaner.db-wal', lookFileName]
/** Files weighed in each folder of small copies. */
const weighed = 16

/** @param root - folder of the dataset */
export function createDiskUse(root: string) {
  return async (): Promise<OwnDiskUse> => {
    const sizes = await Promise.all(indexFiles.map(name => sizeOf(join(root, name))))
    const { bavail, bsize } = await statfs(root)
    return {
      indexBytes: sizes.reduce((sum, size) => sum + size, 0),
      cacheBytes: await cacheBytes(join(root, thumbnailsFolder)),
      freeBytes: bavail * bsize,
    }
  }
}

async function cacheBytes(folder: string): Promise<number> {
  let sum = 0
  for (const part of await readdir(folder).catch(() => [])) {
    const names = await readdir(join(folder, part)).catch(() => [])
    const some = await Promise.all(names.slice(0, weighed).map(name => sizeOf(join(folder, part, name))))
    const known = some.reduce((total, size) => total + size, 0)
    if (some.length > 0) sum += Math.round((known / some.length) * names.length)
  }
  return sum
}

const sizeOf = async (path: string) => (await lstat(path).catch(() => undefined))?.size ?? 0

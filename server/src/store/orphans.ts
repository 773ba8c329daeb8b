/** Files no row knows: written, but never recorded. */
import { type Dir, opendirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClaimedFiles } from './claimed-files.ts'
import type { DatasetParts } from './parts.ts'
import { imageNamePattern, imagesFolder, originalOf, originalsFolder } from './places.ts'

type Parts = Pick<DatasetParts, 'folder' | 'db' | 'files' | 'unclaimed'>

/** What a start found to be there, as its rows say: nearly all files, so that hardly any is asked for. */
export interface FoundFiles {
  /** By folder of the class, id and version. */
  readonly images: ClaimedFiles
  /** By format and digest. */
  readonly originals: ClaimedFiles
}

export const orphanSql = {
  // The cast keeps the plan: where it might depend on what is bound, it is made anew each time.
  owner: `SELECT 1 FROM image i CROSS JOIN class c ON c.id = i.class_id
           WHERE i.id = CAST(? AS TEXT) AND i.version = ? AND i.state = 'stored' AND c.folder = ?`,
} as const

/** Entries of a folder read at once from the system, and looked at in one go: others get their turn. */
const sliceEntries = 1_024

/**
 * Removes files with names of the store's own making that no row claims. What a person put there is left alone.
 *
 * @param found - what is in it is kept without asking; what is not is asked for
 * @returns how many
 */
export async function sweepOrphans(parts: Parts, found: FoundFiles): Promise<number> {
  let orphans = 0
  for (const [top, isClaimed] of claimsOf(parts, found)) {
    for (const folder of readdirSync(join(parts.folder, top), { withFileTypes: true })) {
      if (!folder.isDirectory()) continue
      const path = join(parts.folder, top, folder.name)
      const unclaimed = await filesIn(path, name => isClaimed(folder.name, name) === false)
      await parts.files.takeOutAll(unclaimed.map(name => ({ folders: [top, folder.name], name })))
      orphans += unclaimed.length
    }
  }
  return orphans
}

/** Read at once, for a promise a file would cost more than the file does. */
async function filesIn(path: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const folder: Dir = opendirSync(path, { bufferSize: sliceEntries })
  const wanted: string[] = []
  try {
    let read = 0
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
      if (entry.isFile() && isWanted(entry.name)) wanted.push(entry.name)
      if (++read % sliceEntries === 0) await nextTurn()
    }
  } finally {
    folder.closeSync()
  }
  return wanted
}

/** Whether a row claims a file; `undefined` where its name is none of the store's making. */
type IsClaimed = (folder: string, name: string) => boolean | undefined

function claimsOf(
  { db, unclaimed }: Parts,
  found: FoundFiles,
): readonly (readonly [top: string, isClaimed: IsClaimed])[] {
  const owner = db.prepare<[string, number, string], number>(orphanSql.owner).pluck()
  return [
    [
      imagesFolder,
      (folder, name) => {
        const [, id, text = '1'] = imageNamePattern.exec(name) ?? []
        if (id === undefined) return undefined
        const version = Number(text)
        return found.images.isClaimed(folder, id, version) || owner.get(id, version, folder) !== undefined
      },
    ],
    [
      originalsFolder,
      (folder, name) => {
        const original = originalOf(name)
        if (!original) return undefined
        const { digest, format } = original
        if (folder !== digest.slice(0, 2)) return false
        return found.originals.isClaimed(format, digest) || unclaimed.isOwned(original)
      },
    ],
  ]
}

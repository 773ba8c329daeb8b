/** Class folders that get another name: said in the index first, then done, then said that it is done. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetParts } from '../parts.ts'
import { imagesFolder } from '../places.ts'
import { inTransaction } from '../transaction.ts'
import { createClassBook } from './class-book.ts'

type Parts = Pick<DatasetParts, 'db' | 'folder' | 'files' | 'gate' | 'failpoint'>

export function createClassFolders({ db, folder, files, gate, failpoint }: Parts) {
  const book = createClassBook(db)
  const isThere = (name: string) =>
    lstatSync(join(folder, imagesFolder, name), { throwIfNoEntry: false }) !== undefined

  return {
    /** Whether something that is no class of ours has the name already. */
    isTaken: isThere,
    /**
     * Brings to its end what was said to be done; safe to repeat. A folder whose new name is there already had it given by
     * a process that was killed before it could say so.
     */
    finish: (): Promise<void> =>
      gate.alone(async () => {
        for (const { id, folder: from, nextFolder: to } of book.renaming()) {
          if (to === null) continue
          await files.renameFolder([imagesFolder, from], [imagesFolder, to])
          failpoint('rename:renamed')
          inTransaction(db, () => book.renamed(id))
          failpoint('rename:committed')
        }
      }),
  }
}
export type ClassFolders = ReturnType<typeof createClassFolders>

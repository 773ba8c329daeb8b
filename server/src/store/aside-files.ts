/** Moving the files of pictures out of their class folders, back, and into others: always a whole copy first, then the row. */
import { AppError } from '@gleaner/shared/errors'
import type { Database } from './database.ts'
import type { Place } from './files.ts'
import type { HeldImage } from './images.ts'
import { readOriginal, readWhole } from './kept-originals.ts'
import type { DatasetParts } from './parts.ts'
import { absolutePath, imagePlace, originalPlace } from './places.ts'
import { inTransaction } from './transaction.ts'

interface FileRow {
  readonly digest: string
  readonly sizeBytes: number
}

type Parts = Pick<DatasetParts, 'db' | 'files' | 'folder' | 'unclaimed' | 'failpoint'>

/** A picture that is set aside lies among the originals, by the digest of its file. */
const asidePlace = ({ digest }: Pick<FileRow, 'digest'>) => originalPlace(digest, 'jpeg')
const placeOf = (held: HeldImage): Place => imagePlace(held.classFolder, held.id, held.version)

export function createAsideFiles({ db, files, folder, unclaimed, failpoint }: Parts) {
  const fileRow = db.prepare<[number], FileRow>(
    'SELECT digest, size_bytes AS sizeBytes FROM image WHERE seq = ?',
  )
  const isStored = db.prepare<[number], number>(`SELECT 1 FROM image WHERE seq = ? AND state = 'stored'`)
  const rowOf = ({ seq, id }: HeldImage): FileRow => {
    const row = fileRow.get(seq)
    if (!row) throw new AppError('PROTOCOL_NOT_FOUND', { imageId: id })
    return row
  }
  const readHeld = async (held: HeldImage) => {
    const bytes = await readWhole(absolutePath(folder, placeOf(held)), rowOf(held))
    if (!bytes) throw new AppError('DUPLICATES_CHANGED', { lost: held.id, version: held.version })
    return bytes
  }

  /** Nobody has set it aside, after all. */
  const dropCopy = async (held: HeldImage) => {
    const { digest } = rowOf(held)
    if (!unclaimed.isOwned({ digest, format: 'jpeg' })) await files.takeOut(asidePlace({ digest }))
  }

  return {
    /** What the file of a picture is named by while it is set aside. */
    asideDigest: (held: HeldImage): string => rowOf(held).digest,
    /** @throws AppError `DUPLICATES_CHANGED` unless the file of the picture is there, every bit of it */
    check: async (held: HeldImage): Promise<void> => void (await readHeld(held)),
    /**
     * Takes pictures out of their class folders.
     *
     * @param commit - marks their rows; what it throws leaves everything as it was
     */
    takeAway: async <T>(leaving: readonly HeldImage[], commit: () => T): Promise<T> => {
      const commitAll = async (): Promise<T> => {
        for (const held of leaving) await files.place(asidePlace(rowOf(held)), await readHeld(held))
        failpoint('aside:placed')
        return commitWith(db, commit, () => failpoint('aside:before-commit'))
      }
      let result: T
      try {
        result = await commitAll()
      } catch (error) {
        for (const held of leaving) await dropCopy(held)
        throw error
      }
      failpoint('aside:marked')
      for (const held of leaving) {
        await files.takeOut(placeOf(held))
        failpoint('aside:file-gone')
      }
      return result
    },
    /**
     * Puts pictures back where they were.
     *
     * @param commit - marks the rows of those whose file is there
     * @returns what it returns
     */
    putBack: async <T>(
      leaving: readonly HeldImage[],
      commit: (there: readonly HeldImage[]) => {
        readonly result: T
        readonly stayAway: readonly HeldImage[]
      },
    ): Promise<T> => {
      const there: HeldImage[] = []
      for (const held of leaving) {
        const bytes = await readOriginal(folder, { ...rowOf(held), format: 'jpeg' })
        if (!bytes) continue
        await files.place(placeOf(held), bytes)
        there.push(held)
      }
      failpoint('restore:placed')
      const undone = async (all: readonly HeldImage[]) => {
        for (const held of all) if (!isStored.get(held.seq)) await files.takeOut(placeOf(held))
      }
      try {
        const { result, stayAway } = commitWith(
          db,
          () => commit(there),
          () => failpoint('restore:before-commit'),
        )
        failpoint('restore:marked')
        await undone(stayAway)
        return result
      } catch (error) {
        await undone(there)
        throw error
      }
    },
    /** Moves a picture to another class folder. @param commit - writes its class and its next version */
    move: async <T>(held: HeldImage, classFolder: string, commit: () => T): Promise<T> => {
      const next = imagePlace(classFolder, held.id, held.version + 1)
      await files.place(next, await readHeld(held))
      failpoint('move:placed')
      let result: T
      try {
        result = commitWith(db, commit, () => failpoint('move:before-commit'))
      } catch (error) {
        await files.takeOut(next)
        throw error
      }
      failpoint('move:after-commit')
      await files.takeOut(placeOf(held))
      failpoint('move:old-file-gone')
      return result
    },
  }
}

function commitWith<T>(db: Database, commit: () => T, before: () => void): T {
  return inTransaction(db, () => {
    const result = commit()
    before()
    return result
  })
}

/** Small copies of pictures, made when they are first asked for and kept beside the dataset. Whoever deletes them loses only time. */
import { constants, existsSync } from 'node:fs'
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { Database } from '../database.ts'
import { workFolder } from '../files.ts'
import { absolutePath, imagePlace, originalPlace } from '../places.ts'
import { storeError } from '../store-error.ts'
import { inTransaction } from '../transaction.ts'
import type { StoredFile } from '../types.ts'

/** Below the dataset's folder, never in a class folder. */
export const thumbnailsFolder = '.thumbnails'

/** Longest sides of small copies, in pixels. */
export const thumbnailSides = [128, 256, 512] as const
export type ThumbnailSide = (typeof thumbnailSides)[number]

/** Makes a small JPEG of one; nothing when that cannot be read. */
export type MakeThumbnail = (bytes: Uint8Array, sidePx: number) => Promise<Uint8Array | undefined>

interface FileRow {
  readonly id: string
  readonly state: 'stored' | 'deleting'
  readonly version: number
  readonly folder: string
  readonly digest: string
  readonly size_bytes: number
  readonly width_px: number
  readonly height_px: number
}
interface Stale {
  readonly image_id: string
  readonly digest: string
}

const noFollow = constants.O_NOFOLLOW ?? 0
/** Copies let go of in one go. */
const tidySlice = 200

export const thumbnailSql = {
  file: `SELECT i.id, i.state, i.version, k.folder, i.digest, i.size_bytes, i.width_px, i.height_px
           FROM image i JOIN class k ON k.id = i.class_id
          WHERE i.id = ? AND (i.state = 'stored' OR EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq))`,
  stale: 'SELECT image_id, digest FROM stale_thumbnail LIMIT ?',
} as const

export function createThumbnailFiles(db: Database, root: string) {
  const file = db.prepare<[string], FileRow>(thumbnailSql.file)
  const stale = db.prepare<[number], Stale>(thumbnailSql.stale)
  const forget = db.prepare<Stale>(
    'DELETE FROM stale_thumbnail WHERE image_id = :image_id AND digest = :digest',
  )
  const making = new Map<string, Promise<StoredFile | undefined>>()
  let serial = 0

  const isStill = ({ id, digest }: FileRow) => file.get(id)?.digest === digest

  const write = async (path: string, bytes: Uint8Array, row: FileRow) => {
    const folder = join(root, thumbnailsFolder)
    await plainFolder(folder)
    await plainFolder(join(folder, row.id.slice(0, 2)))
    const temporary = join(root, workFolder, `thumbnail-${process.pid}-${++serial}`)
    const out = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
      0o600,
    )
    try {
      await out.writeFile(bytes)
    } finally {
      await out.close()
    }
    await rename(temporary, path)
    // Gone while its copy was being made: nobody else would take that out.
    if (!isStill(row)) await rm(path, { force: true })
  }
  const make = async (row: FileRow, side: ThumbnailSide, path: string, maker: MakeThumbnail) => {
    const whole = await readPlain(sourceOf(root, row))
    const bytes = whole && (await maker(whole, side))
    if (!bytes) return undefined
    try {
      await write(path, bytes, row)
    } catch (error) {
      throw storeError(error)
    }
    return { path, sizeBytes: bytes.length, contentType: 'image/jpeg' }
  }

  return {
    /**
     * @returns a copy whose longest side is `side`, or the picture itself where that is no larger; `undefined` when
     *   there is no such picture or its file cannot be read
     */
    thumbnail: async (
      imageId: string,
      side: ThumbnailSide,
      maker: MakeThumbnail,
    ): Promise<StoredFile | undefined> => {
      const row = file.get(imageId)
      if (!row) return undefined
      if (Math.max(row.width_px, row.height_px) <= side) {
        return { path: sourceOf(root, row), sizeBytes: row.size_bytes, contentType: 'image/jpeg' }
      }
      const path = copyOf(root, row, side)
      const known = await lstat(path).catch(() => undefined)
      if (known?.isFile() && known.size > 0) return { path, sizeBytes: known.size, contentType: 'image/jpeg' }
      const begun = making.get(path) ?? make(row, side, path, maker).finally(() => making.delete(path))
      making.set(path, begun)
      return begun
    },
    /** Whether copies are still there of what is gone or was replaced. */
    isStale: () => stale.get(1) !== undefined && existsSync(join(root, thumbnailsFolder)),
    /** Takes some of them out. */
    tidy: async (): Promise<void> => {
      const gone = stale.all(tidySlice)
      for (const { image_id: id, digest } of gone) {
        // What was brought back looks as it did.
        if (file.get(id)?.digest === digest) continue
        for (const side of thumbnailSides) await rm(copyOf(root, { id, digest }, side), { force: true })
      }
      if (gone.length > 0) inTransaction(db, () => gone.forEach(one => void forget.run(one)))
    },
  }
}

function copyOf(root: string, { id, digest }: Pick<FileRow, 'id' | 'digest'>, side: ThumbnailSide): string {
  return join(root, thumbnailsFolder, id.slice(0, 2), `${id}_${digest.slice(0, 12)}_${side}.jpg`)
}

/** Files of pictures in the trash lie among the originals. */
function sourceOf(root: string, row: FileRow): string {
  const place =
    row.state === 'stored' ? imagePlace(row.folder, row.id, row.version) : originalPlace(row.digest, 'jpeg')
  return absolutePath(root, place)
}

async function readPlain(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path, { flag: constants.O_RDONLY | noFollow })
  } catch {
    return undefined
  }
}

/** @throws AppError `STORE_UNSAFE_PATH` when something else has its name */
async function plainFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory()) throw new AppError('STORE_UNSAFE_PATH', { path })
}

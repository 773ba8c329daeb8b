/** Unpacks the archive of an export for as long as it is looked at. Whoever made it may have meant harm. */
import { mkdirSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import { removeAll } from '../exports/engine/files.ts'
import { recordFile } from '../exports/engine/record.ts'
import { archiveKind, type UnpackLimits, unpack, unpackLimits } from '../imports/unpack.ts'
import { storeError } from '../store/store-error.ts'

/** An export of a million pictures has millions of small files, or few very large ones. */
const limits: UnpackLimits = { ...unpackLimits, entries: 5_000_000, fileBytes: unpackLimits.totalBytes }
/** What is left to others. */
const spareBytes = 64 * 1024 * 1024

export interface UnpackedExport {
  readonly folder: string
  /** What lies in the archive outside of that folder. */
  readonly strays: readonly string[]
  readonly remove: () => Promise<void>
}

/**
 * @throws AppError `CONFIG_INVALID` where there is no export in it, `IMPORT_UNSAFE`, `IMPORT_DAMAGED`, `IMPORT_TOO_LARGE` or
 *   `IMPORT_ENCRYPTED` as `unpack` does, `STORE_DISK_FULL`; the signal's reason
 */
export async function unpackExport(archive: string, signal: AbortSignal): Promise<UnpackedExport> {
  const kind = await archiveKind(archive)
  if (!kind) throw refuse('neither a folder nor an archive')
  const own = mkdtempSync(join(tmpdir(), 'gleaner-export-'))
  try {
    const mayWrite = () => {
      const { bavail, bsize } = statfsSync(own)
      if (bavail * bsize < spareBytes) throw new AppError('STORE_DISK_FULL', { folder: own })
    }
    const archiveBytes = statSync(archive).size
    const files = await unpack(kind, {
      ...{ archive, archiveBytes, folder: join(own, 'files'), limits, signal, mayWrite },
    })
    const root = rootOf(files.map(({ path }) => path))
    const inside = files.filter(({ path }) => path.startsWith(root))
    const folder = join(own, 'set')
    for (const { path, place } of inside) {
      const target = join(folder, path.slice(root.length))
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
      await rename(place, target)
    }
    const strays = files.flatMap(({ path }) => (path.startsWith(root) ? [] : [path]))
    return { folder, strays, remove: () => removeAll(own) }
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    throw storeError(error)
  }
}

const refuse = (reason: string) => new AppError('CONFIG_INVALID', { setting: 'export', reason })

/** @returns the folder with the record of an export in it, with its slash; nothing where that lies at the top */
function rootOf(paths: readonly string[]): string {
  const records = paths.filter(path => basename(path) === recordFile && path.split('/').length <= 2)
  const [record, another] = records
  if (record === undefined || another !== undefined)
    throw refuse(`${records.length} files of the name ${recordFile} in it`)
  return record.slice(0, -recordFile.length)
}

/** Versions of a dataset: the file before the row, and after it. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { NewVersion, VersionSummary } from '@gleaner/shared/versions'
import type { Database } from '../database.ts'
import type { Failpoint } from '../failpoints.ts'
import { inTransaction } from '../transaction.ts'
import type { Clock } from '../types.ts'
import type { Desk } from './desk.ts'
import { diffVersions } from './diff.ts'
import { createImageFiles } from './image-files.ts'
import { manifestPath, readHeader, readImages } from './manifest.ts'
import type { EarlierVersion } from './tasks.ts'
import type { Versions } from './types.ts'
import type { VersionFiles } from './version-files.ts'
import { createVersionRows, toSummary, type VersionRow } from './version-rows.ts'

export interface VersionParts {
  readonly db: Database
  /** Of the dataset. */
  readonly folder: string
  readonly now: Clock
  readonly failpoint: Failpoint
  readonly desk: Desk
  readonly files: VersionFiles
  readonly settings: { readonly name: () => string; readonly settings: () => DatasetSettings }
}

export function createVersions(parts: VersionParts) {
  const { db, folder, now, failpoint, desk, files, settings } = parts
  const rows = createVersionRows(db)
  const imageFiles = createImageFiles(db, folder)
  const lastChange = db.prepare<[], number>('SELECT coalesce(max(change_no), 0) FROM gallery_change').pluck()
  /** How many pictures of a version had no file any more, as of a change of the pictures. */
  const known = new Map<number, { readonly changeNo: number; readonly gone: number }>()

  const fileOf = ({ digest }: Pick<VersionRow, 'digest'>) => ({ path: manifestPath(folder, digest), digest })
  const earlierOf = ({ id, name, digest }: VersionRow): EarlierVersion => ({
    id,
    name,
    ...fileOf({ digest }),
  })

  const summaries = async (asked: readonly VersionRow[]): Promise<VersionSummary[]> => {
    const changeNo = lastChange.get() ?? 0
    const isKnown = ({ id }: VersionRow) => known.get(id)?.changeNo === changeNo
    const open = asked.filter(row => !isKnown(row))
    if (open.length > 0) {
      const gone = await desk.ask('gone', { versions: open.map(earlierOf) })
      for (const [index, { id }] of open.entries()) known.set(id, { changeNo, gone: gone[index] ?? 0 })
    }
    return asked.map(row => toSummary(row, known.get(row.id)?.gone ?? 0))
  }

  const summary = async (versionId: number): Promise<VersionSummary> => {
    const [found] = await summaries([rows.known(versionId)])
    return found ?? toSummary(rows.known(versionId), 0)
  }

  const write = async (asked: NewVersion, by: string, ask: Desk['ask']): Promise<number> => {
    const path = files.temporary()
    const changeNo = lastChange.get() ?? 0
    try {
      const { render, honourOptOut, honourRobots, nearDuplicates } = settings.settings()
      const written = await ask('write', {
        ...{ dataset: settings.name(), onlyKept: asked.onlyKept ?? false, path },
        settings: { render, honourOptOut, honourRobots },
        distanceBits: nearDuplicates.proposeBits,
        earlier: rows.all().toReversed().map(earlierOf),
      })
      failpoint('version:written')
      await files.name(path, written.digest)
      const { name, description = '' } = asked
      const id = inTransaction(db, () => {
        const added = rows.add({ ...written, name, description, by, atMs: now() })
        failpoint('version:before-commit')
        return added
      })
      failpoint('version:after-commit')
      // Everything that was written down was there.
      known.set(id, { changeNo, gone: 0 })
      return id
    } finally {
      await files.forget(path)
    }
  }

  const versions: Versions = {
    list: () => summaries(rows.all()),
    create: async (asked, by) => {
      rows.refuseTaken(asked.name)
      return summary(await desk.inLine(ask => write(asked, by, ask)))
    },
    summary,
    open: async versionId => {
      const row = rows.known(versionId)
      const header = await readHeader(fileOf(row))
      // Whoever reads a version does not wait for what has gone since it was counted last.
      const counted = known.get(versionId)
      const summed = counted ? toSummary(row, counted.gone) : await summary(versionId)
      return { header, summary: summed, images: () => readImages(fileOf(row)) }
    },
    describe: async (versionId, { name, description }) => {
      const row = rows.known(versionId)
      inTransaction(db, () => rows.describe(versionId, name ?? row.name, description ?? row.description))
      return summary(versionId)
    },
    remove: versionId =>
      // Nobody gives a file its name meanwhile that this one would take along.
      desk.inLine(async () => {
        const { digest } = rows.known(versionId)
        inTransaction(db, () => rows.drop(versionId))
        failpoint('version:row-gone')
        if (!rows.isNamed(digest)) await files.takeOut(digest)
      }),
    diff: async (from, to, page) =>
      diffVersions(
        { id: from, images: readImages(fileOf(rows.known(from))) },
        { id: to, images: readImages(fileOf(rows.known(to))) },
        page,
      ),
    files: imageFiles,
  }
  return {
    versions,
    /** Takes out files that no version is in: written by a process that was killed. @returns how many */
    sweep: async (): Promise<number> => {
      const orphans = files.all().filter(digest => !rows.isNamed(digest))
      for (const digest of orphans) await files.takeOut(digest)
      return orphans.length
    },
  }
}

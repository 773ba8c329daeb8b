/** The first half of an import: what was named is found, unpacked, recognised and written down as a plan. */
import { lstat, mkdir, realpath, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '@gleaner/shared/errors'
import type { ImportLook, ImportRequest, ImportSeen } from '@gleaner/shared/imports'
import type { FormatProblem } from '../exports/readers/found.ts'
import { createSourceFolder, type SourceFolder } from '../exports/readers/source-folder.ts'
import type { DatasetStore, Home, ImportRow } from '../store/types.ts'
import { createNaming } from './class-map.ts'
import { readers, recognise, withoutWrapper } from './formats.ts'
import type { Offered, ReaderOptions, Room } from './offered.ts'
import { addSkip, type Skips, writePlan } from './plan.ts'
import { packedFormOf } from './readers/packed-sets.ts'
import { isTableName } from './readers/table.ts'
import { createStagedFolder } from './staged-folder.ts'
import { createTally } from './tally.ts'
import { archiveKind, type UnpackLimits, unpack, unpackLimits } from './unpack.ts'
import { uploadedFile } from './uploaded.ts'
import type { Uploads } from './uploads.ts'

interface ReadingParts {
  readonly home: Pick<Home, 'serverFolder'>
  readonly ingest: { readonly mayAccept: () => boolean }
  readonly limits?: Partial<UnpackLimits>
}

interface Source {
  /** Absolute, all links followed. */
  readonly path: string
  readonly isFolder: boolean
  readonly isUpload: boolean
  /** As a person gave it, or what an upload was called. */
  readonly name: string
}

/**
 * @throws AppError `IMPORT_SOURCE` where there is nothing that may be read
 */
export async function sourceOf(
  { path, upload }: Pick<ImportRequest, 'path' | 'upload'>,
  uploads: Uploads,
  serverFolder: string,
): Promise<Source> {
  const given = upload === undefined ? path : uploads.pathOf(upload)
  if (given === undefined || !isAbsolute(given) || given.includes('\0')) {
    throw new AppError('IMPORT_SOURCE', { expected: 'an absolute path, or an upload' })
  }
  const real = await realpath(given).catch(() => undefined)
  const found = real === undefined ? undefined : await lstat(real)
  if (real === undefined || !(found?.isFile() || found?.isDirectory()))
    throw new AppError('IMPORT_SOURCE', { path: given })
  const secret = await realpath(serverFolder)
  const isSecret = upload === undefined && (real === secret || real.startsWith(secret + sep))
  if (isSecret) throw new AppError('IMPORT_SOURCE', { path: given })
  return {
    path: real,
    isFolder: found.isDirectory(),
    isUpload: upload !== undefined,
    name: upload === undefined ? given : `upload ${upload}`,
  }
}

/**
 * From whatever was named to a plan that is on the disk.
 *
 * @throws AppError `IMPORT_SOURCE`, `IMPORT_FORMAT`, `IMPORT_EMPTY`, `STORE_DISK_FULL`, and as `unpack`; the signal's reason
 */
export async function read(
  parts: ReadingParts,
  store: { readonly imports: Pick<DatasetStore['imports'], 'folder' | 'plan'> },
  { id, request }: Pick<ImportRow, 'id' | 'request'>,
  uploads: Uploads,
  signal: AbortSignal,
): Promise<void> {
  const folder = store.imports.folder(id)
  // Of an earlier process that did not get to the end of it.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { source, format, isList, problems, offers } = await opened(parts, request, uploads, folder, signal)
  const { total, skips } = await writePlan({
    ...{ source, offers, folder, signal, request },
    naming: createNaming(request.map, format),
    // A list of addresses is there to be fetched; in anything else they only say where pictures were from.
    mayFetch: request.fetch ?? isList,
  })
  for (const [reason, count] of problems.skips) addSkip(skips, reason, count)
  if (total === 0) {
    throw new AppError('IMPORT_EMPTY', { format, ...Object.fromEntries(skips), ...problems.first() })
  }
  if (!store.imports.plan(id, { format, total, skipped: Object.fromEntries(skips) })) signal.throwIfAborted()
}

/** What was named, opened and recognised; nothing of it is read yet but names. */
async function opened(
  parts: Pick<ReadingParts, 'home' | 'ingest' | 'limits'>,
  request: Pick<ImportRequest, 'path' | 'upload' | 'format'>,
  uploads: Uploads,
  folder: string,
  signal: AbortSignal,
) {
  const named = await sourceOf(request, uploads, parts.home.serverFolder)
  const room = roomIn(parts, folder, signal)
  const { source, only, lone, isList } = await open(named, room)
  const format = request.format ?? formatOf(only) ?? (await recognise(source, signal))
  if (format === undefined) throw new AppError('IMPORT_FORMAT', {})
  const problems = createProblems()
  const offers = readers[format](source, {
    ...{ only, lone, problem: problems.note },
    room: { ...room, folder: join(folder, 'taken-out') },
  })
  return { source, format, isList, problems, offers }
}

/** Pictures after which a look is at its end. */
const mostLookedAt = 20_000

/**
 * Looks which classes a source names, without taking anything.
 *
 * @param folder - made, and removed again
 * @param signal - how long it may take; what was seen until then is told
 * @throws AppError as {@link read}
 */
export async function lookThrough(
  parts: Pick<ReadingParts, 'home' | 'ingest' | 'limits'>,
  request: ImportLook,
  uploads: Uploads,
  folder: string,
  signal: AbortSignal,
): Promise<ImportSeen> {
  const tally = createTally()
  let format: ImportSeen['format'] = null
  let isWhole = false
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { offers, ...found } = await opened(parts, request, uploads, folder, signal)
    format = found.format
    isWhole = await goThrough(offers, tally.add, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { ...tally.sum(), format, isWhole: isWhole && tally.isWhole() }
}

/** @returns whether that were all */
async function goThrough(
  offers: AsyncIterable<Offered>,
  add: (offered: Offered) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let seen = 0
  for await (const offered of offers) {
    add(offered)
    seen += 1
    if (seen >= mostLookedAt || signal.aborted) return false
    // A list that is in memory would keep everybody else waiting.
    if (seen % 500 === 0) await nextTurn()
  }
  return true
}

interface Opened {
  readonly source: SourceFolder
  readonly only: string | undefined
  readonly lone?: ReaderOptions['lone']
  readonly isList: boolean
}

/** One file alone may say by its name what it is. */
const formatOf = (only: string | undefined) =>
  only === undefined ? undefined : isTableName(only) ? 'table' : packedFormOf(only)

const roomIn = ({ ingest, limits }: ReadingParts, folder: string, signal: AbortSignal): Room => ({
  ...{ folder, signal, limits: { ...unpackLimits, ...limits } },
  mayWrite: () => {
    if (!ingest.mayAccept()) throw new AppError('STORE_DISK_FULL', {})
  },
})

async function open({ path, isFolder, isUpload }: Source, room: Room): Promise<Opened> {
  if (isFolder)
    return { source: await withoutWrapper(createSourceFolder(path)), only: undefined, isList: false }
  const kind = await archiveKind(path)
  if (kind) {
    const archiveBytes = (await lstat(path)).size
    const folder = join(room.folder, 'files')
    const files = await unpack(kind, { ...room, archive: path, archiveBytes, folder })
    const source = await withoutWrapper(createStagedFolder(files))
    // An upload lies beside uploads of others.
    const lone = isUpload ? undefined : { name: basename(path), beside: createSourceFolder(dirname(path)) }
    return { source, only: undefined, lone, isList: false }
  }
  if (isUpload) {
    const { source, name } = await uploadedFile(path)
    return { source, only: name, isList: isTableName(name) }
  }
  // A description stands for the folder it is in.
  const source = createSourceFolder(dirname(path))
  const isList = isTableName(path)
  return { source, only: basename(path), isList }
}

/** What readers tell: pictures that are lost are counted by why, and the first of all is kept for a person. */
function createProblems() {
  const skips: Skips = new Map()
  let first: { readonly file: string; readonly line: number | null; readonly problem: string } | undefined
  return {
    skips,
    first: () => first ?? {},
    note: ({ file, line, say, lost }: FormatProblem) => {
      first ??= { file: file.slice(0, 200), line, problem: say }
      if (lost) addSkip(skips, lost)
    },
  }
}

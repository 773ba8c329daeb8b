/**
 * Brings pictures in from elsewhere. First everything is read and looked through, and nothing is taken unless all of it is
 * sound; then it is taken part by part, each durable before the next. What a process did not get to the next one goes on with.
 */
import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { ImportRequest, ImportSummary } from '@gleaner/shared/imports'
import type { RecipeApplied, RecipeCheck } from '@gleaner/shared/recipe'
import { createSourceFolder, type SourceFolder } from '../exports/readers/source-folder.ts'
import type { Log } from '../log.ts'
import type { DatasetStore, Home, ImportRow, IntakeRules } from '../store/types.ts'
import { createNaming } from './class-map.ts'
import { readers, recognise, withoutWrapper } from './formats.ts'
import { planLines, writePlan } from './plan.ts'
import { isTableName } from './readers/table.ts'
import { applyRecipe, checkRecipe, writeRecipe } from './recipe.ts'
import { createStagedFolder } from './staged-folder.ts'
import { slicesOf } from './taking.ts'
import { archiveKind, type UnpackLimits, unpack, unpackLimits } from './unpack.ts'
import { uploadedFile } from './uploaded.ts'
import { createUploads, type Uploads } from './uploads.ts'

export interface ImportParts {
  readonly home: Pick<Home, 'datasets' | 'byId' | 'byName' | 'create' | 'serverFolder'>
  readonly ingest: {
    readonly wake: () => void
    readonly mayAccept: () => boolean
    readonly trouble: (error: unknown) => void
  }
  readonly rules: IntakeRules
  readonly log: Log
  readonly limits?: Partial<UnpackLimits>
  /** How long to wait before looking again whether there is room. */
  readonly waitMs?: number
}

export interface Imports {
  /**
   * @param by - who asked, for the history
   * @throws AppError `IMPORT_SOURCE`, `IMPORT_BUSY`, and what making a dataset throws
   */
  readonly start: (
    request: ImportRequest,
    by: string,
  ) => Promise<{ readonly datasetId: string; readonly import: ImportSummary }>
  readonly list: (datasetId: string) => readonly ImportSummary[]
  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly get: (datasetId: string, id: number) => ImportSummary
  /** What was taken stays; nothing more is. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly cancel: (datasetId: string, id: number) => ImportSummary
  readonly uploads: Uploads
  readonly recipes: {
    /** @returns YAML @throws AppError `PROTOCOL_NOT_FOUND` */
    readonly write: (datasetId: string) => Promise<string>
    readonly check: (text: string) => RecipeCheck
    /** @throws AppError `RECIPE_INVALID` */
    readonly apply: (text: string, by: string) => Promise<RecipeApplied>
  }
  /** Goes on with what an earlier process did not end. */
  readonly resume: () => void
  /** Waits for the part that is being taken. */
  readonly stop: () => Promise<void>
  /** Resolves when nothing is under way. */
  readonly settled: () => Promise<void>
  /** @returns how to stop listening */
  readonly onChange: (listener: (datasetId: string) => void) => () => void
}

export function createImports(parts: ImportParts): Imports {
  const { home } = parts
  const uploads = createUploads(join(home.serverFolder, 'uploads'))
  const running = new Map<DatasetStore, Running>()
  const stopping = new AbortController()
  const listeners = new Set<(datasetId: string) => void>()
  let sweeping: Promise<unknown> = Promise.resolve()
  /** Takes away what imports have left that are under way no more. */
  const sweep = (store: DatasetStore) => {
    sweeping = sweeping.then(() => sweepFolders(store)).catch(parts.ingest.trouble)
  }
  const changed = (store: DatasetStore) => {
    for (const listener of listeners) listener(store.id)
  }
  const carry = createCarrier(parts, uploads, changed)

  const launch = (store: DatasetStore, id: number) => {
    const cancelling = new AbortController()
    const signal = AbortSignal.any([cancelling.signal, stopping.signal])
    const done = carry(store, id, signal).finally(() => {
      running.delete(store)
      changed(store)
    })
    running.set(store, { id, cancel: () => cancelling.abort(), done })
  }

  const storeOf = (datasetId: string): DatasetStore => {
    const store = home.byId(datasetId)
    if (!store) throw new AppError('PROTOCOL_NOT_FOUND', { datasetId })
    return store
  }
  const rowOf = (store: DatasetStore, id: number): ImportRow => {
    const row = store.imports.byId(id)
    if (!row) throw new AppError('PROTOCOL_NOT_FOUND', { import: id })
    return row
  }

  return {
    uploads,
    recipes: {
      write: async datasetId => writeRecipe(storeOf(datasetId)),
      check: checkRecipe,
      apply: (text, by) => applyRecipe(text, home, by),
    },
    start: async (request, by) => {
      const source = await sourceOf(request, uploads, home.serverFolder)
      const store = home.byName(request.dataset) ?? home.create(request.dataset)
      if (running.has(store)) throw new AppError('IMPORT_BUSY', { dataset: store.id })
      const id = store.imports.begin({ source: source.name, request, by })
      launch(store, id)
      return { datasetId: store.id, import: summaryOf(store, rowOf(store, id)) }
    },
    list: datasetId => {
      const store = storeOf(datasetId)
      return store.imports.all().map(row => summaryOf(store, row))
    },
    get: (datasetId, id) => {
      const store = storeOf(datasetId)
      return summaryOf(store, rowOf(store, id))
    },
    cancel: (datasetId, id) => {
      const store = storeOf(datasetId)
      rowOf(store, id)
      store.imports.end(id, { state: 'cancelled' })
      const at = running.get(store)
      if (at?.id === id) at.cancel()
      else sweep(store)
      return summaryOf(store, rowOf(store, id))
    },
    resume: () => {
      for (const store of home.datasets()) {
        const [first, ...rest] = store.imports.open()
        if (first) launch(store, first.id)
        for (const { id } of rest) store.imports.end(id, { state: 'cancelled' })
        sweep(store)
      }
    },
    stop: async () => {
      stopping.abort()
      await sweeping
      await Promise.all([...running.values()].map(({ done }) => done))
    },
    settled: async () => {
      await sweeping
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done))
    },
    onChange: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** An import whose process was killed while it tidied up, or which was never taken up again, has left its files. */
async function sweepFolders({ imports }: DatasetStore): Promise<void> {
  const names = await readdir(dirname(imports.folder(0))).catch(() => [])
  for (const name of names) {
    const row = imports.byId(Number(name))
    if (!row || row.endedAtMs === null) continue
    await rm(imports.folder(row.id), { recursive: true, force: true })
  }
}

interface Running {
  readonly id: number
  readonly cancel: () => void
  readonly done: Promise<void>
}

/** @returns a function that brings one import to its end, and never fails */
function createCarrier(parts: ImportParts, uploads: Uploads, changed: (store: DatasetStore) => void) {
  const { ingest, log } = parts

  const leave = async (store: DatasetStore, { id, request }: ImportRow) => {
    await rm(store.imports.folder(id), { recursive: true, force: true })
    if (request.upload !== undefined) await uploads.remove(request.upload)
  }

  return async (store: DatasetStore, id: number, signal: AbortSignal): Promise<void> => {
    const row = store.imports.byId(id)
    if (!row) return
    try {
      if (row.state === 'reading') await read(parts, store, row, uploads, signal)
      changed(store)
      await take(parts, store, id, signal, () => changed(store))
      store.imports.end(id, { state: 'done' })
      await leave(store, row)
    } catch (error) {
      if (signal.aborted) {
        // Cancelled, or the server stops: then the next one goes on with it.
        if (store.imports.byId(id)?.state === 'cancelled') await leave(store, row)
        return
      }
      const { code, facts } = isAppError(error) ? error : new AppError('PROTOCOL_INTERNAL')
      log.error('import-failed', { dataset: store.id, import: id, code, error: String(error).slice(0, 200) })
      ingest.trouble(error)
      // With a disk that is full or read-only there is no saying so: it is tried again at the next start.
      if (code.startsWith('STORE_')) return
      store.imports.end(id, { state: 'failed', code, facts })
      await leave(store, row)
    }
  }
}

interface Source {
  /** Absolute, all links followed. */
  readonly path: string
  readonly isFolder: boolean
  readonly isUpload: boolean
  /** As a person gave it, or what an upload was called. */
  readonly name: string
}

async function sourceOf(
  { path, upload }: ImportRequest,
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

/** From whatever was named to a plan that is on the disk. */
async function read(
  parts: ImportParts,
  store: DatasetStore,
  { id, request }: ImportRow,
  uploads: Uploads,
  signal: AbortSignal,
): Promise<void> {
  const folder = store.imports.folder(id)
  // Of an earlier process that did not get to the end of it.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const named = await sourceOf(request, uploads, parts.home.serverFolder)
  const { source, only, isList } = await open(parts, named, folder, signal)
  const format = request.format ?? (isList ? 'table' : await recognise(source))
  if (format === undefined) throw new AppError('IMPORT_FORMAT', {})
  const problems = createProblems()
  const offers = readers[format](source, { only, problem: problems.note })
  const { total, skips } = await writePlan({
    ...{ source, offers, folder, signal, request },
    naming: createNaming(request.map, format),
    // A list of addresses is there to be fetched; in anything else they only say where pictures were from.
    mayFetch: request.fetch ?? isList,
  })
  for (const [reason, count] of problems.skips) skips.set(reason, (skips.get(reason) ?? 0) + count)
  if (total === 0) {
    throw new AppError('IMPORT_EMPTY', { format, ...Object.fromEntries(skips), ...problems.first() })
  }
  if (!store.imports.plan(id, { format, total, skipped: Object.fromEntries(skips) })) signal.throwIfAborted()
}

interface Opened {
  readonly source: SourceFolder
  readonly only: string | undefined
  readonly isList: boolean
}

async function open(
  { ingest, limits }: ImportParts,
  { path, isFolder, isUpload }: Source,
  folder: string,
  signal: AbortSignal,
): Promise<Opened> {
  if (isFolder)
    return { source: await withoutWrapper(createSourceFolder(path)), only: undefined, isList: false }
  const kind = await archiveKind(path)
  if (kind) {
    const files = await unpack(kind, {
      ...{ archive: path, archiveBytes: (await lstat(path)).size, folder: join(folder, 'files'), signal },
      limits: { ...unpackLimits, ...limits },
      mayWrite: () => {
        if (!ingest.mayAccept()) throw new AppError('STORE_DISK_FULL', {})
      },
    })
    return { source: await withoutWrapper(createStagedFolder(files)), only: undefined, isList: false }
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

/** Kinds of problems readers tell of in words: counted, and the first is kept for a person. */
function createProblems() {
  const skips = new Map<'file-missing', number>()
  let first: { readonly file: string; readonly line: number | null; readonly problem: string } | undefined
  return {
    skips,
    first: () => first ?? {},
    note: ({
      file,
      line,
      say,
    }: {
      readonly file: string
      readonly line: number | null
      readonly say: string
    }) => {
      first ??= { file: file.slice(0, 200), line, problem: say }
      if (/file is not there|neither a file/.test(say))
        skips.set('file-missing', (skips.get('file-missing') ?? 0) + 1)
    },
  }
}

/** Takes what is left of the plan. */
async function take(
  { ingest, rules, waitMs = 1_000 }: ImportParts,
  store: DatasetStore,
  id: number,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const row = store.imports.byId(id)
  if (row?.state !== 'taking') {
    signal.throwIfAborted()
    return
  }
  const lines = planLines(store.imports.folder(id), row.cursor)
  const options = {
    maxBytes: store.settings().accept.maxFileMiB * 1024 * 1024,
    author: `import ${basename(row.source)}`.slice(0, 80),
  }
  for await (const slice of slicesOf(lines, row.cursor, options)) {
    while (!ingest.mayAccept()) await pause(waitMs, undefined, { signal })
    signal.throwIfAborted()
    if (!(await store.imports.take(id, slice, rules))) {
      signal.throwIfAborted()
      return
    }
    ingest.wake()
    changed()
  }
}

function summaryOf(store: DatasetStore, row: ImportRow): ImportSummary {
  const { request: _, cursor: __, ...rest } = row
  return {
    ...rest,
    skipped: { ...row.skipped },
    facts: row.facts ? { ...row.facts } : null,
    counts: store.imports.counts(row.id),
    notesLeft: store.imports.notesLeft(row.id),
  }
}

/**
 * Brings pictures in from elsewhere. First everything is read and looked through, and nothing is taken unless all of it is
 * sound; then it is taken part by part, each durable before the next. What a process did not get to the next one goes on with.
 */
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { ImportLook, ImportRequest, ImportSeen, ImportSummary } from '@gleaner/shared/imports'
import type { RecipeApplied, RecipeCheck } from '@gleaner/shared/recipe'
import type { Log } from '../log.ts'
import type { DatasetStore, Home, ImportFares, ImportRow, IntakeRules } from '../store/types.ts'
import { createLooking } from './looking.ts'
import { read, sourceOf } from './reading.ts'
import { applyRecipe, checkRecipe, writeRecipe } from './recipe.ts'
import { takePlan } from './take-plan.ts'
import { createTakingBack } from './taking-back.ts'
import type { UnpackLimits } from './unpack.ts'
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
  /** How long a look through a source may take. */
  readonly lookMs?: number
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
  /**
   * Which classes a source names; nothing is taken.
   *
   * @throws AppError `PROTOCOL_BUSY` while another source is looked through, and why a source cannot be read
   */
  readonly look: (what: ImportLook) => Promise<ImportSeen>
  /** Newest first; those under way may be seconds old, and who listens hears when they can be counted anew. */
  readonly list: (datasetId: string) => Promise<readonly ImportSummary[]>
  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly get: (datasetId: string, id: number) => ImportSummary
  /** What was taken stays; nothing more is. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly cancel: (datasetId: string, id: number) => ImportSummary
  /**
   * Takes all of it back that nothing else brought as well; its pictures go in the background. What is said of it until
   * then tells how far that has come.
   *
   * @param by - who asked, for the history
   * @throws AppError `PROTOCOL_NOT_FOUND`; `IMPORT_BUSY` while it is under way
   */
  readonly undo: (datasetId: string, id: number, by: string) => ImportSummary
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
  const tell = (datasetId: string) => {
    for (const listener of listeners) listener(datasetId)
  }
  const changed = (store: DatasetStore) => tell(store.id)
  const reminders = new Map<string, NodeJS.Timeout>()
  /** Whoever was given old counts hears when there are new ones. */
  const remind = (datasetId: string, afterMs: number) => {
    if (reminders.has(datasetId) || stopping.signal.aborted) return
    const ring = () => {
      reminders.delete(datasetId)
      tell(datasetId)
    }
    reminders.set(datasetId, setTimeout(ring, afterMs).unref())
  }
  const carry = createCarrier(parts, uploads, changed)
  const takingBack = createTakingBack(parts, stopping.signal, changed)
  const summary = (store: DatasetStore, row: ImportRow) => summaryOf(store, row, store.imports.fares(row.id))

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
      return { datasetId: store.id, import: summary(store, rowOf(store, id)) }
    },
    look: createLooking(parts, uploads, stopping.signal),
    list: async datasetId => {
      const list: ImportSummary[] = []
      let staleMs = Number.POSITIVE_INFINITY
      for (const row of storeOf(datasetId).imports.all()) {
        const store = storeOf(datasetId)
        const { fares, isCounted, staleForMs } = store.imports.faresLately(row)
        list.push(summaryOf(store, row, fares))
        if (staleForMs > 0) staleMs = Math.min(staleMs, staleForMs)
        // Each is a count over all its pictures: others may come in between.
        if (isCounted) await nextTurn()
      }
      if (Number.isFinite(staleMs)) remind(datasetId, staleMs)
      return list
    },
    get: (datasetId, id) => {
      const store = storeOf(datasetId)
      return summary(store, rowOf(store, id))
    },
    undo: (datasetId, id, by) => {
      const store = storeOf(datasetId)
      if (rowOf(store, id).endedAtMs === null) throw new AppError('IMPORT_BUSY', { import: id })
      takingBack.begin(store, id, by)
      return summary(store, rowOf(store, id))
    },
    cancel: (datasetId, id) => {
      const store = storeOf(datasetId)
      rowOf(store, id)
      store.imports.end(id, { state: 'cancelled' })
      const at = running.get(store)
      if (at?.id === id) at.cancel()
      else sweep(store)
      return summary(store, rowOf(store, id))
    },
    resume: () => {
      for (const store of home.datasets()) {
        const [first, ...rest] = store.imports.open()
        if (first) launch(store, first.id)
        for (const { id } of rest) store.imports.end(id, { state: 'cancelled' })
        takingBack.resume(store)
        sweep(store)
      }
    },
    stop: async () => {
      stopping.abort()
      for (const timer of reminders.values()) clearTimeout(timer)
      await Promise.all([sweeping, takingBack.settled()])
      await Promise.all([...running.values()].map(({ done }) => done))
    },
    settled: async () => {
      await Promise.all([sweeping, takingBack.settled()])
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
      await takePlan(parts, store, id, signal, () => changed(store))
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

function summaryOf({ imports }: DatasetStore, row: ImportRow, fares: ImportFares): ImportSummary {
  const { request: _, cursor: __, ...rest } = row
  return {
    ...rest,
    ...fares,
    undone: imports.undone(row.id),
    skipped: { ...row.skipped },
    facts: row.facts ? { ...row.facts } : null,
  }
}

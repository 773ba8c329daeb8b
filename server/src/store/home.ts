/** The data folder of one running server: who may use it, and the datasets in it. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatasetId } from '@gleaner/shared/dataset'
import { AppError, isAppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { noCounts } from '@gleaner/shared/outcome'
import { inShell } from '@gleaner/shared/shell'
import { folderSlug } from '@gleaner/shared/slug'
import { cleanText } from '@gleaner/shared/text'
import Value from 'typebox/value'
import { type OpenDataset, openDataset } from './dataset-store.ts'
import { takeInstanceLock } from './instance-lock.ts'
import type { Notice } from './log-bound.ts'
import { type DatasetOptions, databaseName } from './parts.ts'
import type { RecoveryReport } from './recovery.ts'
import { cleanDatasetName } from './settings.ts'
import { storeError } from './store-error.ts'
import { syncFolderNow } from './sync-now.ts'
import type { BrokenDataset, Clock, Failpoint, Home } from './types.ts'

export const serverFolderName = '.gleaner'

export interface HomeOptions {
  readonly folder: string
  readonly now: Clock
  readonly failpoint?: Failpoint
  /** Stands between the stores and their files; only tests pass one. */
  readonly wrapFiles?: NonNullable<DatasetOptions['wrapFiles']>
  /** Told when the log of an index became too long, and when it no longer is. */
  readonly notice?: Notice
}

/** A home in the hands of the one who started it. */
export interface OpenHome extends Home {
  /** What the start mended, by dataset id. */
  readonly recovered: ReadonlyMap<string, RecoveryReport>
  readonly byId: (datasetId: string) => OpenDataset | undefined
}

/**
 * Takes the data folder, making it when there is none, and opens and recovers every dataset in it. A dataset that
 * cannot be opened does not keep the others from being used: see {@link Home.broken}.
 *
 * @throws AppError `CONFIG_HOME_UNSAFE`, `CONFIG_ALREADY_RUNNING`, `STORE_IO`
 */
export async function openHome(options: HomeOptions): Promise<OpenHome> {
  const folder = resolve(options.folder)
  const serverFolder = join(folder, serverFolderName)
  try {
    makePrivate(folder)
    makePrivate(serverFolder)
  } catch (error) {
    throw storeError(error)
  }
  const unlock = takeInstanceLock(join(serverFolder, 'lock.db'))
  try {
    return await openAll({ ...options, folder }, serverFolder, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

async function openAll(options: HomeOptions, serverFolder: string, unlock: () => void): Promise<OpenHome> {
  const { folder } = options
  const datasets = new Map<string, OpenDataset>()
  const broken: BrokenDataset[] = []
  const recovered = new Map<string, RecoveryReport>()
  const byName = (name: string) => {
    const clean = cleanDatasetName(name)
    return [...datasets.values()].find(dataset => dataset.name() === clean)
  }
  const isNameTaken = (name: string) => byName(name) !== undefined
  const open = (id: string) => openDataset({ ...options, folder: join(folder, id), isNameTaken })

  for (const entry of readdirSync(serverFolder)) {
    if (entry.startsWith(newPrefix)) rmSync(join(serverFolder, entry), { recursive: true })
  }
  for (const id of datasetFolders(folder)) {
    try {
      if (!Value.Check(DatasetId, id)) throw new AppError('DATASET_FOLDER_NAME', { folder: id })
      const dataset = open(id)
      datasets.set(id, dataset)
      recovered.set(id, await dataset.recover())
    } catch (error) {
      datasets.get(id)?.close()
      datasets.delete(id)
      broken.push({ id, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }

  tellApart([...datasets.values()])

  /** Oldest first. Asked for at every turn of the pipeline, so it is put in order only when there is a new one. */
  let all = inOrder(datasets.values())

  const create: Home['create'] = name => {
    const clean = cleanDatasetName(name)
    if (isNameTaken(clean)) throw new AppError('DATASET_EXISTS', { name: clean })
    const taken = readdirSync(folder).map(name => name.toLowerCase())
    const untaken = taken.filter(name => broken.every(dataset => dataset.id !== name))
    refuseBroken(broken, idFor(clean, untaken))
    const id = idFor(clean, taken)
    makeDataset({ ...options, serverFolder, id, name: clean })
    const dataset = open(id)
    datasets.set(id, dataset)
    all = inOrder(datasets.values())
    return dataset
  }

  return {
    folder,
    serverFolder,
    recovered,
    datasets: () => all,
    broken: () => broken,
    byId: id => datasets.get(id),
    byName,
    create,
    accept: (clientId, batch, rules, fate) => {
      // A batch sent again belongs where it was taken, whatever that dataset is called by now.
      const holder = all.find(dataset => dataset.hasBatch(clientId, batch.batchId))
      const dataset = holder ?? byName(batch.dataset) ?? create(batch.dataset)
      return dataset.accept(clientId, batch, rules, fate)
    },
    undo: (clientId, batchIds) => {
      const sum = { candidates: 0, images: 0 }
      for (const dataset of datasets.values()) {
        const { candidates, images } = dataset.undo(clientId, batchIds)
        sum.candidates += candidates
        sum.images += images
      }
      return sum
    },
    progress: (clientId, batchIds) => {
      const sum = noCounts()
      for (const dataset of datasets.values()) {
        const counts = dataset.progress(clientId, batchIds)
        for (const [state, count] of Object.entries(counts)) sum[state as keyof typeof sum] += count
      }
      return sum
    },
    isLogTooLong: () => all.some(dataset => dataset.isLogTooLong()),
    close: () => {
      for (const dataset of datasets.values()) dataset.close()
      datasets.clear()
      all = []
      unlock()
    },
  }
}

/** A copied folder brings the name of its dataset with it, which stays with the folder that was made for it. */
function tellApart(datasets: readonly OpenDataset[]): void {
  const taken = new Set(datasets.map(dataset => dataset.name()))
  const seen = new Set<string>()
  const hasOwnFolder = (dataset: OpenDataset) => dataset.id === idFor(dataset.name(), [])
  for (const dataset of [...datasets].sort((a, b) => Number(hasOwnFolder(b)) - Number(hasOwnFolder(a)))) {
    const name = dataset.name()
    if (seen.has(name)) {
      let turn = 2
      while (taken.has(numbered(name, turn))) turn += 1
      dataset.update({ name: numbered(name, turn) })
    }
    seen.add(dataset.name())
    taken.add(dataset.name())
  }
}

function idFor(name: string, taken: readonly string[]): string {
  return folderSlug(name, new Set(taken), { fallback: 'dataset', isClass: false })
}

function numbered(name: string, turn: number): string {
  const suffix = ` (${turn})`
  return `${cleanText(name, limits.datasetChars - suffix.length) ?? ''}${suffix}`
}

/** A dataset that cannot be opened keeps its name: what belongs into it must not go elsewhere unseen. */
function refuseBroken(broken: readonly BrokenDataset[], id: string): void {
  const found = broken.find(dataset => dataset.id === id)
  if (!found) return
  const isNewer = isAppError(found.error) && found.error.code === 'STORE_NEWER'
  throw new AppError(isNewer ? 'STORE_NEWER' : 'STORE_DAMAGED', { dataset: id })
}

function inOrder(datasets: Iterable<OpenDataset>): readonly OpenDataset[] {
  const dated = [...datasets].map(dataset => ({ dataset, createdAtMs: dataset.summary().createdAtMs }))
  return dated.sort((a, b) => a.createdAtMs - b.createdAtMs).map(({ dataset }) => dataset)
}

const newPrefix = 'new-'

interface NewDataset extends HomeOptions {
  readonly serverFolder: string
  readonly id: string
  readonly name: string
}

/** A dataset appears in the home whole: index, folders and name. */
function makeDataset({ folder, serverFolder, id, name, now }: NewDataset): void {
  const hidden = join(serverFolder, `${newPrefix}${id}`)
  try {
    mkdirSync(hidden, { mode: 0o700 })
    openDataset({ folder: hidden, now, newName: name }).close()
    syncFolderNow(hidden)
    renameSync(hidden, join(folder, id))
    syncFolderNow(folder)
  } catch (error) {
    rmSync(hidden, { recursive: true, force: true })
    throw storeError(error)
  }
}

/** Folders with an index in them; links are not followed. */
function datasetFolders(home: string): string[] {
  return readdirSync(home, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== serverFolderName)
    .map(entry => entry.name)
    .filter(name => lstatSync(join(home, name, databaseName), { throwIfNoEntry: false })?.isFile())
    .sort()
}

/** A folder of this user's own which nobody else can look into. */
function makePrivate(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found) {
    mkdirSync(dirname(folder), { recursive: true })
    mkdirSync(folder, { mode: 0o700 })
    chmodSync(folder, 0o700)
    return
  }
  if (!found.isDirectory()) throw new AppError('CONFIG_HOME_UNSAFE', { folder })
  if (process.getuid === undefined) return
  const isOpenToOthers = (found.mode & 0o077) !== 0
  if (found.uid !== process.getuid()) throw new AppError('CONFIG_HOME_UNSAFE', { folder })
  if (isOpenToOthers)
    throw new AppError('CONFIG_HOME_UNSAFE', { folder, fix: `chmod 700 ${inShell(folder)}` })
}

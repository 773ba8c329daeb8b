/** One dataset opened for work: its tables, its files and the locks between them. */
import { mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { createActionStore } from './actions.ts'
import { createActLog } from './acts/act-log.ts'
import { renewKeys } from './addresses.ts'
import { createAttemptStore } from './attempts.ts'
import { createBatchStore } from './batches.ts'
import { createBrowserStore } from './browser-fetches.ts'
import { createCandidateStore, type Hold } from './candidates.ts'
import { createClassStore } from './classes.ts'
import { openDatabase } from './database.ts'
import { createFiles, type FileStore, workFolder } from './files.ts'
import { forgetChanges } from './gallery/changes.ts'
import { createGate } from './gate.ts'
import { createGroupCommit, type GroupLimits, type Piece } from './group-commit.ts'
import { createImageStore } from './images.ts'
import { createJudgementStore } from './judgements.ts'
import { createKeptStore } from './kept-originals.ts'
import { createLocks, type Locked } from './locks.ts'
import { createLogBound, type LogLimits, type Notice } from './log-bound.ts'
import { createLogFold } from './log-fold.ts'
import { createLogSync } from './log-sync.ts'
import { imagesFolder, originalsFolder } from './places.ts'
import { createAsideStore } from './set-aside.ts'
import { createSettingsStore } from './settings.ts'
import { syncFolderNow } from './sync-now.ts'
import { inTransaction } from './transaction.ts'
import type { Clock, Failpoint, ImageLook } from './types.ts'
import { createUnclaimedStore } from './unclaimed.ts'
import { createUndoStore } from './undo.ts'

export const databaseName = 'gleaner.db'

export interface DatasetOptions {
  /** Folder of the dataset; its name is the id. */
  readonly folder: string
  readonly now: Clock
  /** What a dataset without a name yet is called. */
  readonly newName?: string
  /** Whether another dataset has this name. */
  readonly isNameTaken?: (name: string) => boolean
  readonly failpoint?: Failpoint
  /** How many write together, and for how long one waits for others. */
  readonly groupLimits?: Partial<GroupLimits>
  readonly logLimits?: Partial<LogLimits>
  readonly notice?: Notice
  /** Stands between the store and its files; only tests pass one. */
  readonly wrapFiles?: (files: FileStore, root: string) => FileStore
}

/**
 * Opens the index and begins a new epoch: whatever an earlier process had in hand is queued again.
 *
 * @throws AppError `STORE_NEWER`, `STORE_DAMAGED`, `STORE_IO`, `STORE_UNSAFE_PATH`
 */
export function openParts(options: DatasetOptions) {
  const { now, failpoint = () => {}, wrapFiles = files => files } = options
  const folder = resolve(options.folder)
  const id = basename(folder)
  const made = [imagesFolder, originalsFolder, workFolder].filter(
    part => mkdirSync(join(folder, part), { recursive: true, mode: 0o700 }) !== undefined,
  )
  // What is filed in them is believed to last from here on.
  if (made.length > 0) syncFolderNow(folder)
  const files = wrapFiles(createFiles(folder, { failpoint }), folder)
  const db = openDatabase(join(folder, databaseName))
  const settings = createSettingsStore(db)
  const begin = () => {
    if (!settings.exists()) settings.create(options.newName ?? id, now())
    renewKeys(db)
    forgetChanges(db)
    const candidates = createCandidateStore(db, now, settings.beginEpoch())
    return { candidates, freedLeases: candidates.freeOlder() }
  }
  const beginning = inTransaction(db, begin)
  const logSync = createLogSync(db)
  const group = createGroupCommit<ImageLook>(db, {
    mayJoin: beginning.candidates.inHand,
    sync: logSync.sync,
    failpoint,
    limits: options.groupLimits,
  })
  const classes = createClassStore(db, now)
  const actions = createActionStore(db, now)
  const locks = createLocks()
  const gate = createGate()
  const locked: Locked = (keys, work) => locks(keys, () => gate.shared(work))
  return {
    id,
    folder,
    now,
    db,
    files,
    settings,
    classes,
    ...beginning,
    group,
    logSync,
    log: createLogBound(db, {
      fold: createLogFold({ path: db.name }),
      limits: options.logLimits,
      notice: (event, sizeBytes) => options.notice?.(event, { dataset: id, sizeBytes }),
      failed: group.failed,
    }),
    /** Writes what a candidate brings together with what others bring. */
    together: <T>(lease: Hold, piece: Piece<T, ImageLook>): Promise<T> => {
      beginning.candidates.cameBack(lease)
      return group.join(piece)
    },
    /** The holder of a lease writes nothing with others: they need not wait for it. */
    aloof: (lease: Hold): void => {
      beginning.candidates.cameBack(lease)
      group.look()
    },
    batches: createBatchStore(db, { datasetId: id, now, classes, actions }),
    attempts: createAttemptStore(db),
    images: createImageStore(db, now),
    kept: createKeptStore(db, folder),
    asides: createAsideStore(db, now),
    judgements: createJudgementStore(db),
    actions,
    undone: createUndoStore(db, now, actions),
    browser: createBrowserStore(db, now, actions),
    unclaimed: createUnclaimedStore(db),
    /** Keyed by image id, and by the image id a digest would give. Whoever holds one may not ask for another. */
    locked,
    /** Inside is whoever holds a lock: class folders keep their names meanwhile, and candidates their classes. */
    gate,
    actLog: createActLog(db, actions),
    failpoint,
  }
}
export type DatasetParts = ReturnType<typeof openParts>

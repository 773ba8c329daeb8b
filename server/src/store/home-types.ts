/** What the store offers over all datasets of one running server. */
import type { Batch, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import type { StateCounts } from '@gleaner/shared/outcome'
import type { DatasetStore, IntakeRules } from './types.ts'

/** A dataset folder that could not be opened. */
export interface BrokenDataset {
  readonly id: string
  readonly error: Error
}

/** The data folder: all datasets of one running server. */
export interface Home {
  /** Absolute path. */
  readonly folder: string
  /** `<home>/.gleaner`, mode 0700: for what belongs to the server and not to a dataset. */
  readonly serverFolder: string
  /** In order of creation. */
  readonly datasets: () => readonly DatasetStore[]
  readonly broken: () => readonly BrokenDataset[]
  readonly byId: (datasetId: string) => DatasetStore | undefined
  readonly byName: (name: string) => DatasetStore | undefined
  /**
   * @throws AppError `DATASET_NAME_INVALID`, `DATASET_EXISTS`, and `STORE_DAMAGED` or `STORE_NEWER` when a dataset that
   *   could not be opened has the folder of this name
   */
  readonly create: (name: string) => DatasetStore
  /** Takes a batch into the dataset it names, which is made when there is none. See {@link DatasetStore.accept}. */
  readonly accept: (clientId: string, batch: Batch, rules: IntakeRules, fate?: 'undone') => Receipt
  /** Over all datasets. See {@link DatasetStore.undo}. */
  readonly undo: (clientId: string, batchIds: readonly string[]) => UndoAnswer
  /** Sum over all datasets. */
  readonly progress: (clientId: string, batchIds: readonly string[]) => StateCounts
  /** Whether that is so of any dataset. See {@link DatasetStore.isLogTooLong}. */
  readonly isLogTooLong: () => boolean
  /** Closes every dataset and lets go of the folder. */
  readonly close: () => void
}

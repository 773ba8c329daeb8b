/** What the routes need from the rest of the server: no more than this, so that tests can put small parts in its place. */
import type { Activity, HostPage, IngestSettings, IngestSettingsPatch } from '@gleaner/shared/activity'
import type { ActSummary } from '@gleaner/shared/acts'
import type { Access } from '../access/access.ts'
import type { Exports } from '../exports/exports.ts'
import type { Imports } from '../imports/imports.ts'
import type { Log } from '../log.ts'
import type { BrowserFetching } from '../pipeline/browser-fetching.ts'
import type { HostQuery } from '../pipeline/hosts.ts'
import type { DatasetStore, Home, IntakeRules } from '../store/types.ts'

/** Copies of held pictures, as far as the routes go. */
type Duplicates = Pick<
  DatasetStore['duplicates'],
  | 'overview'
  | 'counts'
  | 'groups'
  | 'group'
  | 'decide'
  | 'conflicts'
  | 'decideConflict'
  | 'undo'
  | 'notDuplicate'
  | 'revive'
>

/** One dataset, as far as the routes go. */
export type Dataset = { readonly duplicates: Duplicates } & Pick<
  DatasetStore,
  | 'id'
  | 'settings'
  | 'update'
  | 'ensureClass'
  | 'setGoal'
  | 'removeImage'
  | 'acts'
  | 'retry'
  | 'cancelQueued'
  | 'summary'
  | 'reasons'
  | 'images'
  | 'image'
  | 'candidates'
  | 'lookup'
  | 'imageFile'
  | 'originalFile'
  | 'gallery'
  | 'quality'
  | 'views'
  | 'splits'
  | 'versions'
  | 'diskUse'
  | 'thumbnail'
>

/** All datasets of this server. */
export interface Datasets extends Pick<Home, 'accept' | 'undo' | 'progress' | 'broken'> {
  readonly datasets: () => readonly Dataset[]
  readonly byId: (datasetId: string) => Dataset | undefined
  readonly byName: (name: string) => Dataset | undefined
  readonly create: (name: string) => Dataset
}

/** The pipeline, as far as the routes go. */
export interface Ingest {
  readonly activity: () => Activity
  readonly hosts: (query: HostQuery) => HostPage
  readonly pause: () => void
  readonly resume: () => void
  readonly settings: () => IngestSettings
  readonly change: (patch: IngestSettingsPatch) => void
  /** Calls back with the dataset in which something changed, or without one. @returns how to stop listening */
  readonly onChange: (listener: (datasetId?: string) => void) => () => void
  /** Calls back with how acts stand. @returns how to stop listening */
  readonly onAct: (listener: (datasetId: string, act: ActSummary) => void) => () => void
  /** Datasets that rest because their own folders cannot be trusted just now. */
  readonly setAside: Datasets['broken']
  /** Whether batches may be taken in, which needs less room than work does. */
  readonly mayAccept: () => boolean
  /** Is told of every failure of the server's own: what the disk is to blame for concerns it all. */
  readonly trouble: (error: unknown) => void
  /** Says that there is work to look for. */
  readonly wake: () => void
}

/** Makes small copies of filed pictures. */
export interface Thumbnails {
  readonly make: (bytes: Uint8Array, sidePx: number) => Promise<Uint8Array | undefined>
}

export interface HttpConfig {
  readonly homeFolder: string
  /** Folder of the built extension, named in the first run. */
  readonly extensionFolder: string
  /** Folder of the built dashboard. */
  readonly dashboardFolder: string
  readonly version: string
}

export interface Services {
  readonly home: Datasets
  readonly ingest: Ingest
  readonly browser: BrowserFetching
  readonly imports: Pick<
    Imports,
    'start' | 'look' | 'list' | 'get' | 'cancel' | 'undo' | 'uploads' | 'recipes' | 'onChange'
  >
  readonly exports: Pick<
    Exports,
    'formats' | 'preflight' | 'begin' | 'list' | 'cancel' | 'remove' | 'onChange'
  >
  readonly thumbnails: Thumbnails
  readonly access: Access
  readonly rules: IntakeRules
  readonly config: HttpConfig
  readonly log: Log
}

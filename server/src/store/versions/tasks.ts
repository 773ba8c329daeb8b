/** What the process that works out splits and versions is asked for, and answers. Plain data both ways. */

import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { LeakCertificate, SplitDiff, SplitName, SplitPlan, SplitState } from '@gleaner/shared/splits'
import type { VersionHeader } from '@gleaner/shared/versions'
import type { ManifestFile } from './manifest.ts'

/** Places that pictures are to have: numbers in the order of their ids, splits as codes. */
export interface Changes {
  readonly seqs: Int32Array
  readonly split: Uint8Array
  readonly isPinned: Uint8Array
}

export interface EarlierVersion extends ManifestFile {
  readonly id: number
  readonly name: string
}

export interface WrittenVersion {
  readonly digest: string
  readonly sizeBytes: number
  readonly images: number
  readonly classes: number
  readonly splits: { readonly train: number; readonly validation: number; readonly test: number }
  readonly certificate: LeakCertificate
}

/** What can be asked for, and what comes back. */
export interface Tasks {
  state: { ask: Record<never, never>; answer: SplitState }
  assign: {
    ask: { readonly plan: SplitPlan; readonly isRebalance: boolean }
    answer: { readonly diff: SplitDiff; readonly changes: Changes; readonly isPlanNew: boolean }
  }
  pin: {
    ask: { readonly imageIds: readonly string[]; readonly split: SplitName | null }
    answer: { readonly changes: Changes }
  }
  write: {
    ask: Pick<VersionHeader, 'dataset'> & {
      readonly settings: Pick<DatasetSettings, 'render' | 'honourOptOut' | 'honourRobots'>
      readonly onlyKept: boolean
      /** Where the file is to be written, complete and synced; it must not exist. */
      readonly path: string
      readonly distanceBits: number
      readonly earlier: readonly EarlierVersion[]
    }
    answer: WrittenVersion
  }
  gone: { ask: { readonly versions: readonly EarlierVersion[] }; answer: readonly number[] }
}
export type TaskName = keyof Tasks
export type Ask<Name extends TaskName> = Tasks[Name]['ask']
export type Answer<Name extends TaskName> = Tasks[Name]['answer']

export interface ToClerk {
  /** Of the index. */
  readonly path: string
  readonly name: TaskName
  readonly ask: unknown
}
export type FromClerk =
  | { readonly answer: unknown }
  | { readonly failure: { readonly code: ErrorCode; readonly facts: Facts } | string }

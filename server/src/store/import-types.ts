/** What the store offers to those who bring pictures from elsewhere. */
import type { Candidate, Origin } from '@gleaner/shared/candidate'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { ImportFormat, ImportRequest, ImportSkip, ImportState } from '@gleaner/shared/imports'
import type { StateCounts } from '@gleaner/shared/outcome'
import type { SplitName } from '@gleaner/shared/splits'
import type { IntakeRules } from './types.ts'

/** Bytes of a file as it was found. */
export interface BroughtFile {
  readonly bytes: Buffer
  readonly digest: Digest
  readonly format: string
}

/** In pixels of the upright picture. */
export interface BroughtBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly label: string
}

/** A picture on its way in: a file, or an address to be fetched. */
export interface ImportItem {
  /** Its first way is an address that is fetched only where there is no file. */
  readonly candidate: Candidate
  readonly file: BroughtFile | undefined
  readonly split: SplitName | null
  readonly boxes: readonly BroughtBox[]
  /** The part of it that counts. */
  readonly crop: Omit<BroughtBox, 'label'> | null
  /** Of the upright picture; needed where there are boxes or a crop. */
  readonly size: { readonly width: number; readonly height: number } | null
  /** Who drew the boxes. */
  readonly author: string
}

/** Pictures of one class and one origin: all of them files, or all of them addresses. At most 500. */
export interface ImportGroup {
  readonly label: string
  readonly origin: Origin
  readonly items: readonly ImportItem[]
}

/** A part of a plan. */
export interface ImportSlice {
  /** Bytes of the plan before it, and with it. */
  readonly from: number
  readonly to: number
  /** Lines of the plan, also of what is skipped. */
  readonly items: number
  /** Those of them that are the same picture as another one of the part; they are in no group. */
  readonly again: number
  readonly groups: readonly ImportGroup[]
  readonly skipped: ReadonlyMap<ImportSkip, number>
}

export interface ImportRow {
  readonly id: number
  readonly source: string
  readonly request: ImportRequest
  readonly format: ImportFormat | null
  readonly state: ImportState
  readonly total: number
  readonly done: number
  readonly cursor: number
  readonly accepted: number
  readonly known: number
  readonly refused: number
  readonly skipped: Readonly<Partial<Record<ImportSkip, number>>>
  readonly by: string
  readonly code: ErrorCode | null
  readonly facts: Facts | null
  readonly startedAtMs: number
  readonly endedAtMs: number | null
}

/** How what was taken stands. */
export interface ImportFares {
  readonly counts: StateCounts
  /** Pictures that ended without taking up what was said of them. */
  readonly notesLeft: number
}

export interface FaresLately {
  readonly fares: ImportFares
  /** Whether it was counted for this answer. */
  readonly isCounted: boolean
  /** In how many milliseconds it is counted again; 0 where it is not out of date. */
  readonly staleForMs: number
}

export interface ImportStore {
  /** Absolute path of the folder in which an import may keep what it needs. Made and removed by whoever imports. */
  readonly folder: (id: number) => string
  /** @returns its number */
  readonly begin: (given: {
    readonly source: string
    readonly request: ImportRequest
    readonly by: string
  }) => number
  readonly byId: (id: number) => ImportRow | undefined
  /** Newest first, at most 100. */
  readonly all: () => readonly ImportRow[]
  /** Those that have not ended, oldest first. */
  readonly open: () => readonly ImportRow[]
  /** All was read and is sound: from now on it is taken. @returns false when it has been cancelled */
  readonly plan: (
    id: number,
    given: {
      readonly format: ImportFormat
      readonly total: number
      readonly skipped: Readonly<Partial<Record<ImportSkip, number>>>
    },
  ) => boolean
  /**
   * Takes a part durably: files lie among the originals before the index knows of them, and how far the import has come
   * is committed with them.
   *
   * @returns false when it had been taken before, or the import has ended; nothing has changed then
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_UNSAFE_PATH`
   */
  readonly take: (id: number, slice: ImportSlice, rules: IntakeRules) => Promise<boolean>
  /** @returns false when it had ended before */
  readonly end: (
    id: number,
    given: {
      readonly state: Extract<ImportState, 'done' | 'failed' | 'cancelled'>
      readonly code?: ErrorCode
      readonly facts?: Facts
    },
  ) => boolean
  /** Counted now. */
  readonly fares: (id: number) => ImportFares
  /** What is at rest is not counted again, and what is under way only so often. */
  readonly faresLately: (row: ImportRow) => FaresLately
  /** Whether it was taken back; `partly` while it is. */
  readonly undone: (id: number) => 'no' | 'partly' | 'all'
  /**
   * Takes some of its batches back, durably: candidates end as those of a collect that is undone, boxes it drew go, and with
   * the first of them the history tells of it. Pictures go in the background. It has to have ended.
   *
   * @param by - who asked, for the history
   * @param after - what was given back for those before; an empty text at first
   * @param most - batches at once
   * @returns where to go on; nothing when all of it is taken back
   */
  readonly takeBackSome: (id: number, by: string, after: string, most: number) => string | null
  /** Batches of the owner it was taken in by. */
  readonly batchIds: (id: number) => readonly string[]
}

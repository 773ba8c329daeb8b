/** Splits, versions and boxes of a dataset, as the rest of the server sees them. */
import type {
  AssignSplits,
  ChosenGroup,
  KeepTogether,
  PinSplit,
  SplitDiff,
  SplitState,
} from '@gleaner/shared/splits'
import type {
  Box,
  NewVersion,
  Rectangle,
  VersionDiff,
  VersionHeader,
  VersionImage,
  VersionPatch,
  VersionSummary,
} from '@gleaner/shared/versions'
import type { StoredFile } from '../types.ts'

/** A version in the hands of whoever reads it. */
export interface OpenVersion {
  readonly header: VersionHeader
  readonly summary: VersionSummary
  /**
   * Pictures in the order of ids, each time from the first. Memory stays flat.
   *
   * @throws AppError `VERSION_DAMAGED` at the end, when what was read is not what the digest says
   */
  readonly images: () => AsyncIterable<VersionImage>
}

export interface Versions {
  /** Newest first. */
  readonly list: () => Promise<readonly VersionSummary[]>
  /**
   * Writes down which pictures are held now, with labels, boxes and splits, for good. Costs a line of text a picture.
   *
   * @throws AppError `VERSION_NAME_TAKEN`, `VERSION_EMPTY`, `STORE_DISK_FULL`, `STORE_IO`
   */
  readonly create: (asked: NewVersion, by: string) => Promise<VersionSummary>
  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly summary: (versionId: number) => Promise<VersionSummary>
  /** @throws AppError `PROTOCOL_NOT_FOUND`, `VERSION_DAMAGED` */
  readonly open: (versionId: number) => Promise<OpenVersion>
  /** @throws AppError `PROTOCOL_NOT_FOUND`, `VERSION_NAME_TAKEN` */
  readonly describe: (versionId: number, patch: VersionPatch) => Promise<VersionSummary>
  /** For good; pictures stay as they are. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly remove: (versionId: number) => Promise<void>
  /**
   * What became of pictures from one version to another.
   *
   * @param page - where the page of pictures begins (after this id), and how many it has
   * @throws AppError `PROTOCOL_NOT_FOUND`, `VERSION_DAMAGED`
   */
  readonly diff: (
    from: number,
    to: number,
    page: { readonly after?: string | undefined; readonly limit: number },
  ) => Promise<VersionDiff>
  /**
   * The files of a picture of a version as they are now: `rendered` only with exactly the bytes the version names,
   * in its class folder or in the trash; `original` likewise.
   */
  readonly files: (image: Pick<VersionImage, 'id' | 'rendered' | 'original'>) => {
    readonly rendered: StoredFile | undefined
    readonly original: StoredFile | undefined
  }
}

export interface Splits {
  readonly state: () => Promise<SplitState>
  /** One act of the log, taken back as one. @throws AppError `SPLIT_PLAN_INVALID` */
  readonly assign: (asked: AssignSplits, by: string) => Promise<SplitDiff>
  /** One act of the log. @throws AppError `PROTOCOL_NOT_FOUND`, `SPLIT_PIN_CONFLICT` */
  readonly pin: (asked: PinSplit, by: string) => Promise<SplitState>
  readonly together: () => readonly ChosenGroup[]
  /** One act of the log. @throws AppError `PROTOCOL_NOT_FOUND` when one of the pictures is not held */
  readonly keepTogether: (asked: KeepTogether, by: string) => ChosenGroup
  /** One act of the log. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly letApart: (groupId: number, by: string) => void
}

/** Where things are in pictures, and which part of a picture is meant. */
export interface Boxes {
  /** Those drawn on the original as it is now. */
  readonly of: (imageId: string) => readonly Box[]
  /** In the place of those there were. @throws AppError `PROTOCOL_NOT_FOUND`, `BOX_OUTSIDE` */
  readonly set: (imageId: string, boxes: readonly Box[]) => void
  readonly crop: (imageId: string) => Rectangle | null
  /** @throws AppError `PROTOCOL_NOT_FOUND`, `BOX_OUTSIDE` */
  readonly setCrop: (imageId: string, crop: Rectangle | null, author: string) => void
}

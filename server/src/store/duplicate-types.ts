/** Which pictures belong together, and what a person decided about them, as the store takes and gives it. */
import type { DuplicateCounts } from '@gleaner/shared/dataset'
import type {
  ConflictDecision,
  ConflictPage,
  DoneAct,
  DuplicateLevel,
  DuplicateOverview,
  GroupDecision,
  GroupDetail,
  GroupKind,
  GroupPage,
  GroupState,
  PairKind,
  Placement,
} from '@gleaner/shared/duplicates'
import type { Digest, PerceptualHash } from '@gleaner/shared/hash'
import type { ImageId, PictureLook } from './picture-types.ts'
import type { Page } from './types.ts'

/** How a new picture and a held one belong together. */
export interface HeldPair {
  readonly imageId: string
  readonly distanceBits: number
  /** `look` unless said otherwise. */
  readonly level?: DuplicateLevel | undefined
  /** Only where pixels were compared: without it the two have forms that are near, and are in no group. */
  readonly kind?: PairKind | undefined
  /** What is left between the pixels, 0 to 1. */
  readonly difference?: number | undefined
  /** Where points of the picture that came now lie on this one. */
  readonly placement?: Placement | undefined
}

/** A picture, held or removed, with what copies of it are compared by. */
export interface ComparedPicture {
  readonly seq: number
  readonly imageId: ImageId
  readonly state: 'stored' | 'removed'
  readonly classId: number
  readonly isThumbnail: boolean
  readonly perceptualHash: PerceptualHash | null
  readonly meanChroma: readonly [cb: number, cr: number]
  readonly qualityScore: number
  readonly original: {
    readonly widthPx: number
    readonly heightPx: number
    readonly format: string
    readonly sizeBytes: number
  }
  readonly storedAtMs: number
  /** A person chose it among copies: nothing takes its place by itself. */
  readonly isChosenKeeper: boolean
  /** Its packed fingerprint; none where the picture came before there were any. */
  readonly packed: Uint8Array | null
}

/** Two held pictures that belong together, by their numbers; `a` is the smaller one. */
export interface JudgedPair {
  readonly a: number
  readonly b: number
  readonly kind: PairKind
  readonly level: DuplicateLevel
  readonly distanceBits: number
  readonly difference: number | null
}

/** Held pictures that verified pairs connect. */
export interface Component {
  readonly pictures: readonly ComparedPicture[]
  /** Those a person set apart are left out; those a person called separate shots are bursts. */
  readonly pairs: readonly JudgedPair[]
  /** Whether these are all: no bound kept others out. */
  readonly isWhole: boolean
}

export interface NewGroup {
  readonly kind: GroupKind
  /** Numbers of pictures. */
  readonly representative: number
  readonly keeper: number
  /** The representative and the keeper among them; two or more. */
  readonly members: readonly { readonly seq: number; readonly reasons: readonly string[] }[]
}

export interface GroupFilter {
  readonly kind?: GroupKind | undefined
  /** `open` unless said otherwise. */
  readonly state?: GroupState | undefined
  /** With a picture of this class among them. */
  readonly classId?: number | undefined
}

/** A picture that was removed and does not come back. */
export interface Tombstone {
  readonly seq: number
  readonly imageId: ImageId
  readonly classId: number
  readonly title: string | null
  /** Candidates it keeps away so far. */
  readonly candidates: number
}

export interface TombstonePage {
  readonly tombstones: readonly Tombstone[]
  readonly cursor: string | null
}

/** Copies of held pictures: groups, label conflicts, and what a person decides. */
export interface Duplicates {
  readonly overview: () => DuplicateOverview
  /** Counters: as cheap as it gets. */
  readonly counts: () => DuplicateCounts
  /** Oldest first. */
  readonly groups: (filter: GroupFilter, page: Page) => GroupPage
  readonly group: (groupId: number) => GroupDetail | undefined
  /**
   * Carries a decision out. What it removes leaves its class folder and can be brought back from the trash.
   *
   * @throws AppError `PROTOCOL_NOT_FOUND`, `DUPLICATES_CHANGED` when the group is no longer what the person saw
   */
  readonly decide: (groupId: number, decision: GroupDecision, by?: string) => Promise<DoneAct>
  /** Pictures that were offered for another class as well, in order of their numbers. */
  readonly conflicts: (page: Page) => ConflictPage
  /** @throws AppError `PROTOCOL_NOT_FOUND`; `DUPLICATES_CHANGED` for a class that nobody offered it for */
  readonly decideConflict: (conflictId: number, decision: ConflictDecision, by?: string) => Promise<DoneAct>
  /** Takes a decision back. @throws AppError `DUPLICATES_NOT_UNDONE` when that is not possible any more */
  readonly undo: (actId: number) => Promise<DoneAct>
  /**
   * Says that what a candidate brought is no copy of the picture it was taken for: it is queued again, and will not be
   * taken for one again. @throws AppError `PROTOCOL_NOT_FOUND` when it did not end as a copy by look
   */
  readonly notDuplicate: (candidateId: number, by?: string) => Promise<DoneAct>
  /** Whether a person said so of the held picture and another one: by its id, or by the bytes it came with. */
  readonly isApart: (
    imageId: string,
    other: { readonly imageId: string } | { readonly digest: Digest },
  ) => boolean

  /** Whether groups are to be made anew. */
  readonly isUngrouped: () => boolean
  /** Numbers of pictures whose groups are to be made anew. */
  readonly due: (limit: number) => readonly number[]
  /** @param limit - pictures at most; the nearest come first, of these the ones that are due */
  readonly component: (seq: number, limit: number) => Component
  /**
   * Replaces all groups that any of these pictures is in, and all that the new ones touch. To be called in the same turn
   * of the event loop as {@link Duplicates.component}. A group whose representative and kind stay keeps its id.
   *
   * @param isWhole - whether these are all that hang together. If not, what is in a group with others than these stays
   *   there: the group grows where its representative and kind stay, and is left alone elsewhere
   */
  readonly regroup: (seqs: readonly number[], groups: readonly NewGroup[], isWhole?: boolean) => void
  /** Notes how two held pictures belong together, found after both were stored. */
  readonly addPair: (imageId: ImageId, pair: HeldPair) => void

  readonly compared: (seq: number) => ComparedPicture | undefined
  /** Numbers of held pictures without a fingerprint of this version, after `seq`. */
  readonly withoutFingerprint: (version: number, afterSeq: number, limit: number) => readonly number[]
  /** Gives a held picture the fingerprint it lacks. @returns false when it is not held any more, or replaced meanwhile */
  readonly completeLook: (imageId: ImageId, originalDigest: Digest, look: PictureLook) => boolean

  /** Removed pictures, last removed first. */
  readonly tombstones: (page: Page) => TombstonePage
  /**
   * Lets a removed picture come again: all that led to it is queued.
   *
   * @returns candidates queued. @throws AppError `PROTOCOL_NOT_FOUND` when no such picture was removed
   */
  readonly revive: (imageId: string) => number
}

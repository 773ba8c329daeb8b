/**
 * What the store offers to the rest of the server. Calls are synchronous where they only touch the index, in one short
 * transaction each, and asynchronous where they also touch files, or where what many candidates write goes to the disk
 * together. Everything that returns or resolves has been committed with `synchronous=FULL`, leases and what is given
 * back excepted: a start frees them anyway.
 */
import type { CandidatePage, DatasetPatch, ImagePage, ReasonCounts, RetryQuery } from '@gleaner/shared/api'
import type { SearchFilters } from '@gleaner/shared/candidate'
import type { Batch, Known, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import type { ClassSummary, DatasetSettings, DatasetSummary } from '@gleaner/shared/dataset'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { ImageDetail } from '@gleaner/shared/image'
import type { CandidateState, StateCounts } from '@gleaner/shared/outcome'
import type { Acts } from './acts/acts.ts'
import type { AddressMatch } from './addresses.ts'
import type { AskedFetch, Brought, BrowserBytes, BrowserWay, TriedWay, WaitingHost } from './browser-types.ts'
import type { Duplicates } from './duplicate-types.ts'
import type { ExportLog } from './exports/export-log.ts'
import type { OwnDiskUse } from './gallery/disk-use.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { MakeThumbnail, ThumbnailSide } from './gallery/thumbnail-files.ts'
import type { SavedViews } from './gallery/views.ts'
import type { ImportStore } from './import-types.ts'
import type { LookFile } from './look-file.ts'
import type {
  ImageId,
  ImageLook,
  KeptOriginal,
  NewImage,
  PixelMatch,
  RecordHooks,
  RecordResult,
  StoredFile,
} from './picture-types.ts'
import type { Quality } from './quality.ts'
import type {
  CandidateEnd,
  ImageEnd,
  LeasedCandidate,
  LeaseRound,
  Postponement,
  QueuedHost,
} from './queue-types.ts'
import type { StandIns } from './stand-ins.ts'
import type { Boxes, Splits, Versions } from './versions/types.ts'

export type { AddressMatch } from './addresses.ts'
export type * from './browser-types.ts'
export type * from './duplicate-types.ts'
export type { ExportLog } from './exports/export-log.ts'
export { type Failpoint, type FailpointName, failpointNames } from './failpoints.ts'
export type { Gallery } from './gallery/gallery.ts'
export type { GalleryWindow } from './gallery/questions.ts'
export { thumbnailSides } from './gallery/thumbnail-files.ts'
export type * from './home-types.ts'
export type * from './import-types.ts'
export type * from './picture-types.ts'
export type { Quality } from './quality.ts'
export type * from './queue-types.ts'
export type { StandIn, StandIns } from './stand-ins.ts'
export type * from './versions/types.ts'

/** Unix time in milliseconds, from the clock passed in. */
export type Clock = () => number

export interface ClassRef {
  readonly id: number
  readonly label: string
  /** Name of the folder below `images/`. It exists on disk only while the class holds a picture. */
  readonly folder: string
}

// ── Intake ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What intake must know about addresses without knowing the network. Both are pure. */
export interface IntakeRules {
  /** The reason an address may never be fetched (`DOWNLOAD_URL_REFUSED`, `DOWNLOAD_PRIVATE_ADDRESS`), or `null`. */
  readonly judge: (url: string) => ErrorCode | null
  /** Key under which requests to this address are paced: its registrable domain. */
  readonly hostOf: (url: string) => string
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface CandidateFilter {
  readonly state?: CandidateState | undefined
  readonly code?: string | undefined
  readonly classId?: number | undefined
  /** Part of the address or the title, letter case of ASCII ignored. */
  readonly text?: string | undefined
}

export interface Page {
  /** Opaque; from the page before. An unreadable one throws `PROTOCOL_INVALID`. */
  readonly cursor?: string | undefined
  /** 1 to 500. */
  readonly limit: number
}

/** One dataset: its index and its files. */
export interface DatasetStore {
  readonly id: string
  /** Absolute path. */
  readonly folder: string

  readonly name: () => string
  readonly settings: () => DatasetSettings
  /** @throws AppError `DATASET_NAME_INVALID`, `DATASET_EXISTS` */
  readonly update: (patch: DatasetPatch) => void

  /**
   * Takes a batch, all or nothing, durably. Sending the same batch again gives the same receipt and changes nothing.
   * One that was undone before it came is taken back in the same commit: it never stands.
   *
   * @throws AppError `PROTOCOL_CONFLICT` when the client used this batch id for something else, `CLASS_NAME_INVALID`,
   *   `STORE_DISK_FULL`
   */
  readonly accept: (clientId: string, batch: Batch, rules: IntakeRules, fate?: 'undone') => Receipt
  /**
   * Takes back what the client's batches brought and no other batch that stands names: candidates end as `cancelled`
   * (`CANCELLED_UNDONE`), pictures go with their files, without being remembered. A better copy that replaced a picture
   * from elsewhere stays. Durable at once; {@link DatasetStore.tidy} does what is left to do.
   *
   * @returns what was taken back, also when that was done before; nothing for batches that are not known
   */
  readonly undo: (clientId: string, batchIds: readonly string[]) => UndoAnswer
  /**
   * Takes away what was let go of: pictures whose collect was undone (other candidates that led to them are queued
   * again), and originals nobody owns. Safe to stop at any point, and to repeat.
   *
   * @returns how many pictures and files went
   */
  readonly tidy: (signal?: AbortSignal) => Promise<number>
  /** Whether {@link DatasetStore.tidy} has something to do. */
  readonly isUntidy: () => boolean
  /** Whether this client has sent this batch before. */
  readonly hasBatch: (clientId: string, batchId: string) => boolean
  /** The class of this label, made when there is none. @throws AppError `CLASS_NAME_INVALID` */
  readonly ensureClass: (label: string) => ClassRef
  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly setGoal: (classId: number, goal: number | null) => void

  /** Hosts with queued candidates, first due first. One row a host: ask anew when the queue changed, not per lease. */
  readonly readyHosts: (nowMs: number) => readonly QueuedHost[]
  /** Takes the first due candidate of a host. */
  readonly lease: (host: string, nowMs: number) => LeasedCandidate | undefined
  /** Begins to take several in one transaction. To be ended, or undone, in the same turn of the event loop. */
  readonly beginLeases: () => LeaseRound
  /**
   * @returns false when the lease is no longer held; nothing has changed then
   * @throws AppError `PROTOCOL_NOT_FOUND` when the picture of which it is a duplicate is not known any more
   */
  readonly finish: (lease: LeasedCandidate, end: CandidateEnd) => Promise<boolean>
  /** Puts a candidate back for later. @returns false when the lease is no longer held */
  readonly postpone: (lease: LeasedCandidate, postponement: Postponement) => Promise<boolean>
  /** Gives a candidate back as it was, due at once. @returns false when the lease is no longer held */
  readonly release: (lease: LeasedCandidate) => boolean

  /**
   * Files a picture: original, rendered file, and only then the row that makes the candidate `stored`. Decides by
   * digest once more inside the transaction.
   *
   * @throws AppError `STORE_DISK_FULL` (the lease is still held: release it and wait), `STORE_IO` (fatal: end the
   *   process), `STORE_UNSAFE_PATH`
   */
  readonly recordImage: (
    lease: LeasedCandidate,
    image: NewImage,
    end: ImageEnd,
    hooks?: RecordHooks,
  ) => Promise<RecordResult>
  /** Puts a better copy in the place of a held picture, whose id stays; the candidate ends as `upgraded`. */
  readonly upgradeImage: (
    lease: LeasedCandidate,
    heldImageId: ImageId,
    image: NewImage,
    end: ImageEnd,
    hooks?: Pick<RecordHooks, 'committed'>,
  ) => Promise<RecordResult>
  /**
   * The original that came by the way to be tried now, kept although its picture was lost. It goes only when the
   * candidate has a picture again.
   */
  readonly keptOriginal: (lease: LeasedCandidate) => Promise<KeptOriginal | undefined>
  /** Ways to the picture other than thumbnails that were tried, with what came of each last. */
  readonly triedWays: (lease: LeasedCandidate) => readonly TriedWay[]
  /** Extensions that collected the candidate and did not undo that: whose browser may be asked for it. */
  readonly clientsOf: (lease: LeasedCandidate) => readonly string[]
  /** What the browser brought for the way to be tried now. */
  readonly broughtByBrowser: (lease: LeasedCandidate) => Promise<Brought | undefined>
  /** What the client's browser is asked to fetch: of these hosts, or of all. */
  readonly browserFetches: (
    clientId: string,
    hosts: readonly string[] | undefined,
    limit: number,
  ) => readonly AskedFetch[]
  /** Hosts with pictures for the client's browser, most pictures first. */
  readonly browserHosts: (clientId: string, limit: number) => readonly WaitingHost[]
  /**
   * Lets candidates that wait for the client's browser to fetch from these hosts go on to their thumbnails. It is asked
   * for them all the same.
   *
   * @returns how many
   */
  readonly waitNoMore: (clientId: string, hosts: readonly string[]) => number
  /** How many candidates wait for their thumbnail because the browser was asked, since then, for something better. */
  readonly waitingForBrowser: (sinceMs: number) => number
  /** Whether this client's browser is asked for this way. */
  readonly isBrowserAsked: (clientId: string, way: BrowserWay) => boolean
  /**
   * Keeps what the browser was given, durably, and queues the candidate for exactly that way: at once where it waits,
   * and again where it has ended without the picture or with its thumbnail.
   *
   * @returns false when this client's browser is not asked for it; nothing has changed then
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_UNSAFE_PATH`
   */
  readonly deliver: (clientId: string, way: BrowserWay, what: BrowserBytes) => Promise<boolean>
  /** Stops asking; a candidate that waits goes on. @returns false when this client's browser is not asked for it */
  readonly refuseDelivery: (clientId: string, way: BrowserWay, code: ErrorCode) => boolean
  /** Whether a candidate is a file that a person brought: whatever its addresses say, there is no host to ask for it. */
  readonly isBroughtFile: (lease: Pick<LeasedCandidate, 'id'>) => boolean
  /** Searches that brought something, each once. */
  readonly searches: () => readonly {
    readonly class: string
    readonly engine: string
    readonly query: string
    readonly filters?: SearchFilters
  }[]
  /** Pictures from elsewhere. */
  readonly imports: ImportStore
  /** How the dataset stands to a picture; `undefined` when it knows no such picture. */
  readonly pictureState: (imageId: string) => 'stored' | 'removed' | undefined
  /** The same by the number of the picture. */
  readonly pictureBySeq: (
    seq: number,
  ) => { readonly imageId: ImageId; readonly state: 'stored' | 'removed' } | undefined
  /** Number and class of a held picture. */
  readonly heldPicture: (imageId: string) => { readonly seq: number; readonly classId: number } | undefined
  /** The picture, held or removed, of which this is a known copy. */
  readonly pictureByDigest: (
    digest: Digest,
  ) => { readonly imageId: ImageId; readonly state: 'stored' | 'removed' } | undefined
  /** The picture a person removed of which this is a known copy. */
  readonly removedByDigest: (digest: Digest) => ImageId | undefined
  /** The held picture of which this is a known copy. */
  readonly imageByDigest: (digest: Digest) => ImageId | undefined
  /** The picture, held or removed, whose decoded pixels have this digest. */
  readonly imageByPixels: (digest: Digest) => PixelMatch | undefined
  /**
   * The picture that another candidate came to by the same address, at the same size or a larger one; or one that was
   * removed and lies there, at any size. None for candidates a person wants to be tried.
   */
  readonly sameAddress: (lease: LeasedCandidate) => AddressMatch | undefined
  /** Copies of held pictures, and what a person decides about them. */
  readonly duplicates: Duplicates
  /** Looks of all held pictures, oldest first. */
  readonly looks: () => readonly ImageLook[]
  /** Looks of pictures held or removed, in order of their numbers, from the one after `seq` on. */
  readonly looksAfter: (seq: number, limit: number) => readonly ImageLook[]
  /** Forms of all pictures held or removed, in the order in which they changed, and the file that holds the same. */
  readonly lookFile: LookFile

  /** What a person does to pictures and classes: one history, taken back and done again to any depth. */
  readonly acts: Acts
  /** What the dataset was at some moment, for good. */
  readonly versions: Versions
  /** Versions written for others, and those that are being written. */
  readonly exportLog: ExportLog
  /** Which pictures are learned from, and which are asked about afterwards. */
  readonly splits: Splits
  readonly boxes: Boxes
  /** Moves a picture to the trash, as an act; until it is taken back, nothing brings it. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly removeImage: (imageId: ImageId, by?: string) => Promise<void>
  /**
   * Puts ended candidates back into the queue; those stored with a thumbnail keep it until the original has arrived.
   *
   * @returns how many
   */
  readonly retry: (query: RetryQuery, rules: Pick<IntakeRules, 'hostOf'>) => number
  /** Ends what is queued (not what is in hand) as `cancelled`, or as it was with its thumbnail. @returns how many */
  readonly cancelQueued: (classId?: number) => number

  /** Pictures that hosts send in place of others. */
  readonly standIns: StandIns
  /** How good pictures are for training. */
  readonly quality: Quality

  readonly summary: () => DatasetSummary
  /** In order of last use, latest first. */
  readonly classes: () => readonly ClassSummary[]
  readonly counts: () => StateCounts
  readonly reasons: (classId?: number) => ReasonCounts
  /** Newest first. */
  readonly images: (classId: number | undefined, page: Page) => ImagePage
  readonly image: (imageId: string) => ImageDetail | undefined
  /** Pictures by any filter, in any order. */
  readonly gallery: Gallery
  /** How much room the index and what is made from it take, and how much is left. */
  readonly diskUse: () => Promise<OwnDiskUse>
  readonly views: SavedViews
  /**
   * A copy of a picture held or in the trash whose longest side is `sidePx`, made when it is first asked for; the picture
   * itself where that is no larger.
   *
   * @returns `undefined` when there is no such picture, or its file cannot be read
   */
  readonly thumbnail: (
    imageId: string,
    sidePx: ThumbnailSide,
    make: MakeThumbnail,
  ) => Promise<StoredFile | undefined>
  /** Last changed first. With `text`, a page may hold fewer rows than asked for and still not be the last. */
  readonly candidates: (filter: CandidateFilter, page: Page) => CandidatePage
  /** Counts over the candidates of those of the client's batches this dataset took. */
  readonly progress: (clientId: string, batchIds: readonly string[]) => StateCounts
  /** What is known of the candidate that each address identifies, `null` for unknown ones; in order. */
  readonly lookup: (urls: readonly string[]) => (Known | null)[]
  readonly imageFile: (imageId: string) => StoredFile | undefined
  /** `undefined` also when originals are not kept. */
  readonly originalFile: (imageId: string) => StoredFile | undefined

  /** Nothing of candidates may be written any more: what waits for its commit is refused, and all that comes later. */
  readonly halt: (reason: unknown) => void
  /** Whether somebody who reads an old state of the index keeps its log from being folded in, and it grew too long. */
  readonly isLogTooLong: () => boolean
  /** Folds the write-ahead log into the index and closes it. */
  readonly close: () => void
}

/**
 * Everything the parts of the extension say to each other: shapes of the questions, types of the answers.
 * Both ends are typed from these tables; content code imports the types only, so that no validator is bundled there.
 */
import { BatchId, LookupAnswer } from '@gleaner/shared/api'
import type { Vocabulary } from '@gleaner/shared/api'
import { Candidate, Origin } from '@gleaner/shared/candidate'
import { ClassLabel, DatasetName } from '@gleaner/shared/dataset'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { StateCounts } from '@gleaner/shared/outcome'
import { Type } from 'typebox'
import type { Static } from 'typebox'

const closed = { additionalProperties: false } as const

/** Most candidates one press of Collect hands over. More than any results page shows. */
export const candidatesPerPress = 5000

/** Heeded only from the extension's own pages; a results page always speaks for its own tab. */
const tabId = Type.Optional(Type.Integer({ minimum: 0 }))
const Destination = Type.Object({ dataset: DatasetName, class: ClassLabel }, closed)
/** Where collected pictures go. */
export type Destination = Static<typeof Destination>

/** Shapes of the questions to the background. */
export const asks = {
  /** Everything a bar or popup needs to draw itself for a tab. */
  describe: Type.Object({ tabId }, closed),
  /** Remembers what the person chose for the tab. */
  choose: Type.Object({ tabId, ...Destination.properties }, closed),
  /** Takes candidates into the outbox. The same `pressId` again takes nothing twice. */
  collect: Type.Object(
    {
      pressId: BatchId,
      ...Destination.properties,
      origin: Origin,
      candidates: Type.Array(Candidate, { minItems: 1, maxItems: candidatesPerPress }),
    },
    closed,
  ),
  /** Which of these addresses the dataset knows. */
  lookup: Type.Object(
    {
      dataset: DatasetName,
      urls: Type.Array(Type.String({ maxLength: limits.urlChars }), {
        minItems: 1,
        maxItems: limits.candidatesPerBatch,
      }),
    },
    closed,
  ),
  /** How the last press of Collect in the tab fares. */
  progress: Type.Object({ tabId }, closed),
  consent: Type.Object({}, closed),
  minimise: Type.Object({ isMinimised: Type.Boolean() }, closed),
  status: Type.Object({}, closed),
  pair: Type.Object({ code: Type.String({ minLength: 1, maxLength: 32 }) }, closed),
  forget: Type.Object({}, closed),
  settings: Type.Object({}, closed),
  setPort: Type.Object({ port: Type.Integer({ minimum: 1, maximum: 65535 }) }, closed),
  outbox: Type.Object({}, closed),
  clearRefused: Type.Object({}, closed),
  retryRefused: Type.Object({}, closed),
} as const satisfies Record<string, Type.TObject>

/** The connection as the server proved it just now. `code` is `null` when all is well. */
export interface ServerStatus {
  readonly code: ErrorCode | null
  readonly facts: Facts
  readonly port: number
  /** Candidates in the outbox that are still to be sent. */
  readonly waiting: number
  /** Candidates the server will never take as they are. */
  readonly refused: number
}

export interface TabView {
  readonly status: ServerStatus
  readonly isConsented: boolean
  readonly isMinimised: boolean
  /** What the person chose in this tab; `null` before they did. */
  readonly destination: Destination | null
  /** Latest first. */
  readonly recents: readonly Destination[]
  readonly vocabulary: Vocabulary
}

/** Candidates now in the outbox. */
export interface Queued {
  readonly candidates: number
}

export interface TabProgress {
  readonly status: ServerStatus
  /** The last press of Collect in the tab; `null` when there was none. */
  readonly press: {
    readonly dataset: string
    readonly class: string
    readonly candidates: number
    /** Candidates of this press still in the outbox. */
    readonly waiting: number
    readonly refused: number
    /** Why the server refused them. */
    readonly refusedCode: ErrorCode | null
    /** States of what the server took; `null` when it cannot be asked. */
    readonly counts: StateCounts | null
  } | null
}

export interface OutboxHeading {
  readonly batchId: string
  readonly dataset: string
  readonly class: string
  readonly candidates: number
  readonly queuedAtMs: number
  readonly state: 'waiting' | 'refused'
  /** Why it was refused; `null` while it waits. */
  readonly code: ErrorCode | null
}

export interface SettingsView {
  readonly port: number
  readonly isPaired: boolean
  readonly isConsented: boolean
}

interface Answers {
  describe: TabView
  choose: null
  collect: Queued
  lookup: Static<typeof LookupAnswer>
  progress: TabProgress
  consent: null
  minimise: null
  status: ServerStatus
  pair: ServerStatus
  forget: null
  settings: SettingsView
  setPort: ServerStatus
  outbox: readonly OutboxHeading[]
  clearRefused: null
  retryRefused: null
}

/** Questions to the background and their answers. */
export type Messages = {
  readonly [N in keyof typeof asks]: { ask: Static<(typeof asks)[N]>; answer: Answers[N] }
}

/** What a results page may ask; everything else is for the extension's own pages. */
export const pageMayAsk: ReadonlySet<keyof Messages> = new Set([
  'describe',
  'choose',
  'collect',
  'lookup',
  'progress',
  'consent',
  'minimise',
])

/** What the content script sees on its page. */
export interface PageView {
  readonly engine: string
  readonly label: string
  readonly query: string | null
  readonly originals: number
  readonly thumbnailsOnly: number
  /** Already in the dataset of the tab's destination; `null` when the server could not be asked. */
  readonly held: number | null
  readonly suggestedClass: string
  /** What is wrong with the page, if anything. */
  readonly code: ErrorCode | null
}

/** Questions to the content script of a tab, asked by popup and background. */
export interface TabMessages {
  readonly readPage: { ask: Record<string, never>; answer: PageView }
  /** Collects everything the page shows, into `destination` or into what the bar shows. */
  readonly collectNow: { ask: { readonly destination?: Destination }; answer: Queued }
  /** Something the bar draws was changed elsewhere. */
  readonly refresh: { ask: Record<string, never>; answer: null }
}

export type Answer<T> =
  | { readonly isOk: true; readonly answer: T }
  | { readonly isOk: false; readonly code: ErrorCode; readonly facts: Facts }

export type Table = { readonly [name: string]: { ask: unknown; answer: unknown } }
export type Handlers<T extends Table, Context = void> = {
  readonly [N in keyof T]: (ask: T[N]['ask'], context: Context) => Promise<T[N]['answer']>
}

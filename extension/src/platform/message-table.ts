/**
 * Everything the parts of the extension say to each other: shapes of the questions, types of the answers.
 * Both ends are typed from these tables; content code imports the types only, so that no validator is bundled there.
 */

import { Candidate, Origin } from '@gleaner/shared/candidate'
import { BatchId, type LookupAnswer, type UndoAnswer } from '@gleaner/shared/collect'
import { ClassLabel, DatasetName } from '@gleaner/shared/dataset'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { StateCounts } from '@gleaner/shared/outcome'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { candidatesPerPress, resultsChars } from './press-limit.ts'

const closed = { additionalProperties: false } as const

/** Heeded only from the extension's own pages; a results page always speaks for its own tab. */
const tabId = Type.Optional(Type.Integer({ minimum: 0 }))
const pictureUrl = Type.String({ maxLength: limits.urlChars })
const query = Type.Union([Type.String({ maxLength: limits.queryChars }), Type.Null()])
const Destination = Type.Object({ dataset: DatasetName, class: ClassLabel }, closed)
/** Where collected pictures go. */
export type Destination = Static<typeof Destination>

/** What a person wants to see collected. Sizes are the page's claims in pixels; unknown ones pass. */
export const Filters = Type.Object(
  {
    /** Shortest side at least; 0 for any. */
    minSidePx: Type.Integer({ minimum: 0, maximum: 100_000 }),
    aspect: Type.Enum(['any', 'landscape', 'portrait', 'square']),
    /** File formats by the ending of the address, such as `jpg`; empty for all. Addresses without an ending pass. */
    formats: Type.Array(Type.Enum(['jpg', 'png', 'webp', 'gif', 'avif', 'svg']), { maxItems: 6 }),
    /** Hosts to leave out, with everything below them. */
    withoutHosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 200 }),
  },
  closed,
)
export type Filters = Static<typeof Filters>

/** A collect that goes on by itself, screen after screen; outlives the page it was started on. */
export const Run = Type.Object(
  {
    ...Destination.properties,
    engine: Type.String({ maxLength: 32 }),
    query,
    /** Tells the results it was begun on from all others; see `Reading`. It never goes on anywhere else. */
    results: Type.String({ maxLength: resultsChars }),
    /** When it was last under way, in milliseconds since 1970: after a while it does not go on by itself. */
    seenAtMs: Type.Integer({ minimum: 0 }),
    /** New originals to find in all. */
    wanted: Type.Integer({ minimum: 1, maximum: candidatesPerPress }),
    found: Type.Integer({ minimum: 0 }),
    /** Screens in a row that brought nothing new; survives the way to the next page of results. */
    barren: Type.Integer({ minimum: 0, maximum: 10_000 }),
    /** `paused`: the engine asks whether a person is searching; goes on by itself when it is answered. */
    state: Type.Enum(['running', 'paused']),
  },
  closed,
)
export type Run = Static<typeof Run>

/** Shapes of the questions to the background. */
export const asks = {
  /** Everything a bar or popup needs to draw itself for a tab. Classes are those of `dataset` or of the tab's own. */
  describe: Type.Object({ tabId, query, dataset: Type.Optional(DatasetName) }, closed),
  /** Remembers what the person chose for the tab while looking at the results for `query`. */
  choose: Type.Object({ tabId, query, ...Destination.properties }, closed),
  /** Takes candidates into the outbox. The same `pressId` again takes nothing twice. */
  collect: Type.Object(
    {
      pressId: BatchId,
      ...Destination.properties,
      origin: Origin,
      candidates: Type.Array(Candidate, { minItems: 1, maxItems: candidatesPerPress }),
      /** Part of the last collect of the tab: counted, shown and taken back together with it. */
      continues: Type.Boolean(),
    },
    closed,
  ),
  /** Takes the last collect of the tab back: what is still here, what waits at the server, and the pictures it brought. */
  undo: Type.Object({ tabId }, closed),
  /** Remembers filters for a dataset. */
  setFilters: Type.Object({ dataset: DatasetName, filters: Filters }, closed),
  /** Remembers the run of the tab, so that it goes on after the engine's question; `null` when it is over. */
  setRun: Type.Object({ tabId, run: Type.Union([Run, Type.Null()]) }, closed),
  /** Remembers how much of a page could be read, so that less than usual is noticed. */
  setYield: Type.Object(
    {
      engine: Type.String({ maxLength: 32 }),
      tiles: Type.Integer({ minimum: 1 }),
      originals: Type.Integer({ minimum: 0 }),
    },
    closed,
  ),
  /** What the dataset knows of these addresses. */
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
  /** What every code says, for pages: they carry none of it themselves. */
  sentences: Type.Object({}, closed),
  /** Style of the bar, as CSS; told for the same reason. */
  looks: Type.Object({}, closed),
  status: Type.Object({}, closed),
  pair: Type.Object({ code: Type.String({ minLength: 1, maxLength: 32 }) }, closed),
  forget: Type.Object({}, closed),
  settings: Type.Object({}, closed),
  /** Opens the options page. */
  openOptions: Type.Object({ section: Type.Optional(Type.Enum(['connection', 'sites'])) }, closed),
  /** Runs the content script in a tab whose site the person has just allowed. */
  enterTab: Type.Object({ tabId: Type.Integer({ minimum: 0 }) }, closed),
  /** The picture whose class the person wanted to choose after a click on it; `null` when there is none. */
  picture: Type.Object({ tabId: Type.Integer({ minimum: 0 }) }, closed),
  /** Collects that picture, if its first address is still `url`: another one may have been clicked on since. */
  addPicture: Type.Object(
    { tabId: Type.Integer({ minimum: 0 }), url: pictureUrl, ...Destination.properties },
    closed,
  ),
  /** Forgets that picture, but no other. */
  dropPicture: Type.Object({ tabId: Type.Integer({ minimum: 0 }), url: pictureUrl }, closed),
  /** Sites the person allowed beside the engines of the installation, and hosts that refuse the server. */
  sites: Type.Object({}, closed),
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

/** A name to pick, with the pictures the dataset or class holds where that is known. */
export interface Choice {
  readonly name: string
  readonly images: number | null
}

export interface TabView {
  readonly status: ServerStatus
  readonly isConsented: boolean
  readonly isMinimised: boolean
  /** Chosen in this tab, or suggested from what was used last and from the query. */
  readonly destination: Destination
  /** Latest first. */
  readonly datasets: readonly Choice[]
  /** Latest first, then what the query suggests. */
  readonly classes: readonly Choice[]
  /** Those remembered for the dataset of `destination`. */
  readonly filters: Filters
  /** The run this tab is in the middle of. */
  readonly run: Run | null
  /** Usual part of originals among the tiles of each engine, from 0 to 1, as far as pages were read before. */
  readonly usualOriginals: Readonly<Record<string, number>>
}

/** What a code says, and what is to be done about it. */
export interface Sentence {
  readonly say: string
  readonly hint: string
}
/** By error code. */
export type Sentences = Readonly<Record<string, Sentence>>

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
    /** The results it was made on. */
    readonly engine: string
    readonly query: string | null
    readonly candidates: number
    /** Candidates of this press still in the outbox. */
    readonly waiting: number
    readonly refused: number
    /** Why the server refused them. */
    readonly refusedCode: ErrorCode | null
    /** States of what the server took; `null` when it cannot be asked. */
    readonly counts: StateCounts | null
    readonly isUndone: boolean
  } | null
  /** Hosts that refused the server and would have to be opened to the browser's own fetching. */
  readonly refusingHosts: readonly RefusingHost[]
}

export interface RefusingHost {
  readonly host: string
  /** Match patterns to ask the browser for. */
  readonly origins: readonly string[]
  /** Pictures that wait for it. */
  readonly pictures: number
}

export interface SitesView {
  /** Origins allowed beside the engines of the installation, as match patterns. */
  readonly allowed: readonly string[]
  readonly refusing: readonly RefusingHost[]
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
  undo: Static<typeof UndoAnswer>
  setFilters: null
  setRun: null
  setYield: null
  enterTab: null
  picture: CandidateAt | null
  addPicture: Queued
  dropPicture: null
  sites: SitesView
  lookup: Static<typeof LookupAnswer>
  progress: TabProgress
  consent: null
  minimise: null
  sentences: Sentences
  looks: string
  status: ServerStatus
  pair: ServerStatus
  forget: null
  settings: SettingsView
  openOptions: null
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
  'undo',
  'setFilters',
  'setRun',
  'setYield',
  'lookup',
  'progress',
  'consent',
  'minimise',
  'sentences',
  'looks',
  'openOptions',
])

/** One picture of a page, with what the page says of it. */
export interface CandidateAt {
  readonly origin: Static<typeof Origin>
  readonly candidate: Static<typeof Candidate>
}

/** Bodies of every request and answer between extension, dashboard, command line and server. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { Candidate, Origin, sourceKinds } from './candidate.ts'
import { ClassLabel, DatasetId, DatasetName, DatasetSettings, DatasetSummary } from './dataset.ts'
import { ImageId, ImageSummary } from './image.ts'
import { limits } from './limits.ts'
import { CandidateStateSchema, StateCounts } from './outcome.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Identity of a batch: 32 lower-case hex digits of randomness, made once by its sender. */
export const BatchId = Type.String({ pattern: '^[0-9a-f]{32}$' })

/** Every refusal has this body. */
export const Problem = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    hint: Type.String(),
    facts: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
    ),
  },
  closed,
)
export type Problem = Static<typeof Problem>

// ── Greeting and pairing (no credential) ────────────────────────────────────────────────────────────────────────

/** Asks a server to prove that it is the paired one. An unpaired extension sends no `clientId`. */
export const Hello = Type.Object(
  {
    protocol: Type.Integer(),
    nonce: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    clientId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
  },
  closed,
)
export type Hello = Static<typeof Hello>

/** `proof` = HMAC-SHA-256 of the nonce bytes under the key agreed at pairing, hex; `null` for unknown clients. */
export const HelloAnswer = Type.Object({ protocol: Type.Integer(), proof: Nullable(Type.String()) }, closed)
export type HelloAnswer = Static<typeof HelloAnswer>

export const PairingClaim = Type.Object(
  {
    protocol: Type.Integer(),
    code: Type.String({ minLength: 1, maxLength: 32 }),
    clientName: Type.String({ minLength: 1, maxLength: 64 }),
  },
  closed,
)
export type PairingClaim = Static<typeof PairingClaim>

export const PairingGrant = Type.Object(
  { clientId: Type.String(), token: Type.String(), serverKey: Type.String() },
  closed,
)
export type PairingGrant = Static<typeof PairingGrant>

// ── The extension (bearer token, scope `collect`) ───────────────────────────────────────────────────────────────

/** What one press of Collect sends, at most {@link limits.candidatesPerBatch} at a time. */
export const Batch = Type.Object(
  {
    batchId: BatchId,
    /** Name of the dataset; made when there is none of that name. */
    dataset: DatasetName,
    /** Label of the class; made when there is none. */
    class: ClassLabel,
    origin: Origin,
    candidates: Type.Array(Candidate, { minItems: 1, maxItems: limits.candidatesPerBatch }),
  },
  closed,
)
export type Batch = Static<typeof Batch>

/** Durable proof that a batch was taken. The same batch always gets the same receipt. */
export const Receipt = Type.Object(
  {
    batchId: BatchId,
    datasetId: DatasetId,
    classId: Type.Integer(),
    /** New in the dataset. */
    accepted: Type.Integer({ minimum: 0 }),
    /** Already in the dataset, in whatever state and class. */
    known: Type.Integer({ minimum: 0 }),
    /** Candidates whose first address may never be fetched; recorded as rejected. */
    refused: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type Receipt = Static<typeof Receipt>

/** Asks how the candidates of some batches fare. */
export const ProgressQuery = Type.Object(
  { batchIds: Type.Array(BatchId, { minItems: 1, maxItems: 100 }) },
  closed,
)
export type ProgressQuery = Static<typeof ProgressQuery>

/** Counts over all candidates of the batches, also those known before. */
export const Progress = Type.Object({ counts: StateCounts }, closed)
export type Progress = Static<typeof Progress>

/** What the pickers of the extension need. Classes stand in order of last use, latest first. */
export const Vocabulary = Type.Object(
  {
    datasets: Type.Array(
      Type.Object(
        {
          id: DatasetId,
          name: DatasetName,
          classes: Type.Array(
            Type.Object(
              { label: ClassLabel, images: Type.Integer(), goal: Nullable(Type.Integer()) },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type Vocabulary = Static<typeof Vocabulary>

/** Asks what the dataset knows of these addresses. */
export const LookupQuery = Type.Object(
  {
    dataset: DatasetName,
    urls: Type.Array(Type.String({ maxLength: limits.urlChars }), {
      minItems: 1,
      maxItems: limits.candidatesPerBatch,
    }),
  },
  closed,
)
export type LookupQuery = Static<typeof LookupQuery>

/** What the dataset knows of a candidate. */
export const Known = Type.Object(
  {
    state: CandidateStateSchema,
    /** Reason of the outcome, or of the last try while it waits. */
    code: Nullable(Type.String()),
    /** Class of the picture it led to or was found to repeat; the candidate's own where there is none. */
    class: ClassLabel,
    /** Only a thumbnail of it is held. */
    isThumbnail: Type.Boolean(),
  },
  closed,
)
export type Known = Static<typeof Known>

/** One answer per address, in order; `null` for those the dataset does not know. */
export const LookupAnswer = Type.Object({ known: Type.Array(Nullable(Known)) }, closed)
export type LookupAnswer = Static<typeof LookupAnswer>

/** Takes back what batches of one's own brought: what waits is cancelled, pictures they brought go with their files. */
export const UndoQuery = Type.Object(
  { batchIds: Type.Array(BatchId, { minItems: 1, maxItems: limits.batchesPerUndo }) },
  closed,
)
export type UndoQuery = Static<typeof UndoQuery>

/** Durable from the moment it is answered; files are taken away in the background. */
export const UndoAnswer = Type.Object(
  {
    /** Candidates that were taken back. */
    candidates: Type.Integer({ minimum: 0 }),
    /** Pictures among them. */
    images: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type UndoAnswer = Static<typeof UndoAnswer>

/** A picture whose host refused the server and which the person's own browser may be able to fetch. */
export const BrowserFetch = Type.Object(
  {
    datasetId: DatasetId,
    candidateId: Type.Integer(),
    /** Place of the way among the candidate's sources. */
    position: Type.Integer({ minimum: 0 }),
    url: Type.String(),
    /** Why the server could not get it. */
    code: Type.String(),
  },
  closed,
)
export type BrowserFetch = Static<typeof BrowserFetch>

/** A name of a host, as `URL` gives it, without a port. */
const HostName = Type.String({ minLength: 1, maxLength: 253 })

/** Asks for the pictures of one's own batches that wait for the browser. Asking says that the browser is there. */
export const BrowserFetchesQuery = Type.Object(
  {
    /** Only those of these very hosts; of all when absent. */
    hosts: Type.Optional(Type.Array(HostName, { maxItems: 100 })),
    /** This browser may not fetch from these hosts (yet): nobody waits for it, but it is asked all the same. */
    withoutHosts: Type.Optional(Type.Array(HostName, { maxItems: 100 })),
  },
  closed,
)
export type BrowserFetchesQuery = Static<typeof BrowserFetchesQuery>

export const BrowserFetches = Type.Object(
  {
    /** At most 100: those that keep a candidate waiting first, then the longest waiting. */
    fetches: Type.Array(BrowserFetch),
    /** All hosts, asked for or not, of which pictures wait; at most 100, most pictures first. */
    waiting: Type.Array(
      Type.Object(
        {
          host: Type.String(),
          scheme: Type.Enum(['http', 'https']),
          pictures: Type.Integer({ minimum: 1 }),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type BrowserFetches = Static<typeof BrowserFetches>

/** Query of the address to which the bytes are posted as `application/octet-stream`. */
export const BrowserBytesQuery = Type.Object(
  {
    datasetId: DatasetId,
    candidateId: Type.Integer(),
    position: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type BrowserBytesQuery = Static<typeof BrowserBytesQuery>

/** The browser could not get it either. */
export const BrowserRefusal = Type.Object(
  {
    ...BrowserBytesQuery.properties,
    code: Type.Enum(['BROWSER_FETCH_REFUSED', 'BROWSER_FETCH_FAILED', 'BROWSER_FETCH_TOO_LARGE']),
  },
  closed,
)
export type BrowserRefusal = Static<typeof BrowserRefusal>

// ── The dashboard (session cookie) and the command line (bearer token, scope `owner`) ───────────────────────────

export const SessionClaim = Type.Object({ code: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
export type SessionClaim = Static<typeof SessionClaim>
/** The value the dashboard sends in the header `x-gleaner-csrf`, beside its cookie. */
export const Session = Type.Object({ csrf: Type.String() }, closed)
export type Session = Static<typeof Session>

export const PairingCode = Type.Object({ code: Type.String(), expiresInMs: Type.Integer() }, closed)
export type PairingCode = Static<typeof PairingCode>

export const Client = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    origin: Nullable(Type.String()),
    pairedAtMs: Type.Integer(),
    lastSeenAtMs: Nullable(Type.Integer()),
  },
  closed,
)
export type Client = Static<typeof Client>
export const Clients = Type.Object({ clients: Type.Array(Client) }, closed)
export type Clients = Static<typeof Clients>

/** Where the first run stands. */
export const Setup = Type.Object(
  {
    /** Folder to load as unpacked extension. */
    extensionFolder: Type.String(),
    extensionSeen: Type.Boolean(),
    paired: Type.Boolean(),
    collected: Type.Boolean(),
    homeFolder: Type.String(),
    version: Type.String(),
  },
  closed,
)
export type Setup = Static<typeof Setup>

/** What the ingest is doing, or why it is not. */
export const idleReasons = [
  'working',
  'nothing-queued',
  'hosts-backing-off',
  'network-down',
  'disk-full',
  'stopping',
] as const
export const Activity = Type.Object(
  {
    reason: Type.Enum([...idleReasons]),
    inHand: Type.Integer({ minimum: 0 }),
    queued: Type.Integer({ minimum: 0 }),
    /** Outcomes per second over the last half minute. */
    perSecond: Type.Number({ minimum: 0 }),
    /** Estimate; `null` when nothing is queued or nothing moves. */
    remainingMs: Nullable(Type.Integer({ minimum: 0 })),
    hosts: Type.Array(
      Type.Object(
        { host: Type.String(), queued: Type.Integer(), inHand: Type.Integer(), waitMs: Type.Integer() },
        closed,
      ),
    ),
  },
  closed,
)
export type Activity = Static<typeof Activity>

export const Overview = Type.Object(
  {
    setup: Setup,
    activity: Activity,
    datasets: Type.Array(DatasetSummary),
    /** Datasets that could not be opened; absent when there are none. */
    broken: Type.Optional(
      Type.Array(Type.Object({ id: Type.String(), code: Type.String(), message: Type.String() }, closed)),
    ),
  },
  closed,
)
export type Overview = Static<typeof Overview>

/** Names of the events of `GET /api/events`; each carries JSON of the type beside it. */
export const ServerEvent = Type.Union([
  Type.Object({ type: Type.Literal('overview'), overview: Overview }, closed),
  /** Something in a dataset changed: pages showing it should ask again. */
  Type.Object({ type: Type.Literal('changed'), datasetId: DatasetId }, closed),
])
export type ServerEvent = Static<typeof ServerEvent>

export const NewDataset = Type.Object({ name: DatasetName }, closed)
export type NewDataset = Static<typeof NewDataset>

export const DatasetDetail = Type.Object({ ...DatasetSummary.properties, settings: DatasetSettings }, closed)
export type DatasetDetail = Static<typeof DatasetDetail>

export const DatasetPatch = Type.Object(
  { name: Type.Optional(DatasetName), settings: Type.Optional(DatasetSettings) },
  closed,
)
export type DatasetPatch = Static<typeof DatasetPatch>

export const NewClass = Type.Object(
  { label: ClassLabel, goal: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))) },
  closed,
)
export type NewClass = Static<typeof NewClass>
export const ClassPatch = Type.Object(
  { goal: Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 })) },
  closed,
)
export type ClassPatch = Static<typeof ClassPatch>

/** Newest first. `cursor` asks for the page after; `null` when this was the last. */
export const ImagePage = Type.Object(
  { images: Type.Array(ImageSummary), cursor: Nullable(Type.String()) },
  closed,
)
export type ImagePage = Static<typeof ImagePage>

/** One row of the activity list. */
export const CandidateRow = Type.Object(
  {
    id: Type.Integer(),
    state: CandidateStateSchema,
    /** Reason of the outcome, or of the last try while it waits; `null` before the first. */
    code: Nullable(Type.String()),
    classLabel: Type.String(),
    url: Type.String(),
    host: Type.String(),
    /** Which way to the picture led to the outcome. */
    sourceKind: Nullable(Type.Enum([...sourceKinds])),
    title: Nullable(Type.String()),
    imageId: Nullable(ImageId),
    distanceBits: Nullable(Type.Integer()),
    /** Why the decision was made, in one sentence. */
    explanation: Nullable(Type.String()),
    attempts: Type.Integer(),
    updatedAtMs: Type.Integer(),
  },
  closed,
)
export type CandidateRow = Static<typeof CandidateRow>
export const CandidatePage = Type.Object(
  { candidates: Type.Array(CandidateRow), cursor: Nullable(Type.String()) },
  closed,
)
export type CandidatePage = Static<typeof CandidatePage>

/** How many candidates ended (or wait) with each state and reason. */
export const ReasonCounts = Type.Object(
  {
    reasons: Type.Array(
      Type.Object(
        { state: CandidateStateSchema, code: Nullable(Type.String()), count: Type.Integer() },
        closed,
      ),
    ),
  },
  closed,
)
export type ReasonCounts = Static<typeof ReasonCounts>

/** Puts candidates back into the queue: all that ended with `code`, or the ones named. */
export const RetryQuery = Type.Object(
  {
    code: Type.Optional(Type.String({ maxLength: 64 })),
    candidateIds: Type.Optional(Type.Array(Type.Integer(), { minItems: 1, maxItems: 500 })),
  },
  closed,
)
export type RetryQuery = Static<typeof RetryQuery>
export const Affected = Type.Object({ affected: Type.Integer({ minimum: 0 }) }, closed)
export type Affected = Static<typeof Affected>

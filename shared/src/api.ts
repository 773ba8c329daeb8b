/** Bodies of greeting and pairing, and of what dashboard and command line ask of the server. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { Activity } from './activity.ts'
import { ActSummary } from './acts.ts'
import { sourceKinds } from './candidate.ts'
import { ClassLabel, DatasetId, DatasetName, DatasetSettings, DatasetSummary } from './dataset.ts'
import { ExportSummary } from './exports.ts'
import { ImageId, ImageSummary } from './image.ts'
import { CandidateStateSchema } from './outcome.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

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
  /** How an act stands: once when it is done, and again and again while it goes on. */
  Type.Object({ type: Type.Literal('act'), datasetId: DatasetId, act: ActSummary }, closed),
  /** How an export stands, again and again while it is written. */
  Type.Object({ type: Type.Literal('export'), datasetId: DatasetId, export: ExportSummary }, closed),
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

/** What a paired extension and the server say to each other (bearer token, scope `collect`). */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { Candidate, Origin } from './candidate.ts'
import { ClassLabel, DatasetId, DatasetName } from './dataset.ts'
import { limits } from './limits.ts'
import { CandidateStateSchema, StateCounts } from './outcome.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Identity of a batch: 32 lower-case hex digits of randomness, made once by its sender. */
export const BatchId = Type.String({ pattern: '^[0-9a-f]{32}$' })

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

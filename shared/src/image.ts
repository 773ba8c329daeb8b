import type { Static } from 'typebox'
import { Type } from 'typebox'
import { LicenseClaim, SearchFilters, sourceKinds } from './candidate.ts'
import { splitNames } from './split-name.ts'

/** Identity of a picture and stem of its file name: 20 lower-case hex digits. */
export const ImageId = Type.String({ pattern: '^[0-9a-f]{20}$' })

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const closed = { additionalProperties: false } as const

/** A picture as the gallery lists it. */
export const ImageSummary = Type.Object(
  {
    id: ImageId,
    classId: Type.Integer(),
    /** Size of the rendered picture in pixels. */
    width: Type.Integer(),
    height: Type.Integer(),
    title: Nullable(Type.String()),
    isThumbnail: Type.Boolean(),
    storedAtMs: Type.Integer(),
  },
  closed,
)
export type ImageSummary = Static<typeof ImageSummary>

/** One time the picture was seen on a results page. */
export const Sighting = Type.Object(
  {
    candidateId: Type.Integer(),
    engine: Type.String(),
    query: Nullable(Type.String()),
    pageUrl: Nullable(Type.String()),
    landingUrl: Nullable(Type.String()),
    title: Nullable(Type.String()),
    rank: Nullable(Type.Integer()),
    seenAtMs: Type.Integer(),
    /** As the page said it; nobody has checked it. */
    license: Nullable(LicenseClaim),
    /** By which the search was narrowed. */
    filters: Nullable(SearchFilters),
  },
  closed,
)
export type Sighting = Static<typeof Sighting>

/** One request on the way to a picture. */
export const Hop = Type.Object(
  { url: Type.String(), peerIp: Nullable(Type.String()), status: Nullable(Type.Integer()) },
  closed,
)
export type Hop = Static<typeof Hop>

/** One try to fetch one way to a picture, with all its redirects. */
export const Attempt = Type.Object(
  {
    sourceKind: Type.Enum([...sourceKinds]),
    url: Type.String(),
    startedAtMs: Type.Integer(),
    tookMs: Type.Integer(),
    /** `STORED` family when it succeeded, otherwise the reason it did not. */
    code: Type.String(),
    /** None where the browser fetched. */
    hops: Type.Array(Hop),
    /** The person's own browser fetched it, because the host refused the server. */
    isFromBrowser: Type.Boolean(),
  },
  closed,
)
export type Attempt = Static<typeof Attempt>

/** Another picture of the dataset that looks alike but was kept apart. */
export const NearPair = Type.Object({ imageId: ImageId, distanceBits: Type.Integer() }, closed)
export type NearPair = Static<typeof NearPair>

/** Everything known about a picture. */
export const ImageDetail = Type.Object(
  {
    ...ImageSummary.properties,
    classLabel: Type.String(),
    /** Path below the dataset's folder. */
    file: Type.String(),
    sizeBytes: Type.Integer(),
    digest: Type.String(),
    original: Type.Object(
      {
        width: Type.Integer(),
        height: Type.Integer(),
        format: Type.String(),
        sizeBytes: Type.Integer(),
        digest: Type.String(),
        /** Path below the dataset's folder; `null` when originals are not kept. */
        file: Nullable(Type.String()),
      },
      closed,
    ),
    perceptualHash: Nullable(Type.String()),
    blockHash: Nullable(Type.String()),
    /** PDQ quality of the picture, 0 to 100; below 50 it is not compared by look. */
    qualityScore: Type.Integer(),
    rights: Type.Record(Type.String(), Type.String()),
    /** The split it has a place in. */
    split: Nullable(Type.Enum([...splitNames])),
    /** Whether a person holds it there. */
    isPinned: Type.Boolean(),
    /** Groups of pictures that a person keeps on one side, and that it is one of. */
    chosenGroups: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() }, closed)),
    sightings: Type.Array(Sighting),
    attempts: Type.Array(Attempt),
    nearPairs: Type.Array(NearPair),
    duplicates: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type ImageDetail = Static<typeof ImageDetail>

/** A version of a dataset: which pictures, labels, boxes and splits, for good. Its content gives it its digest. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { LicenseClaim } from './candidate.ts'
import { ClassLabel, DatasetId, DatasetName, DatasetSettings } from './dataset.ts'
import { ImageId } from './image.ts'
import { LeakCertificate, SplitPlan, splitNames } from './splits.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** In pixels of the upright original; the origin is its top left corner. */
export const Rectangle = Type.Object(
  {
    x: Type.Number({ minimum: 0 }),
    y: Type.Number({ minimum: 0 }),
    width: Type.Number({ exclusiveMinimum: 0 }),
    height: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
)
export type Rectangle = Static<typeof Rectangle>

/** Where something is in a picture. */
export const Box = Type.Object(
  {
    ...Rectangle.properties,
    label: ClassLabel,
    /** Who drew it: the name of a client, `dashboard`, `command line`, or where it was imported from. */
    author: Type.String({ minLength: 1, maxLength: 80 }),
  },
  closed,
)
export type Box = Static<typeof Box>

/** One line of a version. Lines are in the order of ids, keys in this order. */
export const VersionImage = Type.Object(
  {
    id: ImageId,
    label: ClassLabel,
    split: Nullable(Type.Enum([...splitNames])),
    fold: Nullable(Type.Integer({ minimum: 0 })),
    /** In [0, 1): with `trial` below a share, the picture belongs to the trial subset of that share; `null` outside train. */
    trial: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
    /** Pictures of one group are never in different splits; the smallest id of the group. */
    group: ImageId,
    /** The picture as rendered under `images/`. */
    rendered: Type.Object(
      { digest: Digest, width: Type.Integer(), height: Type.Integer(), sizeBytes: Type.Integer() },
      closed,
    ),
    original: Type.Object(
      {
        digest: Digest,
        format: Type.String(),
        width: Type.Integer(),
        height: Type.Integer(),
        sizeBytes: Type.Integer(),
        isKept: Type.Boolean(),
      },
      closed,
    ),
    perceptualHash: Nullable(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    isThumbnail: Type.Boolean(),
    crop: Nullable(Rectangle),
    boxes: Type.Array(Box),
    title: Nullable(Type.String()),
    /** Where the bytes came from, without credentials; `null` for imported files. */
    sourceUrl: Nullable(Type.String()),
    landingUrl: Nullable(Type.String()),
    engine: Nullable(Type.String()),
    query: Nullable(Type.String()),
    license: Nullable(LicenseClaim),
    /** What the file itself says about its rights. */
    rights: Type.Record(Type.String(), Type.String()),
    storedAtMs: Type.Integer(),
  },
  closed,
)
export type VersionImage = Static<typeof VersionImage>

export const VersionClass = Type.Object(
  {
    label: ClassLabel,
    folder: Type.String(),
    parent: Nullable(ClassLabel),
    description: Type.String(),
    synonyms: Type.Array(ClassLabel),
  },
  closed,
)
export type VersionClass = Static<typeof VersionClass>

/** The first line of a version's file. The digest of a version is the SHA-256 of all of its lines. */
export const VersionHeader = Type.Object(
  {
    schema: Type.Literal(1),
    dataset: DatasetName,
    /** In the order of their labels by code point, which is the order of class indices in every export. */
    classes: Type.Array(VersionClass),
    render: DatasetSettings.properties.render,
    plan: Nullable(SplitPlan),
    images: Count,
    /** How the dataset was collected until then. */
    ledger: Type.Optional(
      Type.Object(
        {
          honourOptOut: Type.Boolean(),
          honourRobots: Type.Boolean(),
          /** Candidates that were rejected, by reason; most first. */
          rejected: Type.Array(Type.Object({ code: Type.String(), count: Count }, closed)),
          optedOut: Count,
          duplicates: Count,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type VersionHeader = Static<typeof VersionHeader>

export const NewVersion = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Leaves out pictures that nobody has kept in review. */
    onlyKept: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type NewVersion = Static<typeof NewVersion>

/** Nothing else of a version can be changed. */
export const VersionPatch = Type.Partial(
  Type.Object(
    { name: Type.String({ minLength: 1, maxLength: 80 }), description: Type.String({ maxLength: 2000 }) },
    closed,
  ),
  closed,
)
export type VersionPatch = Static<typeof VersionPatch>

export const VersionSummary = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String(),
    description: Type.String(),
    digest: Digest,
    createdAtMs: Type.Integer(),
    by: Type.String(),
    images: Count,
    classes: Count,
    splits: Type.Object({ train: Count, validation: Count, test: Count, none: Count }, closed),
    sizeBytes: Count,
    /** Pictures of it whose files are no longer here, because the trash was emptied since. */
    gone: Count,
    certificate: LeakCertificate,
  },
  closed,
)
export type VersionSummary = Static<typeof VersionSummary>

/** Newest first. */
export const VersionList = Type.Object({ versions: Type.Array(VersionSummary) }, closed)
export type VersionList = Static<typeof VersionList>

/** What became of pictures from one version to another. A picture may have been relabelled and re-rendered. */
export const versionChanges = ['added', 'removed', 'relabelled', 'resplit', 'rerendered', 'reboxed'] as const
export type VersionChange = (typeof versionChanges)[number]
export const VersionDiff = Type.Object(
  {
    from: Type.Integer({ minimum: 1 }),
    to: Type.Integer({ minimum: 1 }),
    counts: Type.Object(
      Object.fromEntries(versionChanges.map(change => [change, Count])) as {
        [C in VersionChange]: typeof Count
      },
      closed,
    ),
    byClass: Type.Array(
      Type.Object(
        { label: ClassLabel, before: Count, after: Count, added: Count, removed: Count, moved: Count },
        closed,
      ),
    ),
    /** In the order of ids; the first of them. */
    images: Type.Array(
      Type.Object(
        {
          id: ImageId,
          changes: Type.Array(Type.Enum([...versionChanges])),
          before: Nullable(Type.Object({ label: ClassLabel, split: Nullable(Type.String()) }, closed)),
          after: Nullable(Type.Object({ label: ClassLabel, split: Nullable(Type.String()) }, closed)),
        },
        closed,
      ),
    ),
    cursor: Nullable(ImageId),
  },
  closed,
)
export type VersionDiff = Static<typeof VersionDiff>

/** What an export's own files say of it, in `gleaner-export.json`: enough to check it without the index. */
export const ExportRecord = Type.Object(
  {
    schema: Type.Literal(1),
    datasetId: DatasetId,
    dataset: DatasetName,
    version: Type.Object({ name: Type.String(), digest: Digest }, closed),
    format: Type.String(),
    request: Type.Unknown(),
    images: Count,
    splits: Type.Record(Type.String(), Count),
    classes: Type.Array(
      // The name is that of its folder.
      Type.Object({ label: ClassLabel, name: Type.Optional(Type.String()), images: Count }, closed),
    ),
    certificate: LeakCertificate,
    /** Every file but this one, by path: its size and SHA-256. */
    files: Type.Array(Type.Object({ path: Type.String(), sizeBytes: Count, digest: Digest }, closed)),
  },
  closed,
)
export type ExportRecord = Static<typeof ExportRecord>

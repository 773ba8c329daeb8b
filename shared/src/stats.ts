/** What a dataset is made of: everything its overview shows that the live overview does not carry. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ActSummary } from './acts.ts'
import { FacetCounts, Histogram } from './gallery.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

export const ClassStats = Type.Object(
  {
    classId: Type.Integer({ minimum: 1 }),
    label: Type.String(),
    images: Count,
    /** Pictures nobody has looked at in a review. */
    unreviewed: Count,
    unsure: Count,
    goal: Nullable(Count),
    /** Pictures wanting to the goal; 0 without one. */
    missing: Count,
  },
  closed,
)
export type ClassStats = Static<typeof ClassStats>

/** Classes so unlike in size that a model would learn the large one: told from a ratio of 3 on. */
export const Imbalance = Type.Object(
  {
    largestClassId: Type.Integer({ minimum: 1 }),
    smallestClassId: Type.Integer({ minimum: 1 }),
    /** Pictures of the largest class divided by those of the smallest; classes without pictures do not count. */
    ratio: Type.Number({ minimum: 1 }),
  },
  closed,
)
export type Imbalance = Static<typeof Imbalance>

export const DiskUse = Type.Object(
  {
    imagesBytes: Count,
    originalsBytes: Count,
    /** Files of pictures in the trash. */
    trashBytes: Count,
    /** The index, and what is made from it to be quicker. */
    indexBytes: Count,
    /** Small copies for the gallery; they are made anew when they are gone. */
    cacheBytes: Count,
    /** Left on the disk. */
    freeBytes: Count,
  },
  closed,
)
export type DiskUse = Static<typeof DiskUse>

export const DatasetStats = Type.Object(
  {
    images: Count,
    /** In the trash. */
    trash: Count,
    classes: Type.Array(ClassStats),
    /** The most frequent values; `rest` counts the others. */
    origins: FacetCounts,
    engines: FacetCounts,
    hosts: FacetCounts,
    licenses: FacetCounts,
    /** Shortest sides of originals: binary logarithm of pixels. */
    sides: Histogram,
    /** Width over height of originals: binary logarithm, -2 to 2. */
    aspects: Histogram,
    imbalance: Nullable(Imbalance),
    disk: DiskUse,
    /** Acts under way, oldest first. */
    running: Type.Array(ActSummary),
  },
  closed,
)
export type DatasetStats = Static<typeof DatasetStats>

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { limits } from './limits.ts'
import { StateCounts } from './outcome.ts'

/** Folder name of a dataset; its identity in addresses. */
export const DatasetId = Type.String({ minLength: 1, maxLength: 80, pattern: '^[a-z0-9_][a-z0-9_-]*$' })
export const DatasetName = Type.String({ minLength: 1, maxLength: limits.datasetChars })
export const ClassLabel = Type.String({ minLength: 1, maxLength: limits.classChars })

/** How pictures are brought to the size of the dataset: never cut, cut to a square, or padded to a square. */
export const fits = ['inside', 'cover', 'pad'] as const
export type Fit = (typeof fits)[number]

/** How finely a filed JPEG keeps colour: for blocks of 2 × 2 pixels, or for every pixel (larger files). */
export const chromas = ['4:2:0', '4:4:4'] as const
export type Chroma = (typeof chromas)[number]

/**
 * What becomes of a copy of a held picture (`shared/src/duplicates.ts`) that is not the very same file or the very same
 * pixels: it is dropped, unless it is the better one and takes the place of what is held; or it is kept beside it, in one
 * group, for a person to review. Separate shots of one scene are kept either way.
 */
export const nearDuplicatePolicies = ['drop', 'keep'] as const
export type NearDuplicatePolicy = (typeof nearDuplicatePolicies)[number]

/** What a dataset does with what arrives. Every value has a default in {@link defaultSettings}. */
export const DatasetSettings = Type.Object(
  {
    render: Type.Object(
      {
        fit: Type.Enum([...fits]),
        /** Longest side (`inside`) or side of the square, in pixels. Smaller pictures are not enlarged by `inside`. */
        sidePx: Type.Integer({ minimum: 32, maximum: 4096 }),
        /** JPEG quality. */
        quality: Type.Integer({ minimum: 40, maximum: 100 }),
        /** Colour around a padded picture and behind transparent ones, `#rrggbb`. */
        background: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
        chroma: Type.Enum([...chromas]),
        /** Whether Huffman tables are made for each picture: files a few percent smaller, encoding takes longer. */
        optimizeCoding: Type.Boolean(),
        /**
         * Whether a JPEG that is small enough already (`inside` only; upright, sRGB) keeps its compressed pixels
         * instead of being encoded again. Metadata is dropped all the same; `quality`, `chroma` and `optimizeCoding`
         * do not apply to it.
         */
        keepFitting: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    accept: Type.Object(
      {
        /** Shortest side of the original, in pixels. */
        minSidePx: Type.Integer({ minimum: 10, maximum: 4096 }),
        maxMegapixels: Type.Number({ minimum: 1, maximum: 100 }),
        /** Long side over short side. */
        maxAspect: Type.Number({ minimum: 1, maximum: 100 }),
        maxFileMiB: Type.Integer({ minimum: 1, maximum: 200 }),
        /** Whether a thumbnail may stand in for an original that cannot be had. */
        thumbnails: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    nearDuplicates: Type.Object(
      {
        policy: Type.Enum([...nearDuplicatePolicies]),
        /** At this distance (bits of 256) or below, what the pixels confirm to be a copy is dropped (`drop`). */
        decideBits: Type.Integer({ minimum: 0, maximum: 96 }),
        /** At this distance or below, pictures are compared by their pixels; copies further apart are left to a person. */
        proposeBits: Type.Integer({ minimum: 0, maximum: 96 }),
      },
      { additionalProperties: false },
    ),
    /** Whether the bytes as fetched are kept beside the rendered picture. */
    keepOriginals: Type.Boolean(),
    /** Whether signals of hosts against machine learning are obeyed. */
    honourOptOut: Type.Boolean(),
    /** Whether the robots.txt of hosts is obeyed. */
    honourRobots: Type.Boolean(),
    /** Whether hosts are told the landing page of the picture, as a browser would. Some refuse a request without. */
    sendReferer: Type.Boolean(),
    /** For how many days what was removed can be put back; with 0 until the trash is emptied. */
    trashDays: Type.Integer({ minimum: 0, maximum: 3650 }),
  },
  { additionalProperties: false },
)
export type DatasetSettings = Static<typeof DatasetSettings>

export const defaultSettings: DatasetSettings = {
  render: {
    fit: 'inside',
    sidePx: 512,
    quality: 92,
    background: '#ffffff',
    chroma: '4:2:0',
    optimizeCoding: false,
    keepFitting: false,
  },
  accept: { minSidePx: 64, maxMegapixels: 50, maxAspect: 20, maxFileMiB: 30, thumbnails: true },
  nearDuplicates: { policy: 'drop', decideBits: 80, proposeBits: 80 },
  keepOriginals: true,
  honourOptOut: true,
  honourRobots: true,
  sendReferer: false,
  trashDays: 30,
}

export const ClassSummary = Type.Object(
  {
    id: Type.Integer(),
    label: ClassLabel,
    /** Folder under `images/`. */
    folder: Type.String(),
    /** Pictures in the folder. */
    images: Type.Integer({ minimum: 0 }),
    /** How many a person wants; `null` when no goal is set. */
    goal: Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()]),
    /** `#rrggbb`; `null` lets the dashboard choose. */
    color: Type.Union([Type.String(), Type.Null()]),
    description: Type.String(),
    synonyms: Type.Array(ClassLabel),
    /** The superclass; classes nest one level. */
    parentId: Type.Union([Type.Integer(), Type.Null()]),
    counts: StateCounts,
  },
  { additionalProperties: false },
)
export type ClassSummary = Static<typeof ClassSummary>

/** What waits for a decision about copies (`duplicates.ts`). */
export const DuplicateCounts = Type.Object(
  {
    /** Open groups of copies. */
    groups: Type.Integer({ minimum: 0 }),
    /** Open groups of separate shots. */
    bursts: Type.Integer({ minimum: 0 }),
    /** Groups a person decided to keep together. */
    kept: Type.Integer({ minimum: 0 }),
    conflicts: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)
export type DuplicateCounts = Static<typeof DuplicateCounts>

export const DatasetSummary = Type.Object(
  {
    id: DatasetId,
    name: DatasetName,
    /** Absolute path of the dataset's folder on this machine. */
    folder: Type.String(),
    createdAtMs: Type.Integer(),
    images: Type.Integer({ minimum: 0 }),
    counts: StateCounts,
    review: DuplicateCounts,
    classes: Type.Array(ClassSummary),
  },
  { additionalProperties: false },
)
export type DatasetSummary = Static<typeof DatasetSummary>

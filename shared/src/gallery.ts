/** Which pictures are listed, in which order: one filter for the gallery, for bulk acts, for the command line. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ClassLabel } from './dataset.ts'
import { ImageId, ImageSummary } from './image.ts'
import { QualityScores, qualityMeasures } from './quality.ts'
import { splitNames } from './split-name.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })
const named = (maxLength: number) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength }), { minItems: 1, maxItems: 50, uniqueItems: true }),
  )
const Range = (minimum: number, maximum: number) =>
  Type.Optional(
    Type.Object(
      {
        min: Type.Optional(Type.Number({ minimum, maximum })),
        max: Type.Optional(Type.Number({ minimum, maximum })),
      },
      closed,
    ),
  )

/** What a person said about a picture in review; `none` when nobody has looked at it. */
export const reviewMarks = ['none', 'kept', 'unsure'] as const
export type ReviewMark = (typeof reviewMarks)[number]

/** Held pictures lie in their class folder; pictures in the trash can be put back until it is emptied. */
export const imagePlaces = ['held', 'trash'] as const
export type ImagePlace = (typeof imagePlaces)[number]

/** Under which terms pictures are offered, by the name of the claim: claims that are alike are counted together. */
export const licenseFamilies = [
  'public-domain',
  'cc-by',
  'cc-by-sa',
  'cc-by-nc',
  'cc-by-nd',
  'other',
  'none',
] as const
export type LicenseFamily = (typeof licenseFamilies)[number]

/** The split a picture has a place in; `none` when it was given none. */
export const gallerySplits = ['none', ...splitNames] as const
export type GallerySplit = (typeof gallerySplits)[number]

/** Every part narrows; several values of one part widen it. Without any part: everything that is held. */
export const GalleryFilter = Type.Object(
  {
    place: Type.Optional(Type.Enum([...imagePlaces])),
    classIds: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 1000 })),
    marks: Type.Optional(Type.Array(Type.Enum([...reviewMarks]), { minItems: 1, maxItems: 3 })),
    /** How the picture came: as an original, by replacing a smaller copy, or as a thumbnail. */
    origins: Type.Optional(
      Type.Array(Type.Enum(['original', 'upgraded', 'thumbnail']), { minItems: 1, maxItems: 3 }),
    ),
    /** A picture that is left out because it is near to two splits is found by the place it was given. */
    splits: Type.Optional(Type.Array(Type.Enum([...gallerySplits]), { minItems: 1, maxItems: 4 })),
    engines: named(32),
    queries: named(512),
    /** Registrable names, as the activity page shows them. */
    hosts: named(255),
    licenses: Type.Optional(Type.Array(Type.Enum([...licenseFamilies]), { minItems: 1, maxItems: 7 })),
    /** Shortest side of the original, in pixels. */
    sidePx: Range(1, 1_000_000),
    /** Width over height of the original, to seven digits. */
    aspect: Range(0.001, 1000),
    storedAtMs: Range(0, Number.MAX_SAFE_INTEGER),
    scores: Type.Optional(
      Type.Object(
        Object.fromEntries(qualityMeasures.map(measure => [measure, Range(0, 100)])) as {
          [M in (typeof qualityMeasures)[number]]: ReturnType<typeof Range>
        },
        closed,
      ),
    ),
    /** Whether it belongs to a group of copies or shots, or to this one. */
    group: Type.Optional(Type.Union([Type.Enum(['any', 'none']), Type.Integer({ minimum: 1 })])),
    /**
     * Words, each of which is part of a word in the title, in the address of the picture or in that of its landing page.
     * Upper and lower case are alike, and so are letters with and without accents.
     */
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  closed,
)
export type GalleryFilter = Static<typeof GalleryFilter>

/**
 * By what pictures are ordered. Pictures that are equal follow in the order they were stored; those without a title, a
 * host or a score come last. Of titles the first 16 letters count.
 */
export const gallerySorts = [
  'stored',
  'side',
  'aspect',
  'bytes',
  'title',
  'host',
  'class',
  ...qualityMeasures,
] as const
export type GallerySort = (typeof gallerySorts)[number]

export const GalleryOrder = Type.Object(
  { by: Type.Enum([...gallerySorts]), isDescending: Type.Boolean() },
  closed,
)
export type GalleryOrder = Static<typeof GalleryOrder>
export const newestFirst: GalleryOrder = { by: 'stored', isDescending: true }

export const GalleryImage = Type.Object(
  {
    ...ImageSummary.properties,
    classLabel: ClassLabel,
    place: Type.Enum([...imagePlaces]),
    mark: Type.Enum([...reviewMarks]),
    /** Of the original, in pixels. */
    originalWidth: Type.Integer(),
    originalHeight: Type.Integer(),
    host: Nullable(Type.String()),
    engine: Nullable(Type.String()),
    /** `null` until they have been computed. */
    scores: Nullable(QualityScores),
  },
  closed,
)
export type GalleryImage = Static<typeof GalleryImage>

/** Pictures from `offset` on, of all that the filter takes. */
export const GalleryPage = Type.Object(
  {
    images: Type.Array(GalleryImage),
    offset: Count,
    /** How many the filter takes in all. */
    total: Count,
    /** Another value whenever what a filter takes or its order may have changed; `reading` while the index is being read. */
    revision: Type.String(),
    /** Asks for the pictures after the last one, whatever came or went before it; `null` when it was the last. */
    cursor: Nullable(Type.String()),
  },
  closed,
)
export type GalleryPage = Static<typeof GalleryPage>

/** What pictures can be counted by. */
export const galleryFacets = [
  'class',
  'mark',
  'split',
  'origin',
  'engine',
  'query',
  'host',
  'license',
] as const
export type GalleryFacet = (typeof galleryFacets)[number]

/**
 * The most frequent values among what the filter takes, most frequent first; `rest` counts all others together. A picture
 * that several engines or queries found counts for each.
 */
export const FacetCounts = Type.Object(
  {
    facet: Type.Enum([...galleryFacets]),
    values: Type.Array(Type.Object({ value: Type.String(), label: Type.String(), count: Count }, closed)),
    rest: Count,
    total: Count,
  },
  closed,
)
export type FacetCounts = Static<typeof FacetCounts>

/**
 * How many pictures fall into each of equal steps from `min` to below `max`. Of aspects it is log2(width / height), from -2
 * to 2; what lies beyond counts at the ends.
 */
export const Histogram = Type.Object(
  { min: Type.Number(), max: Type.Number(), counts: Type.Array(Count) },
  closed,
)
export type Histogram = Static<typeof Histogram>

/** A filter a person gave a name. */
export const SavedView = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String({ minLength: 1, maxLength: 80 }),
    filter: GalleryFilter,
    order: GalleryOrder,
  },
  closed,
)
export type SavedView = Static<typeof SavedView>
export const NewView = Type.Omit(SavedView, ['id'], closed)
export type NewView = Static<typeof NewView>

/** Which pictures an act is about: named ones, or all that a filter takes at that moment. */
export const Selection = Type.Union([
  Type.Object(
    { imageIds: Type.Array(ImageId, { minItems: 1, maxItems: 10_000, uniqueItems: true }) },
    closed,
  ),
  Type.Object(
    {
      filter: GalleryFilter,
      /** Not these. */
      except: Type.Optional(Type.Array(ImageId, { maxItems: 10_000, uniqueItems: true })),
    },
    closed,
  ),
])
export type Selection = Static<typeof Selection>

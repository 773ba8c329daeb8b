/** The query of an address that asks for a part of a gallery: a filter, an order, and which pictures of all that. */
import { AppError } from '@gleaner/shared/errors'
import { type GalleryQuery, galleryQueryNames, queryToFilter } from '@gleaner/shared/gallery-query'
import { ImageId } from '@gleaner/shared/image'
import { Type } from 'typebox'
import type { GalleryWindow } from '../store/types.ts'
import { Cursor, Limit, Offset } from './schemas.ts'

const Text = Type.String({ maxLength: 8192 })
const several = Type.Union([Text, Type.Array(Text, { maxItems: 50 })])
const optional = <T extends Type.TSchema>(names: readonly string[], schema: T) =>
  Object.fromEntries(names.map(name => [name, Type.Optional(schema)]))

const closed = { additionalProperties: false } as const
const described = (description: string) => Type.String({ maxLength: 8192, description })

/** A filter and an order, as `filterToQuery` writes them. */
const listing = {
  ...optional(galleryQueryNames.single, Text),
  ...optional(galleryQueryNames.lists, several),
  ...optional(galleryQueryNames.ranges, described('`from..to`; either end may be left out')),
}
export const GalleryListing = Type.Object(listing, closed)
export const GalleryPageQuery = Type.Object(
  {
    ...listing,
    offset: Type.Optional(Offset),
    cursor: Type.Optional(Cursor),
    around: Type.Optional(ImageId),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const FacetQuery = Type.Object({ ...listing, limit: Type.Optional(Limit) }, closed)
export const HistogramQuery = Type.Object(
  {
    ...listing,
    steps: Type.Optional(
      Type.String({ pattern: '^(?:[1-9][0-9]?|1[0-9]{2}|200)$', description: '1 to 200' }),
    ),
  },
  closed,
)

/** @throws AppError `PROTOCOL_INVALID` that names the part which cannot be read */
export function listingOf(query: Readonly<Record<string, unknown>>): GalleryQuery {
  const params = new URLSearchParams()
  for (const [name, given] of Object.entries(query)) {
    for (const value of [given].flat()) params.append(name, String(value))
  }
  return queryToFilter(params)
}

interface PageQuery {
  readonly offset?: string
  readonly cursor?: string
  readonly around?: string
}

/** @throws AppError `PROTOCOL_INVALID` when more than one of them is given */
export function windowOf({ offset, cursor, around }: PageQuery): GalleryWindow {
  const given = [offset, cursor, around].filter(part => part !== undefined)
  if (given.length > 1)
    throw new AppError('PROTOCOL_INVALID', { part: 'querystring', at: 'offset, cursor, around' })
  if (cursor !== undefined) return { cursor }
  if (around !== undefined) return { around }
  return { offset: Number(offset ?? 0) }
}

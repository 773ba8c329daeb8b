/** Requests about what is listed: one function per route, bodies as in `@gleaner/shared/gallery`. */
import type {
  FacetCounts,
  GalleryFacet,
  GalleryFilter,
  GalleryOrder,
  GalleryPage,
  Histogram,
  SavedView,
} from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import type { DatasetStats } from '@gleaner/shared/stats'
import { type Query, route, withQuery } from './paths.ts'

type Get = <T>(path: string, query?: Query) => Promise<T>
type Send = <T>(method: 'POST' | 'DELETE', path: string, body?: object) => Promise<T>
type Read = (path: string) => Promise<Response>

/** What is listed, and in which order. */
export interface Listing {
  readonly filter: GalleryFilter
  readonly order: GalleryOrder
}

/** The shapes of all pictures of a listing, in order. */
export interface Shapes {
  /** Of the listing: see `GalleryPage`. */
  readonly revision: string
  /** One byte a picture: 128 + 32 · log2(width / height). */
  readonly aspects: Uint8Array
}

const baseOf = (datasetId: string) => route`/api/datasets/${datasetId}/gallery`

function listed(path: string, { filter, order }: Listing, query: Query = {}): string {
  const rest = filterToQuery(filter, order).toString()
  const whole = withQuery(path, query)
  return rest === '' ? whole : `${whole}${whole === path ? '?' : '&'}${rest}`
}

/** Thumbnails are made in these sizes. */
const thumbnailSides = [128, 256, 512] as const

/**
 * Address of a small copy of a picture.
 *
 * @param sidePx - how long its longest side should be, in pixels of the screen
 * @param version - changes with the picture's file, so that browsers may keep the copy for good
 */
export function thumbnailUrl(datasetId: string, imageId: string, sidePx: number, version: string): string {
  const side = thumbnailSides.find(offered => offered >= sidePx) ?? thumbnailSides[2]
  return withQuery(route`/api/datasets/${datasetId}/images/${imageId}/thumbnail`, { side, v: version })
}

export const galleryCalls = (get: Get, send: Send, read: Read) => ({
  gallery: (id: string, listing: Listing, offset: number, limit: number) =>
    get<GalleryPage>(listed(baseOf(id), listing, { offset, limit })),
  /** For lists that lose what is ahead of a place in them. @param cursor - of the page before, `null` for the first */
  galleryAfter: (id: string, listing: Listing, cursor: string | null, limit: number) =>
    get<GalleryPage>(listed(baseOf(id), listing, { cursor, limit })),
  /** The page that has this picture in its middle; the first one where it is not among what the filter takes. */
  galleryAround: (id: string, listing: Listing, imageId: string, limit: number) =>
    get<GalleryPage>(listed(baseOf(id), listing, { around: imageId, limit })),
  shapes: async (id: string, listing: Listing): Promise<Shapes> => {
    const answer = await read(listed(`${baseOf(id)}/aspects`, listing))
    const revision = answer.headers.get('x-gleaner-revision') ?? ''
    return { revision, aspects: new Uint8Array(await answer.arrayBuffer()) }
  },
  facet: (id: string, facet: GalleryFacet, listing: Listing, limit: number) =>
    get<FacetCounts>(listed(`${baseOf(id)}${route`/facets/${facet}`}`, listing, { limit })),
  histogram: (id: string, measure: string, listing: Listing, steps: number) =>
    get<Histogram>(listed(`${baseOf(id)}${route`/histogram/${measure}`}`, listing, { steps })),
  stats: (id: string) => get<DatasetStats>(route`/api/datasets/${id}/stats`),
  views: (id: string) => get<{ readonly views: readonly SavedView[] }>(viewsOf(id)),
  saveView: (id: string, view: Omit<SavedView, 'id'>) => send<SavedView>('POST', viewsOf(id), view),
  removeView: (id: string, viewId: number) => send<unknown>('DELETE', `${viewsOf(id)}${route`/${viewId}`}`),
})

const viewsOf = (datasetId: string) => route`/api/datasets/${datasetId}/views`

import type { GalleryFilter, GalleryOrder } from '@gleaner/shared/gallery'
import { newestFirst } from '@gleaner/shared/gallery'
import { filterToQuery, queryToFilter } from '@gleaner/shared/gallery-query'
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { Listing } from '../api/gallery-calls.ts'

/** Parts of a filter to change: `undefined` takes a part away. */
export type FilterPatch = { readonly [Part in keyof GalleryFilter]?: GalleryFilter[Part] | undefined }

export function patched(filter: GalleryFilter, patch: FilterPatch): GalleryFilter {
  const parts = Object.entries({ ...filter, ...patch }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(parts)
}

/** What an address says: a listing, or why it cannot be read. */
function readAddress(text: string): { readonly listing: Listing; readonly error: unknown } {
  try {
    return { listing: queryToFilter(new URLSearchParams(text)), error: null }
  } catch (error) {
    return { listing: { filter: {}, order: newestFirst }, error }
  }
}

/** What is listed, as the address says it, and the way to another listing. */
export function useListing() {
  const [search, setSearch] = useSearchParams()
  const openId = search.get('image')
  const rest = new URLSearchParams(search)
  rest.delete('image')
  const text = rest.toString()
  const { listing, error } = useMemo(() => readAddress(text), [text])
  const show = useCallback(
    ({ filter, order }: Listing, isReplacing = false) =>
      setSearch(filterToQuery(filter, order), { replace: isReplacing }),
    [setSearch],
  )
  /** @param isReplacing - makes no step of its own in the history: for what changes while somebody types */
  const change = useCallback(
    (patch: FilterPatch, isReplacing = false) =>
      show({ filter: patched(listing.filter, patch), order: listing.order }, isReplacing),
    [show, listing],
  )
  const sort = useCallback((order: GalleryOrder) => show({ filter: listing.filter, order }), [show, listing])
  const open = useCallback(
    (imageId: string | null) =>
      setSearch(
        current => {
          const next = new URLSearchParams(current)
          if (imageId === null) next.delete('image')
          else next.set('image', imageId)
          return next
        },
        // Stepping through pictures is one step of the history.
        { replace: openId !== null && imageId !== null },
      ),
    [setSearch, openId],
  )
  return { listing, error, openId, show, change, sort, open }
}
export type ListingAddress = ReturnType<typeof useListing>

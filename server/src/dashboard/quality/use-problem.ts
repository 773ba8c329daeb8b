import type { GalleryFilter, GalleryOrder } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { problemFilter, type QualityProblem, worstFirst } from '@gleaner/shared/quality-problems'
import { useCallback, useMemo } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { Listing } from '../api/gallery-calls.ts'
import { type FilterPatch, type ListingAddress, patched } from '../gallery/use-listing.ts'

/** What the address says besides the problem: another threshold than the one of the dataset, a class, an open picture. */
export function useProblemSearch() {
  const [search, setSearch] = useSearchParams()
  const at = search.get('at')
  const classId = Number(search.get('class') ?? 0)
  const openId = search.get('image')
  const set = useCallback(
    (name: 'at' | 'class' | 'image', value: string | null, isReplacing = true) =>
      setSearch(
        current => {
          const next = new URLSearchParams(current)
          if (value === null) next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: isReplacing },
      ),
    [setSearch],
  )
  const threshold = at === null || at.trim() === '' || !Number.isFinite(Number(at)) ? undefined : Number(at)
  return { threshold, classId: Number.isInteger(classId) && classId > 0 ? classId : undefined, openId, set }
}
export type ProblemSearch = ReturnType<typeof useProblemSearch>

/** The pictures a problem takes, in the form the grid and the panel of a picture are given a listing in. */
export function useProblemAddress(
  datasetId: string,
  problem: QualityProblem,
  threshold: number,
  { classId, openId, set }: ProblemSearch,
): ListingAddress {
  const [, navigate] = useLocation()
  const listing = useMemo((): Listing => {
    const filter: GalleryFilter = problemFilter(problem, threshold)
    return {
      filter: classId === undefined ? filter : { ...filter, classIds: [classId] },
      order: worstFirst(problem),
    }
  }, [problem, threshold, classId])
  const show = useCallback(
    ({ filter, order }: Listing) =>
      navigate(`/datasets/${datasetId}/gallery?${filterToQuery(filter, order)}`),
    [navigate, datasetId],
  )
  const change = useCallback(
    (patch: FilterPatch) => show({ filter: patched(listing.filter, patch), order: listing.order }),
    [show, listing],
  )
  const sort = useCallback((order: GalleryOrder) => show({ filter: listing.filter, order }), [show, listing])
  const open = useCallback(
    (imageId: string | null) => set('image', imageId, openId !== null && imageId !== null),
    [set, openId],
  )
  return { listing, error: null, openId, show, change, sort, open }
}

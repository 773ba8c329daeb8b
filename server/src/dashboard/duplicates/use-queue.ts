/** What waits for a decision, in order, and which of it is looked at. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { keys } from '../api/keys.ts'
import type { Page } from '../api/paged-list.ts'
import { placeOf } from './place-of.ts'
import type { Decisions } from './use-decisions.ts'

/** Read on when fewer than this many are left ahead. */
const aheadAtLeast = 10

interface Source<T> {
  readonly datasetId: string
  readonly view: string
  readonly fetchPage: (cursor: string | null) => Promise<Page<T>>
  readonly decisions: Decisions
  /** The one asked for by the address; another one takes its place where it is not there. */
  readonly wantedId: number | undefined
  readonly onGo: (id: number) => void
}

export function useQueue<T extends { readonly id: number }>(source: Source<T>) {
  const { datasetId, view, fetchPage, decisions, wantedId, onGo } = source
  const list = useInfiniteQuery({
    queryKey: keys.duplicateList(datasetId, view),
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.cursor,
  })
  const all = list.data?.pages.flatMap(({ items }) => items) ?? []
  const items = all.filter(({ id }) => !decisions.isGone({ view, id }))
  const place = placeOf(items, wantedId)
  const { hasNextPage, isFetching, fetchNextPage } = list
  const isWantedAhead = wantedId !== undefined && (all.at(-1)?.id ?? 0) < wantedId
  const isShort = items.length - place < aheadAtLeast || isWantedAhead
  useEffect(() => {
    if (hasNextPage && isShort && !isFetching) void fetchNextPage()
  }, [hasNextPage, isShort, isFetching, fetchNextPage])
  const go = useCallback(
    (by: number) => {
      const to = items[place + by]
      if (to) onGo(to.id)
    },
    [items, place, onGo],
  )
  return {
    current: items[place],
    next: items[place + 1],
    place,
    /** How many are known; the last page may not be read. */
    known: items.length,
    isComplete: !hasNextPage,
    isLoading: list.isPending,
    error: list.error,
    retry: () => void list.refetch(),
    go,
  }
}

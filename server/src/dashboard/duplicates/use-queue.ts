/** What waits for a decision, in order, and which of it is looked at. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { keys } from '../api/keys.ts'
import type { Page } from '../api/paged-list.ts'
import { placeOf, placeWith } from './place-of.ts'
import type { Decisions } from './use-decisions.ts'

/** Read on when fewer than this many are left ahead. */
const aheadAtLeast = 10

interface Source<T> {
  readonly datasetId: string
  readonly view: string
  readonly fetchPage: (cursor: string | null) => Promise<Page<T>>
  readonly decisions: Decisions
  readonly wanted: Wanted
  readonly onGo: (id: number) => void
}

export interface Wanted {
  /** The one asked for by the address; another one takes its place where it is not there. */
  readonly id: number | undefined
  /** Pictures of a group that was taken back: it is waited for. */
  readonly imageIds: readonly string[] | undefined
}

export function useQueue<T extends { readonly id: number; readonly keeperId?: string }>(source: Source<T>) {
  const { datasetId, view, fetchPage, decisions, wanted, onGo } = source
  const list = useInfiniteQuery({
    queryKey: keys.duplicateList(datasetId, view),
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.cursor,
  })
  const all = list.data?.pages.flatMap(({ items }) => items) ?? []
  const items = all.filter(({ id }) => !decisions.isGone({ view, id }))
  const backAt = wanted.imageIds ? placeWith(items, wanted.imageIds) : -1
  const place = backAt === -1 ? placeOf(items, wanted.id) : backAt
  const { hasNextPage, isFetching, fetchNextPage } = list
  const isWantedAhead = (all.at(-1)?.id ?? 0) < (wanted.id ?? 0)
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
    /** What was taken back is not in the list again yet. */
    isAwaited: wanted.imageIds !== undefined && backAt === -1,
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

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { createPagedList, type Page } from './paged-list.ts'
import { useDatasetChanged, useLiveStatus } from './use-app.ts'

interface Source<T> {
  readonly datasetId: string
  readonly fetchPage: (cursor: string | null) => Promise<Page<T>>
  readonly idOf: (item: T) => string | number
  /** Whether the head is in sight, so that news may move what is shown. */
  readonly isAtTop: boolean
}

/** A {@link createPagedList} that follows its dataset. `fetchPage` and `idOf` must be stable; a new one starts over. */
export function usePagedList<T>({ datasetId, fetchPage, idOf, isAtTop }: Source<T>) {
  const list = useMemo(() => createPagedList(fetchPage, idOf), [fetchPage, idOf])
  const snapshot = useSyncExternalStore(list.subscribe, list.snapshot)
  useDatasetChanged(
    datasetId,
    useCallback(() => list.noteNews(), [list]),
  )
  const status = useLiveStatus()
  const { hasNews, isLoading, error } = snapshot
  useEffect(() => {
    void list.ensure(1)
  }, [list])
  useEffect(() => {
    if (hasNews && isAtTop && !isLoading) void list.refreshHead()
  }, [list, hasNews, isAtTop, isLoading])
  useEffect(() => {
    if (status === 'live' && error) list.noteNews()
  }, [list, status, error])
  return { ...snapshot, ensure: list.ensure, refreshHead: list.refreshHead, remove: list.remove }
}

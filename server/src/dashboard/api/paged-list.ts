/** A long list read page by page, newest first, which stays usable while things change at its head. */

export interface Page<T> {
  readonly items: readonly T[]
  /** Asks for the page after; `null` when this was the last. */
  readonly cursor: string | null
}

export interface PagedSnapshot<T> {
  readonly items: readonly T[]
  /** Whether the last page was read. */
  readonly isComplete: boolean
  readonly isLoading: boolean
  readonly error: unknown
  /** Whether something changed since the head was read. */
  readonly hasNews: boolean
}

/**
 * Puts freshly read pages from the head of a list in front of what is held.
 *
 * Everything held above the last item of `fresh` was read anew, so what is missing from `fresh` there is gone.
 */
export function mergeHead<T>(
  held: readonly T[],
  fresh: readonly T[],
  idOf: (item: T) => string | number,
): { readonly items: readonly T[]; readonly doesMeet: boolean } {
  const freshIds = new Set(fresh.map(idOf))
  const lastMet = held.findLastIndex(item => freshIds.has(idOf(item)))
  if (lastMet === -1) return { items: [...fresh], doesMeet: false }
  const rest = held.slice(lastMet + 1).filter(item => !freshIds.has(idOf(item)))
  return { items: [...fresh, ...rest], doesMeet: true }
}

/** Pages read to find where news end; past this the list starts over. */
const maxHeadPages = 5

export function createPagedList<T>(
  fetchPage: (cursor: string | null) => Promise<Page<T>>,
  idOf: (item: T) => string | number,
) {
  let snapshot: PagedSnapshot<T> = {
    items: [],
    isComplete: false,
    isLoading: false,
    error: null,
    hasNews: false,
  }
  let cursor: string | null = null
  let wanted = 0
  /** Ids of the items held; kept beside them so that a page is added without looking at all of them. */
  let known = new Set<string | number>()
  const listeners = new Set<() => void>()
  const update = (patch: Partial<PagedSnapshot<T>>) => {
    snapshot = { ...snapshot, ...patch }
    for (const listener of listeners) listener()
  }

  const replace = (items: readonly T[], patch: Partial<PagedSnapshot<T>> = {}) => {
    known = new Set(items.map(idOf))
    update({ ...patch, items })
  }

  /** One request chain at a time; a call while one runs is left to the chain or to the next call. */
  async function alone(work: () => Promise<void>): Promise<void> {
    if (snapshot.isLoading) return
    update({ isLoading: true, error: null })
    try {
      await work()
      update({ isLoading: false })
    } catch (error) {
      update({ isLoading: false, error })
    }
  }

  async function readOn(): Promise<void> {
    while (snapshot.items.length < wanted && !snapshot.isComplete) {
      const page = await fetchPage(cursor)
      cursor = page.cursor
      const added = page.items.filter(item => !known.has(idOf(item)))
      for (const item of added) known.add(idOf(item))
      update({ items: snapshot.items.concat(added), isComplete: page.cursor === null })
    }
  }

  async function readHead(): Promise<void> {
    update({ hasNews: false })
    let fresh: readonly T[] = []
    let next: string | null = null
    for (let pages = 0; pages < maxHeadPages; pages++) {
      const page: Page<T> = await fetchPage(next)
      fresh = [...fresh, ...page.items]
      next = page.cursor
      const merged = mergeHead(snapshot.items, fresh, idOf)
      if (next === null) {
        cursor = null
        return replace(fresh, { isComplete: true })
      }
      if (merged.doesMeet) return replace(merged.items)
    }
    cursor = next
    replace(fresh, { isComplete: false })
  }

  return {
    snapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Reads on until `count` items are held or the list ends. */
    ensure(count: number): Promise<void> {
      wanted = Math.max(wanted, count)
      return snapshot.items.length >= wanted || snapshot.isComplete ? Promise.resolve() : alone(readOn)
    },
    noteNews: () => update({ hasNews: true }),
    /** Reads what changed at the head, then whatever is wanted still. */
    refreshHead: () =>
      alone(async () => {
        await readHead()
        await readOn()
      }),
    remove: (id: string | number) => replace(snapshot.items.filter(item => idOf(item) !== id)),
  }
}

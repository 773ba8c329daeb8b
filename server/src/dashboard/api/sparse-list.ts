/** A long list of which only what is in sight is held, page by page, wherever that is. */

export interface SparsePage<T> {
  readonly items: readonly T[]
  readonly total: number
  /** Another value whenever the list may have changed. */
  readonly revision: string
}

export interface SparseState<W> {
  /** What is known about the list as a whole; `undefined` until it came. */
  readonly whole: W | undefined
  /** `undefined` until the first page came. */
  readonly total: number | undefined
  readonly revision: string
  /** Counts up whenever what is held changed. */
  readonly version: number
  readonly isLoading: boolean
  readonly error: unknown
  /** By how many places what was in sight has moved, in all. Whoever shows the list moves along. */
  readonly shifted: number
}

interface Anchor {
  readonly id: string
  readonly place: number
}

interface Parts<T, W> {
  /** Read anew with whatever is in sight. */
  readonly fetchWhole: () => Promise<W>
  readonly fetchPage: (offset: number, limit: number) => Promise<SparsePage<T>>
  /** Where an item stands now; `undefined` when it is not in the list any more. */
  readonly placeOf: (id: string) => Promise<number | undefined>
  readonly idOf: (item: T) => string
  readonly pageSize: number
  /** Pages kept beside those in sight. */
  readonly maxPages: number
}

interface Held<T> {
  readonly items: readonly T[]
  readonly revision: string
  usedAt: number
}

/** Requests of pages under way at one time. */
const atOnce = 2

export function createSparseList<T, W>(parts: Parts<T, W>) {
  const { fetchPage, fetchWhole, placeOf, idOf, pageSize, maxPages } = parts
  let state: SparseState<W> = {
    ...{
      whole: undefined,
      total: undefined,
      revision: '',
      version: 0,
      isLoading: false,
      error: null,
      shifted: 0,
    },
  }
  let pages = new Map<number, Held<T>>()
  let wanted = { first: 0, last: 0 }
  let uses = 0
  /** Answers to what was asked before a refresh come too late. */
  let round = 0
  let asked = new Set<number>()
  let isClosed = false
  let isStarted = false
  const listeners = new Set<() => void>()
  const update = (patch: Partial<SparseState<W>>) => {
    state = { ...state, ...patch }
    for (const listener of listeners) listener()
  }

  const pagesOf = ({ first, last }: typeof wanted) => {
    const from = Math.floor(first / pageSize)
    const to = Math.floor(Math.max(first, last) / pageSize)
    return Array.from({ length: to - from + 1 }, (_, step) => from + step)
  }
  const isThere = (page: number) => page === 0 || state.total === undefined || page * pageSize < state.total

  function dropOld(): void {
    const inSight = new Set(pagesOf(wanted))
    const rest = [...pages]
      .filter(([page]) => !inSight.has(page))
      .toSorted(([, a], [, b]) => b.usedAt - a.usedAt)
    for (const [page] of rest.slice(maxPages)) pages.delete(page)
  }

  function put(page: number, { items, total, revision }: SparsePage<T>): void {
    pages.set(page, { items, revision, usedAt: ++uses })
    dropOld()
    update({ total, revision, version: state.version + 1 })
  }

  const nextMissing = () =>
    pagesOf(wanted).find(page => {
      const held = pages.get(page)
      return isThere(page) && !asked.has(page) && (!held || held.revision !== state.revision)
    })

  /** Reads what is wanted and missing or out of date, each once for each change of what is wanted. */
  async function read(page: number): Promise<void> {
    const mine = round
    asked.add(page)
    update({ isLoading: true, error: null })
    try {
      const answer = await fetchPage(page * pageSize, pageSize)
      if (mine !== round || isClosed) return
      put(page, answer)
      under(-1)
      pump()
    } catch (error) {
      if (mine !== round || isClosed) return
      asked.delete(page)
      under(-1)
      update({ error })
    }
  }

  async function readWhole(): Promise<void> {
    const mine = round
    try {
      const whole = await fetchWhole()
      if (mine === round && !isClosed) update({ whole })
    } catch (error) {
      if (mine === round && !isClosed) update({ error })
    }
  }

  let running = 0
  function under(by: number): void {
    running += by
    if (running === 0 && state.isLoading) update({ isLoading: false })
  }

  function pump(): void {
    while (running < atOnce && state.error === null) {
      const page = nextMissing()
      if (page === undefined) return
      running++
      void read(page)
    }
  }

  /** The range that shows what stood at `anchor`, wherever that is now. */
  async function follow(anchor: Anchor | undefined): Promise<number> {
    if (!anchor) return 0
    const place = await placeOf(anchor.id)
    return place === undefined ? 0 : place - anchor.place
  }

  /**
   * Reads anew what is in sight, and shows all of it at once; the rest is read when it comes into sight.
   *
   * @param anchor - what must not move on the screen
   * @returns when that is over, however it ended
   */
  async function refresh(anchor?: Anchor): Promise<void> {
    const mine = ++round
    running = 0
    asked = new Set()
    try {
      const by = await follow(anchor)
      const range = { first: Math.max(0, wanted.first + by), last: Math.max(0, wanted.last + by) }
      const numbers = pagesOf(range).filter(isThere)
      const reading = Promise.all(numbers.map(page => fetchPage(page * pageSize, pageSize)))
      const [fresh, whole] = await Promise.all([reading, fetchWhole()])
      if (mine !== round || isClosed) return
      const last = fresh.at(-1)
      if (!last) return
      if (by !== 0) {
        pages = new Map()
        wanted = range
      }
      fresh.forEach((page, at) => {
        pages.set(numbers[at] ?? 0, { items: page.items, revision: last.revision, usedAt: ++uses })
      })
      const { total, revision } = last
      for (const page of [...pages.keys()]) if (page * pageSize >= total) pages.delete(page)
      const version = state.version + 1
      const shifted = state.shifted + by
      update({ whole, total, revision, version, error: null, isLoading: false, shifted })
      pump()
    } catch (error) {
      if (mine === round && !isClosed) update({ error, isLoading: false })
    }
  }

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    at(place: number): T | undefined {
      return pages.get(Math.floor(place / pageSize))?.items[place % pageSize]
    },
    /** Everything held, with its place. */
    held: (): readonly (readonly [place: number, item: T])[] =>
      [...pages].flatMap(([page, { items }]) =>
        items.map((item, at): [number, T] => [page * pageSize + at, item]),
      ),
    heldPlaceOf(id: string): number | undefined {
      for (const [page, { items }] of pages) {
        const at = items.findIndex(item => idOf(item) === id)
        if (at !== -1) return page * pageSize + at
      }
      return undefined
    },
    /** Says what is in sight, from the first place to the last; it is read when it is not held. */
    want(first: number, last: number): void {
      if (!isStarted) void readWhole()
      isStarted = true
      if (first === wanted.first && last === wanted.last && state.total !== undefined) return
      wanted = { first, last }
      for (const page of pagesOf(wanted)) {
        const held = pages.get(page)
        if (held) held.usedAt = ++uses
      }
      asked = new Set([...asked].filter(page => !pages.has(page)))
      pump()
    },
    /** Asks where an item stands. */
    find: placeOf,
    refresh,
    retry(): void {
      update({ error: null })
      if (state.whole === undefined) void readWhole()
      pump()
    },
    /** Answers that come later change nothing. */
    close(): void {
      isClosed = true
    },
  }
}

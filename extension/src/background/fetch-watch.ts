/** When the browser looks for pictures to fetch: while something is under way, and for a while after it. */
import type { Alarm } from '../platform/alarms.ts'
import type { KeyValueStore } from '../platform/storage.ts'
import type { BrowserFetching } from './browser-fetch.ts'

const watchKey = 'fetch-watch'
/** So long after the last collect, or the last picture to fetch, the server may still meet hosts that refuse it. */
const watchForMs = 30 * 60_000
/** Several bars each ask for progress once a second. */
const pauseMs = 2_000

export interface FetchWatch {
  /** Pictures may be waiting, soon or now. */
  readonly expect: () => Promise<void>
  /** Looks now, unless that was done a moment ago. */
  readonly look: () => Promise<void>
  /** The alarm rings. */
  readonly ring: () => Promise<void>
}

export function createFetchWatch(deps: {
  readonly fetching: BrowserFetching
  readonly alarm: Pick<Alarm, 'start' | 'stop'>
  readonly store: KeyValueStore
  readonly now: () => number
}): FetchWatch {
  const { fetching, alarm, store, now } = deps
  let lookedAtMs = Number.NEGATIVE_INFINITY

  async function watch(): Promise<void> {
    await store.set({ [watchKey]: now() + watchForMs })
    await alarm.start()
  }

  async function fetchAll(): Promise<void> {
    if (await fetching.run()) await watch()
    lookedAtMs = now()
  }

  return {
    expect: watch,

    look: async () => {
      const sinceMs = now() - lookedAtMs
      // A clock that was set back must not stop the looking.
      if (sinceMs < 0 || sinceMs >= pauseMs) await fetchAll()
    },

    ring: async () => {
      await fetchAll()
      const untilMs = await store.get(watchKey)
      if (typeof untilMs !== 'number' || now() > untilMs) await alarm.stop()
    },
  }
}

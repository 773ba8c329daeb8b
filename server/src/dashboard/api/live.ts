/** What the server says by itself: one EventSource for the whole page. */
import type { Overview, ServerEvent } from '@gleaner/shared/api'

export type LiveStatus = 'connecting' | 'live' | 'lost'

interface Parts {
  /** Opens the stream; `EventSource` of the page, or a stand-in. */
  readonly open: () => Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>
  readonly later: (callBack: () => void, delayMs: number) => void
  readonly onOverview: (overview: Overview) => void
  /** Called when the stream is there again after it was lost: anything may have changed meanwhile. */
  readonly onReturn: () => void
  /** Called at most once per {@link quietMs} and dataset. */
  readonly onChanged: (datasetId: string) => void
}

/** Changes of one dataset are passed on at most this often. */
const quietMs = 1500
const retryMs = 2000
const closed = 2

const asEvent = (text: unknown): ServerEvent | undefined => {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text) as ServerEvent
  } catch {
    return undefined
  }
}

export function createLive({ open, later, onOverview, onReturn, onChanged }: Parts) {
  let status: LiveStatus = 'connecting'
  let isStarted = false
  const listeners = new Set<() => void>()
  const quiet = new Map<string, { isDirty: boolean }>()
  const become = (next: LiveStatus) => {
    if (next === status) return
    status = next
    for (const listener of listeners) listener()
  }

  function passOn(datasetId: string): void {
    const running = quiet.get(datasetId)
    if (running) {
      running.isDirty = true
      return
    }
    const pause = { isDirty: false }
    quiet.set(datasetId, pause)
    onChanged(datasetId)
    later(() => {
      quiet.delete(datasetId)
      if (pause.isDirty) passOn(datasetId)
    }, quietMs)
  }

  function take(text: unknown): void {
    const event = asEvent(text)
    if (event?.type === 'overview') onOverview(event.overview)
    if (event?.type === 'changed') passOn(event.datasetId)
  }

  function connect(): void {
    const stream = open()
    for (const name of ['message', 'overview', 'changed']) {
      stream.addEventListener(name, event => take((event as MessageEvent).data))
    }
    stream.addEventListener('open', () => {
      const wasLost = status === 'lost'
      become('live')
      if (wasLost) onReturn()
    })
    stream.addEventListener('error', () => {
      become('lost')
      // A stream that was cut tries again by itself; one that was refused does not.
      if (stream.readyState === closed) later(connect, retryMs)
    })
  }

  return {
    /** Opens the stream; once is enough, more is no harm. */
    start() {
      if (!isStarted) connect()
      isStarted = true
    },
    status: () => status,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
export type Live = ReturnType<typeof createLive>

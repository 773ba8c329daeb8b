/** What the server says by itself: one stream for the whole page. */
import type { ActSummary } from '@gleaner/shared/acts'
import type { Overview, ServerEvent } from '@gleaner/shared/api'
import type { ExportSummary } from '@gleaner/shared/exports'
import type { Hearer } from './event-stream.ts'

export type LiveStatus = 'connecting' | 'live' | 'lost'

interface Parts {
  /** Opens the stream and passes on what it says; settles when it is over, however it ended. */
  readonly follow: (hearer: Hearer) => Promise<void>
  readonly later: (callBack: () => void, delayMs: number) => void
  readonly onOverview: (overview: Overview) => void
  /** Called when the stream is there again after it was lost: anything may have changed meanwhile. */
  readonly onReturn: () => void
  /** Called at most once per {@link quietMs} and dataset. */
  readonly onChanged: (datasetId: string) => void
  readonly onAct: (datasetId: string, act: ActSummary) => void
  readonly onExport: (datasetId: string, entry: ExportSummary) => void
}

/** Changes of one dataset are passed on at most this often. */
const quietMs = 1500
const retryMs = 2000

const asEvent = (text: string): ServerEvent | undefined => {
  try {
    return JSON.parse(text) as ServerEvent
  } catch {
    return undefined
  }
}

export function createLive({ follow, later, onOverview, onReturn, onChanged, onAct, onExport }: Parts) {
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

  function take(text: string): void {
    const event = asEvent(text)
    if (event?.type === 'overview') onOverview(event.overview)
    if (event?.type === 'changed') passOn(event.datasetId)
    if (event?.type === 'act') onAct(event.datasetId, event.act)
    if (event?.type === 'export') onExport(event.datasetId, event.export)
  }

  function opened(): void {
    const wasLost = status === 'lost'
    become('live')
    if (wasLost) onReturn()
  }

  function connect(): void {
    const again = () => {
      become('lost')
      later(connect, retryMs)
    }
    follow({ onOpen: opened, onData: take }).then(again, again)
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

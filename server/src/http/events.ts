/** Live news for open dashboards: one source, any number of listeners, none of which can hold up the others. */
import type { ServerResponse } from 'node:http'
import type { ActSummary } from '@gleaner/shared/acts'
import type { Overview, ServerEvent } from '@gleaner/shared/api'
import type { ExportSummary } from '@gleaner/shared/exports'

/** Least time between two pieces of news. */
const pauseMs = 250
const heartbeatMs = 15_000
/** Heartbeats a listener may leave unread before it is let go. */
const patience = 2
/** Dashboards open at the same time. */
export const listenersAtOnce = 32

export interface EventHub {
  /** Says that a dataset (or, without one, something else in the overview) changed. */
  readonly changed: (datasetId?: string) => void
  /** Says how an act stands; of several such words about one only the latest is passed on. */
  readonly act: (datasetId: string, act: ActSummary) => void
  /** Says how an export stands, in the same way. */
  readonly export: (datasetId: string, summary: ExportSummary) => void
  /** Whether another listener may be added. */
  readonly hasRoom: () => boolean
  /** Streams events into an answer whose head has been sent. */
  readonly add: (response: ServerResponse) => void
  /** Ends every stream. */
  readonly close: () => void
}

interface Listener {
  readonly response: ServerResponse
  /** News kept while the connection is congested: only what is latest, so it cannot grow. */
  readonly datasetIds: Set<string>
  /** How acts and exports stand. */
  readonly acts: Map<string, ServerEvent>
  wantsOverview: boolean
  isCongested: boolean
  unread: number
}

/** @param overview - asked at most once per {@link pauseMs}, for all listeners together */
export function createEventHub(overview: () => Overview): EventHub {
  const listeners = new Set<Listener>()
  let timer: NodeJS.Timeout | undefined
  let lastAtMs = Number.NEGATIVE_INFINITY

  const deliver = () => {
    timer = undefined
    lastAtMs = performance.now()
    const ready = [...listeners].filter(listener => !listener.isCongested)
    for (const listener of ready) sendActs(listener)
    if (!ready.some(listener => listener.wantsOverview)) return
    const latest = toText({ type: 'overview', overview: overview() })
    for (const listener of ready) send(listener, latest)
  }
  const schedule = () => {
    if (listeners.size === 0 || timer) return
    timer = setTimeout(deliver, Math.max(0, lastAtMs + pauseMs - performance.now()))
  }
  const heartbeat = setInterval(() => {
    for (const listener of listeners) beat(listener)
  }, heartbeatMs)
  heartbeat.unref()

  return {
    changed(datasetId) {
      for (const listener of listeners) {
        listener.wantsOverview = true
        if (datasetId !== undefined) listener.datasetIds.add(datasetId)
      }
      schedule()
    },
    act(datasetId, act) {
      for (const listener of listeners)
        listener.acts.set(`${datasetId} ${act.id}`, { type: 'act', datasetId, act })
      schedule()
    },
    export(datasetId, summary) {
      for (const listener of listeners)
        listener.acts.set(`export ${datasetId} ${summary.id}`, { type: 'export', datasetId, export: summary })
      schedule()
    },
    hasRoom: () => listeners.size < listenersAtOnce,
    add(response) {
      const listener: Listener = {
        response,
        datasetIds: new Set(),
        acts: new Map(),
        wantsOverview: true,
        isCongested: false,
        unread: 0,
      }
      listeners.add(listener)
      response.once('close', () => listeners.delete(listener))
      response.on('error', () => listeners.delete(listener))
      response.on('drain', () => {
        listener.isCongested = false
        listener.unread = 0
        if (listener.wantsOverview || listener.acts.size > 0) schedule()
      })
      send(listener, toText({ type: 'overview', overview: overview() }))
    },
    close() {
      clearTimeout(timer)
      clearInterval(heartbeat)
      for (const { response } of listeners) response.end()
      listeners.clear()
    },
  }
}

const toText = (event: ServerEvent) => `data: ${JSON.stringify(event)}\n\n`

/** Before what changed with them: whoever asks anew then knows what for. */
function sendActs(listener: Listener): void {
  if (listener.acts.size === 0) return
  const acts = [...listener.acts.values()].map(toText)
  listener.acts.clear()
  listener.isCongested = !listener.response.write(acts.join(''))
}

function send(listener: Listener, overview: string): void {
  if (!listener.wantsOverview) return
  const changes = [...listener.datasetIds].map(datasetId => toText({ type: 'changed', datasetId }))
  listener.datasetIds.clear()
  listener.wantsOverview = false
  listener.isCongested = !listener.response.write(overview + changes.join(''))
}

function beat(listener: Listener): void {
  if (!listener.isCongested) listener.isCongested = !listener.response.write(': still here\n\n')
  else if (++listener.unread >= patience) listener.response.destroy()
}

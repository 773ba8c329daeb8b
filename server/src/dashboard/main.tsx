import '@gleaner/shared/ui/tokens.css'
import './layout.css'
import type { ActSummary } from '@gleaner/shared/acts'
import { isAppError } from '@gleaner/shared/errors'
import type { ExportList, ExportSummary } from '@gleaner/shared/exports'
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { type ActQueue, createActQueue } from './api/act-queue.ts'
import { createApi } from './api/client.ts'
import { keys } from './api/keys.ts'
import { createLive } from './api/live.ts'
import { createSession } from './api/session.ts'
import type { AppParts } from './api/use-app.ts'
import { App } from './app.tsx'
import { createColorLook } from './parts/color-look.ts'

const later = (callBack: () => void, delayMs: number) => void setTimeout(callBack, delayMs)

const api = createApi((path, init) => fetch(path, init), {
  getItem: name => localStorage.getItem(name),
  setItem: (name, value) => localStorage.setItem(name, value),
})
const session = createSession(api, { location, history, later: callBack => later(callBack, 2000) })

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: error => {
      if (isAppError(error) && error.code === 'PROTOCOL_UNAUTHORIZED') session.lock()
    },
  }),
  defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } },
})

const watchers = new Map<string, Set<() => unknown>>()
const tell = (datasetId: string): Promise<unknown> => {
  const rest = queries.invalidateQueries({ queryKey: keys.dataset(datasetId) })
  return Promise.allSettled([rest, ...[...(watchers.get(datasetId) ?? [])].map(callBack => callBack())])
}
const onDatasetChanged: AppParts['onDatasetChanged'] = (datasetId, callBack) => {
  const callBacks = watchers.get(datasetId) ?? new Set()
  watchers.set(datasetId, callBacks.add(callBack))
  return () => void callBacks.delete(callBack)
}

const hearers = new Set<(error: unknown) => void>()
const onRefused: AppParts['onRefused'] = callBack => {
  hearers.add(callBack)
  return () => void hearers.delete(callBack)
}

const endings = new Set<(datasetId: string, act: ActSummary) => void>()
const onActEnded: AppParts['onActEnded'] = callBack => {
  endings.add(callBack)
  return () => void endings.delete(callBack)
}

const queues = new Map<string, ActQueue>()
function actsOf(datasetId: string): ActQueue {
  const held = queues.get(datasetId)
  if (held) return held
  const queue = createActQueue({
    send: (deed, key) =>
      deed.kind === 'act'
        ? api.act(datasetId, { key, act: deed.act })
        : api[deed.kind](datasetId, deed.actId === undefined ? { key } : { key, actId: deed.actId }),
    list: async () => (await api.acts(datasetId, null, 50)).acts,
    newKey: () => crypto.randomUUID().replaceAll('-', ''),
    later,
    refresh: () => tell(datasetId),
    onRefused: error => {
      for (const hear of hearers) hear(error)
    },
    onEnded: act => {
      for (const hear of endings) hear(datasetId, act)
    },
  })
  queues.set(datasetId, queue)
  void queue.catchUp()
  return queue
}

/** How far an export is comes with the events; whoever has not read the list yet reads it whole. */
function hearExport(datasetId: string, entry: ExportSummary): void {
  queries.setQueryData<ExportList>(keys.exports(datasetId), list => {
    if (!list) return undefined
    const isKnown = list.exports.some(({ id }) => id === entry.id)
    const exports = isKnown
      ? list.exports.map(one => (one.id === entry.id ? entry : one))
      : [entry, ...list.exports]
    return { exports }
  })
}

const live = createLive({
  follow: hearer =>
    api.followEvents(hearer).catch(error => {
      if (isAppError(error) && error.code === 'PROTOCOL_UNAUTHORIZED') void session.resume()
    }),
  later,
  onOverview: overview => queries.setQueryData(keys.overview, overview),
  onReturn: () => {
    void session.resume()
    void queries.invalidateQueries({ refetchType: 'active' })
    void queries.refetchQueries({ queryKey: keys.overview, type: 'all' })
    for (const datasetId of watchers.keys()) void tell(datasetId)
    for (const queue of queues.values()) void queue.catchUp()
  },
  onChanged: datasetId => void tell(datasetId),
  onAct: (datasetId, act) => queues.get(datasetId)?.hear(act),
  onExport: hearExport,
})

const look = createColorLook({
  storage: localStorage,
  root: document.documentElement,
  matchMedia: query => matchMedia(query),
  onStored: callBack => addEventListener('storage', callBack),
})
const root = document.getElementById('app')
if (!root) throw new Error('The page has no #app')
const parts: AppParts = { api, live, look, onDatasetChanged, actsOf, onRefused, onActEnded }
createRoot(root).render(<App parts={parts} queries={queries} session={session} />)
void session.start()
// The link of the terminal opened in this very tab changes nothing but the fragment.
addEventListener('hashchange', () => void session.start())
// Another tab signed in: what it keeps opens this one too.
addEventListener('storage', () => void session.start())
// What was not taken in by the server yet would be lost with the page.
addEventListener('beforeunload', event => {
  if ([...queues.values()].some(queue => queue.state().saving > 0)) event.preventDefault()
})

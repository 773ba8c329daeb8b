import '@gleaner/shared/ui/tokens.css'
import './layout.css'
import { isAppError } from '@gleaner/shared/errors'
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { createApi } from './api/client.ts'
import { keys } from './api/keys.ts'
import { createLive } from './api/live.ts'
import { createSession } from './api/session.ts'
import { App } from './app.tsx'

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

const watchers = new Map<string, Set<() => void>>()
const tell = (datasetId: string) => {
  void queries.invalidateQueries({ queryKey: keys.dataset(datasetId) })
  for (const callBack of watchers.get(datasetId) ?? []) callBack()
}
const onDatasetChanged = (datasetId: string, callBack: () => void) => {
  const callBacks = watchers.get(datasetId) ?? new Set()
  watchers.set(datasetId, callBacks.add(callBack))
  return () => void callBacks.delete(callBack)
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
    for (const datasetId of watchers.keys()) tell(datasetId)
  },
  onChanged: tell,
})

const root = document.getElementById('app')
if (!root) throw new Error('The page has no #app')
createRoot(root).render(<App parts={{ api, live, onDatasetChanged }} queries={queries} session={session} />)
void session.start()
// The link of the terminal opened in this very tab changes nothing but the fragment.
addEventListener('hashchange', () => void session.start())
// Another tab signed in: what it keeps opens this one too.
addEventListener('storage', () => void session.start())

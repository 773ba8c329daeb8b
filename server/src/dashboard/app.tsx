import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useSyncExternalStore } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { keys } from './api/keys.ts'
import type { SessionStore } from './api/session.ts'
import { AppContext, type AppParts, useApp, useDatasetSummary } from './api/use-app.ts'
import { endingOf } from './history/ending.ts'
import { Overview } from './overview/overview.tsx'
import { Empty } from './parts/empty.tsx'
import { PageHead } from './parts/page-head.tsx'
import { Problem } from './parts/problem.tsx'
import { SafePage } from './parts/safe-page.tsx'
import { Toasts, useToast } from './parts/toasts.tsx'
import { Gate } from './shell/gate.tsx'
import { Shell } from './shell/shell.tsx'
import { reasonOfError } from './text/reasons.ts'

const Gallery = lazy(() => import('./gallery/gallery.tsx'))
const ActivityPage = lazy(() => import('./activity/activity.tsx'))
const HostsPage = lazy(() => import('./activity/hosts.tsx'))
const Diff = lazy(() => import('./versions/diff.tsx'))
const Duplicates = lazy(() => import('./duplicates/duplicates.tsx'))
const Exports = lazy(() => import('./exports/exports.tsx'))
const History = lazy(() => import('./history/history.tsx'))
const Imports = lazy(() => import('./imports/imports.tsx'))
const Quality = lazy(() => import('./quality/quality.tsx'))
const Review = lazy(() => import('./review/review.tsx'))
const Splits = lazy(() => import('./splits/splits.tsx'))
const Trash = lazy(() => import('./trash/trash.tsx'))
const Versions = lazy(() => import('./versions/versions.tsx'))
const SettingsPage = lazy(() => import('./settings/settings.tsx'))
const Connections = lazy(() => import('./setup/connections.tsx'))

/** Shows `children` only for a dataset that exists. */
function OfDataset({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  if (useDatasetSummary(id)) return children
  return (
    <>
      <PageHead title="Not here" about="The address names a dataset that this server does not have." />
      <Empty
        icon="folder"
        title="There is no such dataset"
        actions={<Link href="/">Go to the overview</Link>}
      >
        It may have been renamed or moved away.
      </Empty>
    </>
  )
}

function Pages() {
  const [path] = useLocation()
  return (
    <SafePage path={path}>
      <PagesByPath />
    </SafePage>
  )
}

function PagesByPath() {
  return (
    <Suspense fallback={<p className="page-wait">Loading…</p>}>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/connections" component={Connections} />
        <Route path="/datasets/:id/gallery/:classId?">
          {({ id, classId }) => (
            <OfDataset id={id}>
              <Gallery key={id} datasetId={id} classId={classId === undefined ? null : Number(classId)} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/activity">
          {({ id }) => (
            <OfDataset id={id}>
              <ActivityPage key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/activity/hosts">
          {({ id }) => (
            <OfDataset id={id}>
              <HostsPage key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/duplicates/:view?">
          {({ id, view }) => (
            <OfDataset id={id}>
              <Duplicates key={id} datasetId={id} view={view} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/quality/:problem?">
          {({ id, problem }) => (
            <OfDataset id={id}>
              <Quality key={id} datasetId={id} problem={problem} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/review/:classId?">
          {({ id, classId }) => (
            <OfDataset id={id}>
              <Review key={id} datasetId={id} classId={classId === undefined ? null : Number(classId)} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/splits">
          {({ id }) => (
            <OfDataset id={id}>
              <Splits key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/versions">
          {({ id }) => (
            <OfDataset id={id}>
              <Versions key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/versions/:from/:to">
          {({ id, from, to }) => (
            <OfDataset id={id}>
              <Diff key={id} datasetId={id} from={Number(from)} to={Number(to)} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/exports">
          {({ id }) => (
            <OfDataset id={id}>
              <Exports key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/imports">
          {({ id }) => (
            <OfDataset id={id}>
              <Imports key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/history">
          {({ id }) => (
            <OfDataset id={id}>
              <History key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/trash">
          {({ id }) => (
            <OfDataset id={id}>
              <Trash key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route path="/datasets/:id/settings">
          {({ id }) => (
            <OfDataset id={id}>
              <SettingsPage key={id} datasetId={id} />
            </OfDataset>
          )}
        </Route>
        <Route>
          <Redirect to="/" replace />
        </Route>
      </Switch>
    </Suspense>
  )
}

/** Says why an act was refused, whichever page it was asked for on. */
function Refusals() {
  const { onRefused } = useApp()
  const toast = useToast()
  useEffect(() => onRefused(error => toast(reasonOfError(error).say, 'warning')), [onRefused, toast])
  return null
}

/** Says that an act about many pictures has come to its end, whichever page is looked at by then, with the way back. */
function Endings() {
  const { onActEnded, actsOf } = useApp()
  const toast = useToast()
  useEffect(
    () =>
      onActEnded((datasetId, act) => {
        const undo = () => void actsOf(datasetId).perform({ kind: 'undo', actId: act.id })
        const { say, tone, mayBeUndone } = endingOf(act)
        toast(say, tone, mayBeUndone ? { label: 'Undo', run: undo } : undefined)
      }),
    [onActEnded, actsOf, toast],
  )
  return null
}

/** Everything that needs an open session: reads the overview once, then follows the events. */
function Open() {
  const { api, live } = useApp()
  const { data, error, refetch } = useQuery({
    queryKey: keys.overview,
    queryFn: api.overview,
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => live.start(), [live])
  if (data) {
    return (
      <Shell>
        <Refusals />
        <Endings />
        <Pages />
      </Shell>
    )
  }
  return error ? (
    <main className="page-alone">
      <Problem error={error} onRetry={() => void refetch()} />
    </main>
  ) : (
    <p className="page-wait">Loading…</p>
  )
}

interface AppProps {
  readonly parts: AppParts
  readonly queries: QueryClient
  readonly session: SessionStore
}

export function App({ parts, queries, session }: AppProps) {
  const state = useSyncExternalStore(session.subscribe, session.state)
  return (
    <QueryClientProvider client={queries}>
      <AppContext value={parts}>
        <Toasts>{state === 'open' ? <Open /> : <Gate state={state} />}</Toasts>
      </AppContext>
    </QueryClientProvider>
  )
}

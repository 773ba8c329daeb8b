import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon, type IconName } from '@gleaner/shared/ui/icon.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useLiveStatus, useOverview } from '../api/use-app.ts'
import { NewDataset } from '../overview/new-dataset.tsx'
import { Keys, useOpenKeys } from '../parts/key-sheet.tsx'
import { PauseButton } from '../parts/pause-button.tsx'
import { waitingIn } from '../text/duplicate-words.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { pausedWords } from '../text/reasons.ts'
import { Brand } from './brand.tsx'
import { currentDataset, pageOf } from './current-dataset.ts'
import { LiveMark } from './live-mark.tsx'
import { UndoKeys } from './undo.tsx'
import './shell.css'

interface NavLinkProps {
  readonly to: string
  readonly icon: IconName
  readonly isHere: boolean
  /** How many things wait there for a decision. */
  readonly waiting?: number
  readonly children: ReactNode
}

/** In a narrow window the pages are a row that scrolls. */
const intoSight = (link: HTMLAnchorElement | null) => {
  const row = link?.parentElement
  if (!link || !row) return
  const { offsetLeft, offsetWidth } = link
  const isHidden = offsetLeft < row.scrollLeft || offsetLeft + offsetWidth > row.scrollLeft + row.clientWidth
  if (isHidden) row.scrollLeft = offsetLeft - (row.clientWidth - offsetWidth) / 2
}

function NavLink({ to, icon, isHere, waiting = 0, children }: NavLinkProps) {
  return (
    <Link
      href={to}
      className="nav-link"
      aria-current={isHere ? 'page' : undefined}
      ref={isHere ? intoSight : undefined}
    >
      <Icon name={icon} />
      <span>{children}</span> {waiting > 0 ? <span className="nav-count">{formatCount(waiting)}</span> : null}
    </Link>
  )
}

function Navigation({ path, datasetId }: { readonly path: string; readonly datasetId: string | undefined }) {
  const page = pageOf(path)
  const base = `/datasets/${datasetId}`
  const review = useOverview().datasets.find(({ id }) => id === datasetId)?.review
  return (
    <nav aria-label="Pages" className="nav">
      <NavLink to="/" icon="overview" isHere={path === '/'}>
        Overview
      </NavLink>
      {datasetId === undefined ? null : (
        <>
          <NavLink to={`${base}/gallery`} icon="gallery" isHere={page === 'gallery'}>
            Gallery
          </NavLink>
          <NavLink to={`${base}/review`} icon="review" isHere={page === 'review'}>
            Review
          </NavLink>
          <NavLink
            to={`${base}/duplicates`}
            icon="copies"
            isHere={page === 'duplicates'}
            waiting={review ? waitingIn(review) : 0}
          >
            Duplicates
          </NavLink>
          <NavLink to={`${base}/quality`} icon="quality" isHere={page === 'quality'}>
            Quality
          </NavLink>
          <NavLink to={`${base}/splits`} icon="split" isHere={page === 'splits'}>
            Splits
          </NavLink>
          <NavLink to={`${base}/versions`} icon="versions" isHere={page === 'versions'}>
            Versions
          </NavLink>
          <NavLink to={`${base}/exports`} icon="export" isHere={page === 'exports'}>
            Exports
          </NavLink>
          <NavLink to={`${base}/imports`} icon="import" isHere={page === 'imports'}>
            Imports
          </NavLink>
          <NavLink to={`${base}/activity`} icon="activity" isHere={page === 'activity'}>
            Activity
          </NavLink>
          <NavLink to={`${base}/history`} icon="history" isHere={page === 'history'}>
            History
          </NavLink>
          <NavLink to={`${base}/trash`} icon="trash" isHere={page === 'trash'}>
            Trash
          </NavLink>
          <NavLink to={`${base}/settings`} icon="settings" isHere={page === 'settings'}>
            Settings
          </NavLink>
        </>
      )}
      <NavLink to="/connections" icon="plug" isHere={path === '/connections'}>
        Browsers
      </NavLink>
    </nav>
  )
}

function DatasetPicker({
  path,
  datasetId,
}: {
  readonly path: string
  readonly datasetId: string | undefined
}) {
  const { datasets } = useOverview()
  const [, navigate] = useLocation()
  const [isAdding, setAdding] = useState(false)
  const page = pageOf(path)
  return (
    <div className="dataset-picker">
      {datasets.length > 0 ? (
        <Select
          label="Dataset"
          isLabelHidden
          options={datasets.map(({ id, name, images }) => ({
            id,
            label: name,
            detail: formatNoun(images, 'picture'),
          }))}
          value={datasetId ?? null}
          onChange={id => navigate(`/datasets/${id}/${page ?? 'gallery'}`)}
        />
      ) : null}
      <Button kind="quiet" size="small" icon="plus" onPress={() => setAdding(true)}>
        New dataset
      </Button>
      <NewDataset isOpen={isAdding} onClose={() => setAdding(false)} />
    </div>
  )
}

/** Moves the focus to the new page, so that keyboard and screen reader start at its top. */
function useFocusOnNewPage(path: string) {
  const main = useRef<HTMLElement>(null)
  const page = path.split('/').slice(0, 4).join('/')
  const shown = useRef(page)
  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [page])
  return main
}

function KeysButton() {
  const open = useOpenKeys()
  return (
    <Button kind="quiet" size="small" icon="keyboard" onPress={open}>
      Keys
      <span className="key-hint" aria-hidden="true">
        ?
      </span>
    </Button>
  )
}

/** Frame of every page: brand, pages, dataset, connection, keys. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation()
  const { datasets } = useOverview()
  return (
    <Keys>
      <UndoKeys
        datasetId={pageOf(path) === undefined ? undefined : currentDataset(path, datasets)}
        usualId={currentDataset(path, datasets)}
      >
        <Frame>{children}</Frame>
      </UndoKeys>
    </Keys>
  )
}

function Frame({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation()
  const { datasets, activity } = useOverview()
  const status = useLiveStatus()
  const main = useFocusOnNewPage(path)
  const datasetId = currentDataset(path, datasets)
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <header className="sidebar">
        <Link href="/" className="brand-link" aria-label="Gleaner, overview">
          <Brand />
        </Link>
        <DatasetPicker path={path} datasetId={datasetId} />
        <Navigation path={path} datasetId={datasetId} />
        <div className="sidebar-foot">
          <KeysButton />
          <LiveMark />
        </div>
      </header>
      <main className="main" id="main" ref={main} tabIndex={-1}>
        {status === 'lost' ? (
          <Notice tone="warning" title="The server is not reachable. Reconnecting…" role="alert">
            What you see may be out of date. If the server was stopped, run “npm start” in the Gleaner folder.
          </Notice>
        ) : null}
        {activity.isPaused ? (
          <Notice tone="warning" title="Paused by you" role="status" actions={<PauseButton kind="primary" />}>
            {pausedWords(activity)}
          </Notice>
        ) : null}
        {children}
      </main>
    </div>
  )
}

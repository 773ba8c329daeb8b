import { IconButton } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConnectionDot, dashboardUrl, Mend } from '../connection/connection.tsx'
import { Consent } from '../connection/consent.tsx'
import type { ServerStatus } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'
import { openOptions } from '../platform/runtime.ts'
import { askTab } from '../platform/tab-messages.ts'
import { reloadTab } from '../platform/tabs.ts'
import { Collect } from './collect.tsx'
import { NoResults } from './no-results.tsx'
import { Picture } from './picture.tsx'
import { ReloadOffer } from './reload-offer.tsx'
import { SitePrompt } from './site-prompt.tsx'
import './popup.css'

interface PopupProps {
  /** The tab in front; `undefined` when the browser shows none. */
  readonly tabId: number | undefined
  /** Address of its page; `undefined` where the browser does not tell. */
  readonly address: string | undefined
}

/** What a tab's page holds; `null` where no content script answers. */
const usePage = (tabId: number) =>
  useQuery({
    queryKey: ['page', tabId],
    queryFn: () => askTab(tabId, 'readPage', {}).catch(() => null),
    refetchInterval: 2_000,
  })

/**
 * The picture that was clicked on in the page, if any. It may be looked up only while the popup opens, and another one may
 * be clicked on while it is open as a page of its own.
 */
const usePicture = (tabId: number) =>
  useQuery({
    queryKey: ['picture', tabId],
    queryFn: () => ask('picture', { tabId }),
    refetchInterval: ({ state }) => (state.data ? 2_000 : 500),
  })

/** The small window under the extension's button. */
export function Popup({ tabId, address }: PopupProps) {
  const client = useQueryClient()
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => ask('settings', {}) })
  const status = useQuery({
    queryKey: ['status'],
    queryFn: () => ask('status', {}),
    refetchInterval: ({ state }) => (state.data?.code === null ? 5_000 : 1_500),
  })
  const consent = useMutation({
    mutationFn: () => ask('consent', {}),
    onSuccess: () => client.invalidateQueries(),
  })

  return (
    <main className="popup">
      <header className="popup-head">
        <img src="/icons/icon-48.png" alt="" width="24" height="24" />
        <h1>Gleaner</h1>
        <ConnectionDot status={status.data} />
        <IconButton icon="settings" aria-label="Options" onPress={() => void openOptions()} />
      </header>
      {status.data ? <Mend status={status.data} /> : null}
      {settings.data?.isConsented === false ? <Consent allow={() => consent.mutate()} /> : null}
      {settings.data?.isConsented && tabId !== undefined ? <Tab tabId={tabId} address={address} /> : null}
      {status.data ? <Foot status={status.data} /> : null}
    </main>
  )
}

/** What there is to do in a tab. */
function Tab({ tabId, address }: { readonly tabId: number; readonly address: string | undefined }) {
  const client = useQueryClient()
  const page = usePage(tabId)
  const picture = usePicture(tabId)
  const dismiss = useMutation({
    mutationFn: (url: string) => ask('dropPicture', { tabId, url }),
    onSettled: () => client.invalidateQueries({ queryKey: ['picture'] }),
  })
  /** The site of the page was allowed just now, after its first results had come. */
  const [isLate, setIsLate] = useState(false)
  const reload = useMutation({
    mutationFn: () => reloadTab(tabId),
    onSuccess: () => {
      setIsLate(false)
      return client.invalidateQueries()
    },
  })
  if (page.data === undefined) return null
  const [source] = picture.data?.candidate.sources ?? []
  if (picture.data && source) {
    const { url } = source
    // What was filled in for one picture is not meant for the next.
    return (
      <Picture key={url} tabId={tabId} url={url} picture={picture.data} done={() => dismiss.mutate(url)} />
    )
  }
  if (page.data === null)
    return <SitePrompt tabId={tabId} address={address} cameLate={() => setIsLate(true)} />
  return (
    <>
      {isLate || page.data.code === 'HARVEST_RELOAD' ? <ReloadOffer reload={() => reload.mutate()} /> : null}
      {page.data.code === 'HARVEST_NO_RESULTS' ? (
        <NoResults isKnownEngine />
      ) : (
        <Collect tabId={tabId} page={page.data} />
      )}
    </>
  )
}

function Foot({ status }: { readonly status: ServerStatus }) {
  const { waiting, refused, port } = status
  return (
    <footer className="popup-foot">
      <span>
        {waiting > 0 ? `${waiting.toLocaleString('en')} waiting to be sent` : 'Nothing waits to be sent'}
        {refused > 0 ? (
          <>
            {' · '}
            <button type="button" className="popup-link" onClick={() => void openOptions()}>
              {refused.toLocaleString('en')} refused
            </button>
          </>
        ) : null}
      </span>
      <a href={dashboardUrl(port)} target="_blank" rel="noreferrer">
        Dashboard <Icon name="external" sizePx={14} />
      </a>
    </footer>
  )
}

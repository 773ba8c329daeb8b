import { IconButton } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ConnectionDot, dashboardUrl, Mend } from '../connection/connection.tsx'
import { Consent } from '../connection/consent.tsx'
import type { ServerStatus } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'
import { openOptions } from '../platform/runtime.ts'
import { askTab } from '../platform/tab-messages.ts'
import { Collect } from './collect.tsx'
import { NoResults } from './no-results.tsx'
import './popup.css'

interface PopupProps {
  /** The tab in front; `undefined` when the browser shows none. */
  readonly tabId: number | undefined
}

/** What a tab's page holds; `null` where no content script answers. */
const usePage = (tabId: number | undefined) =>
  useQuery({
    queryKey: ['page', tabId],
    queryFn: async () => (tabId === undefined ? null : askTab(tabId, 'readPage', {}).catch(() => null)),
    refetchInterval: 2_000,
  })

/** The small window under the extension's button. */
export function Popup({ tabId }: PopupProps) {
  const client = useQueryClient()
  const page = usePage(tabId)
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
      {settings.data?.isConsented && page.data !== undefined ? (
        page.data !== null && page.data.code !== 'HARVEST_NO_RESULTS' && tabId !== undefined ? (
          <Collect tabId={tabId} page={page.data} />
        ) : (
          <NoResults isKnownEngine={page.data !== null} />
        )
      ) : null}
      {status.data ? <Foot status={status.data} /> : null}
    </main>
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

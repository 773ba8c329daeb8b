import type { Client } from '@gleaner/shared/api'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi, useOverview } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useNow } from '../parts/use-now.ts'
import { formatAgo, formatTime } from '../text/format.ts'
import { PairingPanel } from './pairing-panel.tsx'
import './setup.css'

function ClientRow({ client, onForget }: { readonly client: Client; readonly onForget: () => void }) {
  const nowMs = useNow(15_000)
  const seen = client.lastSeenAtMs === null ? 'not seen yet' : `seen ${formatAgo(client.lastSeenAtMs, nowMs)}`
  return (
    <li className="client">
      <span className="client-icon">
        <Icon name="puzzle" />
      </span>
      <div className="client-words">
        <p className="client-name">
          <bdi>{client.name}</bdi>
        </p>
        <p className="small faint">
          Connected {formatTime(client.pairedAtMs)} · {seen}
        </p>
        {client.origin ? <bdi className="small faint gl-mono">{client.origin}</bdi> : null}
      </div>
      <Button size="small" onPress={onForget}>
        Forget
      </Button>
    </li>
  )
}

function ClientList() {
  const api = useApi()
  const cache = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: keys.clients, queryFn: api.clients, staleTime: 0 })
  const [leaving, setLeaving] = useState<Client | null>(null)
  const [isAsking, setAsking] = useState(false)
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <p className="page-wait">Loading…</p>
  if (data.clients.length === 0) {
    return (
      <Empty icon="puzzle" title="No browser is connected">
        Load the extension, press Connect above and type the code into its popup.
      </Empty>
    )
  }
  const forget = async () => {
    if (leaving) await api.forgetClient(leaving.id)
    await cache.invalidateQueries({ queryKey: keys.clients })
  }
  return (
    <>
      <ul className="card client-list" aria-label="Connected browsers">
        {data.clients.map(client => (
          <ClientRow
            key={client.id}
            client={client}
            onForget={() => {
              setLeaving(client)
              setAsking(true)
            }}
          />
        ))}
      </ul>
      <Confirm
        title={
          <>
            Forget <bdi>{leaving?.name}</bdi>?
          </>
        }
        doLabel="Forget this browser"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={forget}
      >
        <p>
          This one browser can no longer send pictures here until it is connected again with a new code. What
          it has collected stays.
        </p>
      </Confirm>
    </>
  )
}

/** Browsers whose extension may send pictures: connect, see, forget. */
export default function Connections() {
  const { setup } = useOverview()
  const toast = useToast()
  const onPaired = useCallback((name: string) => toast(`${name} is connected.`), [toast])
  return (
    <>
      <PageHead title="Browsers" about="Extensions that may send pictures to this server." />
      <section className="card stack" aria-labelledby="connect-title">
        <h2 className="card-title" id="connect-title">
          Connect a browser
        </h2>
        <p className="soft">
          Load the extension from the folder below at <span className="gl-mono">chrome://extensions</span>,
          then press Connect and type the code into its popup.
        </p>
        <CopyText text={setup.extensionFolder} what="the folder" />
        <PairingPanel kind="plain" onPaired={onPaired} />
      </section>
      <ClientList />
    </>
  )
}

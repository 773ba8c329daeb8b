import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../platform/messages.ts'
import { ConnectionSection } from './connection-section.tsx'
import './options.css'
import { OutboxSection } from './outbox-section.tsx'
import { PrivacySection } from './privacy-section.tsx'

/** Where the server is, what waits for it, what is read. */
export function Options() {
  const client = useQueryClient()
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => ask('settings', {}) })
  const status = useQuery({
    queryKey: ['status'],
    queryFn: () => ask('status', {}),
    refetchInterval: ({ state }) => (state.data?.code === null ? 5_000 : 2_000),
  })
  const consent = useMutation({
    mutationFn: () => ask('consent', {}),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <main className="options">
      <header className="options-head">
        <img src="/icons/icon-128.png" alt="" width="40" height="40" />
        <h1>Gleaner options</h1>
      </header>
      {settings.data ? <ConnectionSection settings={settings.data} status={status.data} /> : null}
      <OutboxSection />
      {settings.data ? (
        <PrivacySection isConsented={settings.data.isConsented} allow={() => consent.mutate()} />
      ) : null}
    </main>
  )
}

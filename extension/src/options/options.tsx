import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ask } from '../platform/messages.ts'
import { ConnectionSection } from './connection-section.tsx'
import './options.css'
import { OutboxSection } from './outbox-section.tsx'
import { PrivacySection } from './privacy-section.tsx'
import { ShortcutsSection } from './shortcuts-section.tsx'
import { SitesSection } from './sites-section.tsx'

/** Where the server is, what waits for it, which sites are read, by which keys. */
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
  const isDrawn = settings.data !== undefined
  useEffect(() => {
    // The part asked for in the address was not there yet when the browser looked for it.
    if (isDrawn && location.hash !== '') document.querySelector(location.hash)?.scrollIntoView()
  }, [isDrawn])
  return (
    <main className="options">
      <header className="options-head">
        <img src="/icons/icon-128.png" alt="" width="40" height="40" />
        <h1>Gleaner options</h1>
      </header>
      {settings.data ? <ConnectionSection settings={settings.data} status={status.data} /> : null}
      <OutboxSection />
      <SitesSection />
      <ShortcutsSection />
      {settings.data ? (
        <PrivacySection isConsented={settings.data.isConsented} allow={() => consent.mutate()} />
      ) : null}
    </main>
  )
}

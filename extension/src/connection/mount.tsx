import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@gleaner/shared/ui/tokens.css'

/** Puts a page of the extension on the screen. Answers come from the background on this machine: never stale by rule. */
export function mount(page: ReactNode): void {
  const root = document.getElementById('root')
  if (!root) return
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } })
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </StrictMode>,
  )
}

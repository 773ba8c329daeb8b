import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '../connection/connection.tsx'
import { RefusingHosts } from '../connection/refusing-hosts.tsx'
import type { Destination } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'
import { askTab } from '../platform/tab-messages.ts'
import type { PageView } from '../platform/tab-table.ts'
import { takeBack } from '../platform/take-back.ts'
import { collectWords, foundWords, isOfInterest, unfinished } from '../platform/words.ts'
import { DestinationFields, isComplete, trimmed } from './destination-fields.tsx'
import { PressProgress } from './press-progress.tsx'
import { Report } from './report.tsx'
import { RunState } from './run-state.tsx'

interface CollectProps {
  readonly tabId: number
  readonly page: PageView
}

/** Hosts the small window has room for. */
const hostsShown = 3

const useProgress = (tabId: number) =>
  useQuery({
    queryKey: ['progress', tabId],
    queryFn: () => ask('progress', { tabId }),
    refetchInterval: ({ state }) => (state.data?.press && unfinished(state.data.press) > 0 ? 1_000 : 4_000),
  })

/** Collecting what the tab shows, and taking the last collect back. */
function useCollecting(tabId: number) {
  const client = useQueryClient()
  const onSettled = () => client.invalidateQueries({ queryKey: ['progress'] })
  const collect = useMutation({
    mutationFn: (destination: Destination) => askTab(tabId, 'collectNow', { destination }),
    onSettled,
  })
  const undo = useMutation({
    mutationFn: () =>
      takeBack({
        inPage: () => askTab(tabId, 'undoNow', {}),
        inBackground: () => ask('undo', { tabId }),
      }),
    onSettled,
  })
  const error = collect.error ?? undo.error
  const failure: ErrorCode | undefined = error ? codeOf(error) : undefined
  return { collect, undo, failure }
}

/** Picks where the results of the tab go and collects them. */
export function Collect({ tabId, page }: CollectProps) {
  const { query } = page
  /** What the person put into the fields and the background may not know yet. */
  const [edited, setEdited] = useState<Partial<Destination>>({})
  const dataset = edited.dataset?.trim()
  const view = useQuery({
    queryKey: ['view', tabId, query, dataset],
    queryFn: () => ask('describe', { tabId, query, ...(dataset ? { dataset } : {}) }),
    placeholderData: keepPreviousData,
  })
  const progress = useProgress(tabId)
  const { collect, undo, failure } = useCollecting(tabId)
  if (!view.data) return null

  const destination: Destination = { ...view.data.destination, ...edited }
  const press = progress.data?.press
  /** The page answers for the dataset of its tab, which the field may have left already. */
  const isCounted = page.dataset === destination.dataset.trim()
  const found = isCounted ? page : { ...page, held: null, tried: null }
  const { say, isWorthwhile } = collectWords(found)

  async function remember(patch: Partial<Destination>) {
    const chosen = trimmed({ ...destination, ...patch })
    if (!isComplete(chosen)) return
    await ask('choose', { tabId, query, ...chosen })
    await askTab(tabId, 'refresh', {}).catch(() => null)
  }
  async function pick() {
    await askTab(tabId, 'pickNow', {})
    window.close()
  }

  return (
    <section className="popup-collect">
      <div>
        <h2>
          {page.label}
          {query ? <bdi className="popup-query">{query}</bdi> : null}
        </h2>
        <p className="popup-found">{foundWords(found)}</p>
      </div>
      {page.code && page.code !== 'HARVEST_RELOAD' ? (
        <Notice tone="warning" title={catalogue[page.code].say}>
          {catalogue[page.code].hint}
        </Notice>
      ) : null}
      <DestinationFields
        destination={destination}
        classes={view.data.classes}
        datasets={view.data.datasets}
        edit={patch => setEdited(held => ({ ...held, ...patch }))}
        settle={patch => void remember(patch)}
      />
      <div className="popup-actions">
        <Button
          kind="primary"
          size="large"
          isPending={collect.isPending}
          isDisabled={!isComplete(destination) || !isWorthwhile}
          onPress={() => collect.mutate(trimmed(destination))}
        >
          {say}
        </Button>
        <Button size="large" onPress={() => void pick()}>
          Pick…
        </Button>
      </div>
      {failure ? (
        <Notice tone="danger" title={catalogue[failure].say} role="alert">
          {catalogue[failure].hint}
        </Notice>
      ) : null}
      {page.run ? <RunState run={page.run} /> : null}
      {press && isOfInterest(press, page) ? (
        <PressProgress press={press} undo={() => undo.mutate()} isUndoing={undo.isPending} />
      ) : null}
      <RefusingHosts hosts={progress.data?.refusingHosts ?? []} most={hostsShown} />
      <Report tabId={tabId} />
    </section>
  )
}

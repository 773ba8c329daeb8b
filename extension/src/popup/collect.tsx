import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ComboBox } from '@gleaner/shared/ui/combo-box.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '../connection/connection.tsx'
import type { Choice, Destination, PageView } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'
import { askTab } from '../platform/tab-messages.ts'
import { collectWords, foundWords, isOfInterest, unfinished } from '../platform/words.ts'
import { PressProgress } from './press-progress.tsx'

interface CollectProps {
  readonly tabId: number
  readonly page: PageView
}

const toOption = ({ name, images }: Choice) =>
  images === null ? { value: name } : { value: name, detail: images.toLocaleString('en') }

const useProgress = (tabId: number) =>
  useQuery({
    queryKey: ['progress', tabId],
    queryFn: () => ask('progress', { tabId }),
    refetchInterval: ({ state }) => (state.data?.press && unfinished(state.data.press) > 0 ? 1_000 : 4_000),
  })

/** Picks where the results of the tab go and collects them. */
export function Collect({ tabId, page }: CollectProps) {
  const client = useQueryClient()
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
  const collect = useMutation({
    mutationFn: (destination: Destination) => askTab(tabId, 'collectNow', { destination }),
    onSettled: () => client.invalidateQueries({ queryKey: ['progress'] }),
  })
  if (!view.data) return null

  const destination: Destination = { ...view.data.destination, ...edited }
  const press = progress.data?.press
  const isComplete = destination.dataset.trim() !== '' && destination.class.trim() !== ''
  /** The page answers for the dataset of its tab, which the field may have left already. */
  const isCounted = page.dataset === destination.dataset.trim()
  const found = isCounted ? page : { ...page, held: null, tried: null }
  const { say, isWorthwhile } = collectWords(found)
  const failure: ErrorCode | undefined = collect.error ? codeOf(collect.error) : undefined
  const edit = (patch: Partial<Destination>) => setEdited(held => ({ ...held, ...patch }))

  async function remember(patch: Partial<Destination>) {
    const chosen = { ...destination, ...patch }
    const cleaned = { dataset: chosen.dataset.trim(), class: chosen.class.trim() }
    if (cleaned.dataset === '' || cleaned.class === '') return
    await ask('choose', { tabId, query, ...cleaned })
    await askTab(tabId, 'refresh', {}).catch(() => null)
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
      {page.code ? (
        <Notice tone="warning" title={catalogue[page.code].say}>
          {catalogue[page.code].hint}
        </Notice>
      ) : null}
      <ComboBox
        label="Class"
        options={view.data.classes.map(toOption)}
        value={destination.class}
        onChange={value => edit({ class: value })}
        onCommit={value => void remember({ class: value })}
        maxLength={limits.classChars}
      />
      <ComboBox
        label="Dataset"
        options={view.data.datasets.map(toOption)}
        value={destination.dataset}
        onChange={value => edit({ dataset: value })}
        onCommit={value => void remember({ dataset: value })}
        maxLength={limits.datasetChars}
      />
      <Button
        kind="primary"
        size="large"
        isPending={collect.isPending}
        isDisabled={!isComplete || !isWorthwhile}
        onPress={() =>
          collect.mutate({ dataset: destination.dataset.trim(), class: destination.class.trim() })
        }
      >
        {say}
      </Button>
      {failure ? (
        <Notice tone="danger" title={catalogue[failure].say} role="alert">
          {catalogue[failure].hint}
        </Notice>
      ) : null}
      {press && isOfInterest(press, page) ? <PressProgress press={press} /> : null}
    </section>
  )
}

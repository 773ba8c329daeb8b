import type { SavedView } from '@gleaner/shared/gallery'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Listing } from '../api/gallery-calls.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { reasonOfError } from '../text/reasons.ts'
import { chipsOf, sortWords } from './filter-words.ts'
import type { ListingAddress } from './use-listing.ts'

interface ViewsProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly labelOf: (classId: number) => string
}

function useViews(datasetId: string) {
  const api = useApi()
  const cache = useQueryClient()
  const key = keys.views(datasetId)
  const list = useQuery({ queryKey: key, queryFn: () => api.views(datasetId) })
  const onSuccess = () => cache.invalidateQueries({ queryKey: key })
  const save = useMutation({
    mutationFn: ({ name, filter, order }: Listing & { readonly name: string }) =>
      api.saveView(datasetId, { name, filter, order }),
    onSuccess,
  })
  const remove = useMutation({ mutationFn: (id: number) => api.removeView(datasetId, id), onSuccess })
  return { list, save, remove }
}

function wordsOf({ filter, order }: Listing, labelOf: ViewsProps['labelOf']): string {
  const parts = chipsOf(filter, labelOf).map(({ name, value }) => `${name}: ${value}`)
  const sorted = `by ${sortWords[order.by].toLowerCase()}`
  return [parts.length === 0 ? 'All pictures' : parts.join(', '), sorted].join('; ')
}

/** Filters that were given a name: one press to each, and a name for this one. */
export function ViewsDialog({
  isOpen,
  onClose,
  ...rest
}: ViewsProps & { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Views" isOpen={isOpen} onClose={onClose}>
      {isOpen ? <Views {...rest} onClose={onClose} /> : null}
    </Dialog>
  )
}

function Views({ datasetId, address, labelOf, onClose }: ViewsProps & { readonly onClose: () => void }) {
  const { list, save, remove } = useViews(datasetId)
  const [name, setName] = useState('')
  const views = list.data?.views ?? []
  const go = (view: SavedView) => {
    address.show(view)
    onClose()
  }
  const keep = () => {
    if (name.trim() !== '')
      save.mutate({ ...address.listing, name: name.trim() }, { onSuccess: () => setName('') })
  }
  const failure = save.error ?? remove.error
  return (
    <div className="stack">
      {list.error ? <Problem error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && views.length === 0 ? (
        <p className="soft">No view has a name yet. Filter and sort, then give it one here.</p>
      ) : null}
      <ul className="views-list">
        {views.map(view => (
          <li key={view.id} className="saved-view">
            <button type="button" className="saved-view-go" onClick={() => go(view)}>
              <b>
                <bdi>{view.name}</bdi>
              </b>
              <span className="small soft">
                <bdi>{wordsOf(view, labelOf)}</bdi>
              </span>
            </button>
            <IconButton
              icon="trash"
              aria-label={`Forget ${view.name}`}
              onPress={() => remove.mutate(view.id)}
            />
          </li>
        ))}
      </ul>
      <form
        className="save-view"
        onSubmit={event => {
          event.preventDefault()
          keep()
        }}
      >
        <TextField
          label="Name for what is shown now"
          value={name}
          onChange={setName}
          maxLength={80}
          description={wordsOf(address.listing, labelOf)}
        />
        <Button kind="primary" type="submit" icon="bookmark" isPending={save.isPending}>
          Save
        </Button>
      </form>
      {failure ? (
        <Notice tone="danger" title={reasonOfError(failure).say} role="alert">
          {reasonOfError(failure).hint}
        </Notice>
      ) : null}
    </div>
  )
}

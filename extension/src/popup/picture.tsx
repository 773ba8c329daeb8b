import { catalogue } from '@gleaner/shared/errors'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '../connection/connection.tsx'
import type { CandidateAt, Destination } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'
import { DestinationFields, isComplete, trimmed } from './destination-fields.tsx'

interface PictureProps {
  readonly tabId: number
  /** By which the background knows which picture is meant. */
  readonly url: string
  readonly picture: CandidateAt
  readonly done: () => void
}

/** Picks a class for one picture, which was clicked on in the page. */
export function Picture({ tabId, url, picture, done }: PictureProps) {
  const client = useQueryClient()
  const [edited, setEdited] = useState<Partial<Destination>>({})
  const query = picture.origin.query ?? null
  const dataset = edited.dataset?.trim()
  const view = useQuery({
    queryKey: ['view', tabId, query, dataset],
    queryFn: () => ask('describe', { tabId, query, ...(dataset ? { dataset } : {}) }),
    placeholderData: keepPreviousData,
  })
  const add = useMutation({
    mutationFn: (destination: Destination) => ask('addPicture', { tabId, url, ...destination }),
    onSuccess: () => {
      void client.invalidateQueries()
      done()
    },
    // It may have been refused for another picture that is meant now.
    onError: () => void client.invalidateQueries({ queryKey: ['picture'] }),
  })
  if (!view.data) return null
  const destination = { ...view.data.destination, ...edited }
  const failure = add.error ? catalogue[codeOf(add.error)] : undefined
  return (
    <section className="popup-collect">
      <div>
        <h2>One picture</h2>
        <p className="popup-found popup-address">
          <bdi>{picture.candidate.title ?? url}</bdi>
        </p>
      </div>
      <DestinationFields
        destination={destination}
        classes={view.data.classes}
        datasets={view.data.datasets}
        edit={patch => setEdited(held => ({ ...held, ...patch }))}
      />
      <div className="popup-actions">
        <Button
          kind="primary"
          size="large"
          isPending={add.isPending}
          isDisabled={!isComplete(destination)}
          onPress={() => add.mutate(trimmed(destination))}
        >
          Add to {destination.class.trim() || 'class'}
        </Button>
        <Button kind="quiet" size="large" onPress={done}>
          Cancel
        </Button>
      </div>
      {failure ? (
        <Notice tone="danger" title={failure.say} role="alert">
          {failure.hint}
        </Notice>
      ) : null}
    </section>
  )
}

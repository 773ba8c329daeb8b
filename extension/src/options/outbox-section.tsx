import { catalogue } from '@gleaner/shared/errors'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { OutboxHeading } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** What was collected and is not yet at the server. */
export function OutboxSection() {
  const client = useQueryClient()
  const outbox = useQuery({ queryKey: ['outbox'], queryFn: () => ask('outbox', {}), refetchInterval: 2_000 })
  const onSuccess = () => client.invalidateQueries()
  const clear = useMutation({ mutationFn: () => ask('clearRefused', {}), onSuccess })
  const retry = useMutation({ mutationFn: () => ask('retryRefused', {}), onSuccess })
  const headings = outbox.data ?? []
  const hasRefused = headings.some(({ state }) => state === 'refused')
  return (
    <section className="options-section" aria-labelledby="outbox">
      <h2 id="outbox">Outbox</h2>
      {headings.length === 0 ? (
        <p className="options-soft">Nothing waits. What you collect goes to the server at once.</p>
      ) : (
        <Headings headings={headings} />
      )}
      {hasRefused ? (
        <div className="options-actions">
          <Button onPress={() => retry.mutate()} isPending={retry.isPending}>
            Try refused again
          </Button>
          <Button kind="danger" onPress={() => clear.mutate()} isPending={clear.isPending}>
            Discard refused
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function Headings({ headings }: { readonly headings: readonly OutboxHeading[] }) {
  return (
    <table className="options-table">
      <thead>
        <tr>
          <th scope="col">Collected</th>
          <th scope="col">Class</th>
          <th scope="col">Dataset</th>
          <th scope="col" className="options-number">
            Pictures
          </th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {headings.map(heading => (
          <tr key={heading.batchId}>
            <td>{time.format(heading.queuedAtMs)}</td>
            <td>
              <bdi>{heading.class}</bdi>
            </td>
            <td>
              <bdi>{heading.dataset}</bdi>
            </td>
            <td className="options-number">{heading.candidates.toLocaleString('en')}</td>
            <td>{heading.code === null ? 'Waiting' : `Refused: ${catalogue[heading.code].say}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

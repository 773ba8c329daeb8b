import type { Batch, Receipt } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import type { RouteDeps } from './route-deps.ts'

/** Candidates that may wait in all datasets together. */
const queuedAtMost = 1_000_000
/** When to come back after a refusal, in seconds. */
const retryAfterS = 30

/**
 * Takes a batch durably and sets the pipeline to work. The receipt is given only after the commit.
 *
 * Taking a batch in needs little room: it goes on, down to a floor of its own, on a disk too full for fetching.
 *
 * @throws AppError `PROTOCOL_BUSY` when disk or queue are full or the server is stopping (nothing is taken then), and
 *   what the store throws
 */
export function takeBatch({ home, ingest, rules, hub }: RouteDeps, clientId: string, batch: Batch): Receipt {
  const { reason, queued } = ingest.activity()
  if (!ingest.mayAccept())
    throw new AppError('PROTOCOL_BUSY', {
      reason: reason === 'stopping' ? reason : 'disk-full',
      retryAfterS,
    })
  if (queued >= queuedAtMost) throw new AppError('PROTOCOL_BUSY', { reason: 'queue-full', retryAfterS })
  const receipt = home.accept(clientId, batch, rules)
  ingest.wake()
  hub.changed(receipt.datasetId)
  return receipt
}

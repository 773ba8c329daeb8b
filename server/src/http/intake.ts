import type { Activity } from '@gleaner/shared/activity'
import type { Batch, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import { AppError } from '@gleaner/shared/errors'
import type { RouteDeps } from './route-deps.ts'

/** Candidates that may wait in all datasets together. */
const queuedAtMost = 1_000_000
/** When to come back after a refusal, in seconds. */
const retryAfterS = 30

interface IntakeDeps extends Pick<RouteDeps, 'home' | 'rules' | 'undone'> {
  readonly ingest: {
    readonly activity: () => Pick<Activity, 'reason' | 'queued'>
    readonly mayAccept: () => boolean
    readonly wake: () => void
  }
  readonly hub: Pick<RouteDeps['hub'], 'changed'>
}

/**
 * Takes a batch durably and sets the pipeline to work. The receipt is given only after the commit.
 *
 * Taking a batch in needs little room: it goes on, down to a floor of its own, on a disk too full for fetching.
 *
 * @throws AppError `PROTOCOL_BUSY` when disk or queue are full or the server is stopping (nothing is taken then), and
 *   what the store throws
 */
export function takeBatch(
  { home, ingest, rules, hub, undone }: IntakeDeps,
  clientId: string,
  batch: Batch,
): Receipt {
  const { reason, queued } = ingest.activity()
  if (!ingest.mayAccept())
    throw new AppError('PROTOCOL_BUSY', {
      reason: reason === 'stopping' ? reason : 'disk-full',
      retryAfterS,
    })
  if (queued >= queuedAtMost) throw new AppError('PROTOCOL_BUSY', { reason: 'queue-full', retryAfterS })
  const fate = undone.has(clientId, batch.batchId) ? 'undone' : undefined
  const receipt = home.accept(clientId, batch, rules, fate)
  ingest.wake()
  hub.changed(receipt.datasetId)
  return receipt
}

/** Takes batches back, durably; their pictures go in the background. */
export function undoBatches(
  { home, ingest, hub, undone }: RouteDeps,
  clientId: string,
  batchIds: readonly string[],
): UndoAnswer {
  undone.add(clientId, batchIds)
  const answer = home.undo(clientId, batchIds)
  ingest.wake()
  if (answer.candidates > 0) for (const { id } of home.datasets()) hub.changed(id)
  return answer
}

/** Ids of batches remembered as undone. */
const mostUndone = 10_000

/**
 * Which batches were undone while this server runs. One may arrive after its undo: its sender gave the request up, and
 * it was still on its way. Requests do not outlive the server, so this need not either.
 */
export interface UndoneBatches {
  readonly add: (clientId: string, batchIds: readonly string[]) => void
  readonly has: (clientId: string, batchId: string) => boolean
}

export function createUndoneBatches(): UndoneBatches {
  const known = new Set<string>()
  const keyOf = (clientId: string, batchId: string) => `${clientId} ${batchId}`
  return {
    add: (clientId, batchIds) => {
      for (const batchId of batchIds) known.add(keyOf(clientId, batchId))
      for (const oldest of known) {
        if (known.size <= mostUndone) return
        known.delete(oldest)
      }
    },
    has: (clientId, batchId) => known.has(keyOf(clientId, batchId)),
  }
}

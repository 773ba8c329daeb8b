/**
 * What the person collected and the server has not yet acknowledged. Storage is the truth: a batch is in it before
 * anybody is told "queued" and leaves it only after its receipt, so the worker may die at any point.
 */
import { type Batch, Batch as BatchSchema } from '@gleaner/shared/api'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import type { OutboxHeading } from '../platform/message-table.ts'
import type { KeyValueStore } from '../platform/storage.ts'

/** Bounds of the outbox; beyond them collecting is refused and says so. */
export const outboxLimits = { candidates: 20_000, chars: 64 * 1024 * 1024 } as const

const prefix = 'outbox:'

const Entry = Type.Object({
  batch: BatchSchema,
  /** Batches are sent in this order. */
  place: Type.Integer(),
  chars: Type.Integer(),
  queuedAtMs: Type.Number(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('refused')]),
  code: Type.Union([Type.String(), Type.Null()]),
})
type Entry = Type.Static<typeof Entry>

interface Heading extends OutboxHeading {
  readonly place: number
  readonly chars: number
}

export interface Outbox {
  /**
   * Keeps batches; resolves once they are durable. A batch whose id is in the outbox already is not kept twice.
   *
   * @throws AppError `HARVEST_OUTBOX_FULL` (nothing was kept), `HARVEST_OUTBOX_UNWRITABLE`
   */
  readonly add: (batches: readonly Batch[]) => Promise<void>
  /** The batch to send next; `undefined` when none waits. */
  readonly next: () => Promise<Batch | undefined>
  /** Call with the receipt in hand, never before. */
  readonly delivered: (batchId: string) => Promise<void>
  /** Takes a batch out of the queue that the server will never take, and keeps it for the person to see. */
  readonly refuse: (batchId: string, code: ErrorCode) => Promise<void>
  readonly headings: () => Promise<readonly OutboxHeading[]>
  readonly counts: () => Promise<{ readonly waiting: number; readonly refused: number }>
  readonly retryRefused: () => Promise<void>
  readonly clearRefused: () => Promise<void>
}

function headingOf({ batch, place, chars, queuedAtMs, state, code }: Entry): Heading {
  const { batchId, dataset, candidates } = batch
  return {
    batchId,
    dataset,
    class: batch.class,
    candidates: candidates.length,
    queuedAtMs,
    state,
    code: code as ErrorCode | null,
    place,
    chars,
  }
}

/** Headings of everything in storage. What is not an entry of ours (a damaged one) is left where it is. */
async function readHeadings(store: KeyValueStore): Promise<Map<string, Heading>> {
  const entries = Object.entries(await store.all()).filter(([key]) => key.startsWith(prefix))
  const headings = new Map<string, Heading>()
  for (const [, value] of entries) {
    if (Check(Entry, value)) headings.set(value.batch.batchId, headingOf(value))
  }
  return headings
}

function totals(headings: Iterable<Heading>) {
  const sums = { waiting: 0, refused: 0, chars: 0 }
  for (const { state, candidates, chars } of headings) {
    sums[state] += candidates
    sums.chars += chars
  }
  return sums
}

export function createOutbox(deps: {
  readonly store: KeyValueStore
  readonly now: () => number
  readonly capacity?: { readonly candidates: number; readonly chars: number }
}): Outbox {
  const { store, now, capacity = outboxLimits } = deps
  let loading: Promise<Map<string, Heading>> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One after another: two presses at once must not both see the last free place. */
  function inTurn<T>(work: (headings: Map<string, Heading>) => Promise<T>): Promise<T> {
    const run = async () => {
      loading ??= readHeadings(store)
      const headings = await loading.catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return work(headings)
    }
    const result = last.then(run, run)
    last = result
    return result
  }

  async function write(entries: readonly Entry[], headings: Map<string, Heading>): Promise<void> {
    const items = Object.fromEntries(entries.map(entry => [prefix + entry.batch.batchId, entry]))
    try {
      await store.set(items)
    } catch (cause) {
      throw new AppError('HARVEST_OUTBOX_UNWRITABLE', {}, { cause })
    }
    for (const entry of entries) headings.set(entry.batch.batchId, headingOf(entry))
  }

  async function read(batchId: string): Promise<Entry | undefined> {
    const value = await store.get(prefix + batchId)
    return Check(Entry, value) ? value : undefined
  }

  const inOrder = (headings: Map<string, Heading>) =>
    [...headings.values()].sort((one, other) => one.place - other.place)

  return {
    add: batches =>
      inTurn(async headings => {
        const fresh = batches.filter(({ batchId }) => !headings.has(batchId))
        let place = Math.max(0, ...[...headings.values()].map(heading => heading.place))
        const entries = fresh.map((batch): Entry => {
          place += 1
          const chars = JSON.stringify(batch).length
          return { batch, place, chars, queuedAtMs: now(), state: 'waiting', code: null }
        })
        const held = totals(headings.values())
        const more = totals(entries.map(headingOf))
        const candidates = held.waiting + held.refused + more.waiting
        if (candidates > capacity.candidates || held.chars + more.chars > capacity.chars) {
          throw new AppError('HARVEST_OUTBOX_FULL', { waiting: held.waiting, refused: held.refused })
        }
        if (entries.length > 0) await write(entries, headings)
      }),

    next: () =>
      inTurn(async headings => {
        for (const { batchId, state } of inOrder(headings)) {
          if (state !== 'waiting') continue
          const entry = await read(batchId)
          if (entry) return entry.batch
          headings.delete(batchId)
        }
        return undefined
      }),

    delivered: batchId =>
      inTurn(async headings => {
        await store.remove([prefix + batchId])
        headings.delete(batchId)
      }),

    refuse: (batchId, code) =>
      inTurn(async headings => {
        const entry = await read(batchId)
        if (entry) await write([{ ...entry, state: 'refused', code }], headings)
      }),

    headings: () =>
      inTurn(async headings => inOrder(headings).map(({ place: _, chars: __, ...heading }) => heading)),

    counts: () =>
      inTurn(async headings => {
        const { waiting, refused } = totals(headings.values())
        return { waiting, refused }
      }),

    retryRefused: () =>
      inTurn(async headings => {
        for (const { batchId, state } of inOrder(headings)) {
          const entry = state === 'refused' ? await read(batchId) : undefined
          if (entry) await write([{ ...entry, state: 'waiting', code: null }], headings)
        }
      }),

    clearRefused: () =>
      inTurn(async headings => {
        const refused = inOrder(headings).filter(({ state }) => state === 'refused')
        if (refused.length === 0) return
        await store.remove(refused.map(({ batchId }) => prefix + batchId))
        for (const { batchId } of refused) headings.delete(batchId)
      }),
  }
}

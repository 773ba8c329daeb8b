/**
 * What the person collected and the server has not yet acknowledged. Storage is the truth: a batch is in it before
 * anybody is told "queued" and leaves it only after its receipt, so the worker may die at any point.
 */
import { type Batch, BatchId, Batch as BatchSchema } from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import type { OutboxHeading } from '../platform/message-table.ts'
import type { KeyValueStore } from '../platform/storage.ts'

/** Bounds of the outbox; beyond them collecting is refused and says so. */
export const outboxLimits = { candidates: 20_000, chars: 64 * 1024 * 1024 } as const

const prefix = 'outbox:'
const undoPrefix = 'undo:'
const { batchesPerUndo } = limits

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

const Withdrawal = Type.Object({ batchIds: Type.Array(BatchId, { minItems: 1, maxItems: batchesPerUndo }) })

/** Batches a person took back, of which the server has not been told yet. Known by the first of them. */
export type Withdrawal = Type.Static<typeof Withdrawal>

/** What is kept in memory of the storage. */
interface Held {
  readonly headings: Map<string, Heading>
  readonly withdrawals: Map<string, Withdrawal>
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
  /**
   * Takes batches back, wherever they are: from now on none of them is handed out to be sent or can be added, and the
   * server is to be told. Durable once resolved. The same batches again do no harm.
   *
   * @returns what the server is to be told, and how many candidates had not been sent
   * @throws AppError `HARVEST_OUTBOX_UNWRITABLE` (nothing was taken back)
   */
  readonly withdraw: (
    batchIds: readonly string[],
  ) => Promise<{ readonly withdrawals: readonly Withdrawal[]; readonly candidates: number }>
  /** What the server is to be told next; `undefined` when it knows everything. */
  readonly nextWithdrawal: () => Promise<Withdrawal | undefined>
  /** Call with the server's answer in hand, never before. */
  readonly withdrawn: (withdrawal: Withdrawal) => Promise<void>
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

/**
 * Everything in storage, in short. What is not an entry of ours (a damaged one) is left where it is. A worker may have
 * died between writing down that batches were taken back and removing them; then they are removed now.
 */
async function readAll(store: KeyValueStore): Promise<Held> {
  const headings = new Map<string, Heading>()
  const withdrawals = new Map<string, Withdrawal>()
  for (const [key, value] of Object.entries(await store.all())) {
    if (key.startsWith(prefix) && Check(Entry, value)) headings.set(value.batch.batchId, headingOf(value))
    if (key.startsWith(undoPrefix) && Check(Withdrawal, value)) withdrawals.set(keyOf(value), value)
  }
  const held = { headings, withdrawals }
  await removeEntries(
    store,
    held,
    [...withdrawals.values()].flatMap(({ batchIds }) => batchIds),
  )
  return held
}

async function removeEntries(store: KeyValueStore, { headings }: Held, batchIds: readonly string[]) {
  const here = batchIds.filter(batchId => headings.has(batchId))
  if (here.length > 0) await store.remove(here.map(batchId => prefix + batchId))
  for (const batchId of here) headings.delete(batchId)
}

const keyOf = ({ batchIds }: Withdrawal) => undoPrefix + batchIds[0]

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
  let loading: Promise<Held> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One after another: two presses at once must not both see the last free place. */
  function inTurn<T>(work: (held: Held) => Promise<T>): Promise<T> {
    const run = async () => {
      loading ??= readAll(store)
      const held = await loading.catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return work(held)
    }
    const result = last.then(run, run)
    last = result
    return result
  }

  async function keep(items: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      await store.set(items)
    } catch (cause) {
      throw new AppError('HARVEST_OUTBOX_UNWRITABLE', {}, { cause })
    }
  }

  async function write(entries: readonly Entry[], { headings }: Held): Promise<void> {
    await keep(Object.fromEntries(entries.map(entry => [prefix + entry.batch.batchId, entry])))
    for (const entry of entries) headings.set(entry.batch.batchId, headingOf(entry))
  }

  async function read(batchId: string): Promise<Entry | undefined> {
    const value = await store.get(prefix + batchId)
    return Check(Entry, value) ? value : undefined
  }

  const inOrder = ({ headings }: Held) => [...headings.values()].sort((one, other) => one.place - other.place)

  return {
    add: batches =>
      inTurn(async held => {
        const { headings, withdrawals } = held
        const gone = new Set([...withdrawals.values()].flatMap(({ batchIds }) => batchIds))
        const fresh = batches.filter(({ batchId }) => !headings.has(batchId) && !gone.has(batchId))
        let place = Math.max(0, ...[...headings.values()].map(heading => heading.place))
        const entries = fresh.map((batch): Entry => {
          place += 1
          const chars = JSON.stringify(batch).length
          return { batch, place, chars, queuedAtMs: now(), state: 'waiting', code: null }
        })
        const { waiting, refused, chars } = totals(headings.values())
        const more = totals(entries.map(headingOf))
        const candidates = waiting + refused + more.waiting
        if (candidates > capacity.candidates || chars + more.chars > capacity.chars) {
          throw new AppError('HARVEST_OUTBOX_FULL', { waiting, refused })
        }
        if (entries.length > 0) await write(entries, held)
      }),

    next: () =>
      inTurn(async held => {
        for (const { batchId, state } of inOrder(held)) {
          if (state !== 'waiting') continue
          const entry = await read(batchId)
          if (entry) return entry.batch
          held.headings.delete(batchId)
        }
        return undefined
      }),

    delivered: batchId =>
      inTurn(async ({ headings }) => {
        await store.remove([prefix + batchId])
        headings.delete(batchId)
      }),

    refuse: (batchId, code) =>
      inTurn(async held => {
        const entry = await read(batchId)
        if (entry) await write([{ ...entry, state: 'refused', code }], held)
      }),

    headings: () => inTurn(async held => inOrder(held).map(({ place: _, chars: __, ...heading }) => heading)),

    counts: () =>
      inTurn(async ({ headings }) => {
        const { waiting, refused } = totals(headings.values())
        return { waiting, refused }
      }),

    retryRefused: () =>
      inTurn(async held => {
        for (const { batchId, state } of inOrder(held)) {
          const entry = state === 'refused' ? await read(batchId) : undefined
          if (entry) await write([{ ...entry, state: 'waiting', code: null }], held)
        }
      }),

    clearRefused: () =>
      inTurn(async held => {
        const refused = inOrder(held).filter(({ state }) => state === 'refused')
        const batchIds = refused.map(({ batchId }) => batchId)
        await removeEntries(store, held, batchIds)
      }),

    withdraw: batchIds =>
      inTurn(async held => {
        const withdrawals: Withdrawal[] = []
        for (let start = 0; start < batchIds.length; start += batchesPerUndo)
          withdrawals.push({ batchIds: batchIds.slice(start, start + batchesPerUndo) })
        // This is the moment from which they are taken back; removing them can be made up for.
        await keep(Object.fromEntries(withdrawals.map(withdrawal => [keyOf(withdrawal), withdrawal])))
        for (const withdrawal of withdrawals) held.withdrawals.set(keyOf(withdrawal), withdrawal)
        const unsent = batchIds.flatMap(batchId => held.headings.get(batchId) ?? [])
        await removeEntries(store, held, batchIds)
        return { withdrawals, candidates: unsent.reduce((sum, { candidates }) => sum + candidates, 0) }
      }),

    nextWithdrawal: () => inTurn(async ({ withdrawals }) => withdrawals.values().next().value),

    withdrawn: withdrawal =>
      inTurn(async ({ withdrawals }) => {
        const key = keyOf(withdrawal)
        // Another one may have taken its place, with more batches.
        if (withdrawals.get(key) !== withdrawal) return
        await store.remove([key])
        withdrawals.delete(key)
      }),
  }
}

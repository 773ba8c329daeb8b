/** What the person did with Collect in each tab: taking it in, following it, taking it back. */

import type { Candidate, Origin } from '@gleaner/shared/candidate'
import { Progress, type UndoAnswer } from '@gleaner/shared/collect'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { candidateStates, noCounts, type StateCounts } from '@gleaner/shared/outcome'
import { cleanText } from '@gleaner/shared/text'
import type { Alarm } from '../platform/alarms.ts'
import type { Destination, Queued, TabProgress } from '../platform/message-table.ts'
import type { Client } from './client.ts'
import type { Flush } from './flush.ts'
import type { Ledger } from './ledger.ts'
import type { Memory, Press } from './memory.ts'
import type { Outbox } from './outbox.ts'
import { splitPress } from './split.ts'
import { createTurns } from './turns.ts'

/** Batches one question about progress may name. */
const batchesPerQuery = 100

export interface Handful {
  readonly pressId: string
  readonly destination: Destination
  readonly origin: Origin
  readonly candidates: readonly Candidate[]
  /** Part of the last press of the tab. */
  readonly continues: boolean
}

export interface Presses {
  /**
   * Takes candidates in; resolves once they are durable. The same press twice is taken once, and not at all once it
   * was taken back; nor is a part of a press that was.
   *
   * @throws AppError `HARVEST_NO_CONSENT`, those of {@link Outbox.add}
   */
  readonly collect: (tabId: number | undefined, handful: Handful) => Promise<Queued>
  /**
   * Takes the last press of the tab back, whatever has become of it; durable once resolved. Asking again does no harm.
   *
   * @throws AppError `HARVEST_NOTHING_TO_UNDO`, those of {@link Outbox.withdraw}
   */
  readonly undo: (tabId: number | undefined) => Promise<UndoAnswer>
  /** Asks the server how a press fares; throws what the client throws. */
  readonly counts: (press: Press) => Promise<StateCounts | null>
  /** How a press fares, with what the server said of it. */
  readonly view: (press: Press, counts: StateCounts | null) => Promise<NonNullable<TabProgress['press']>>
}

/** @throws AppError `DATASET_NAME_INVALID`, `CLASS_NAME_INVALID` when a name has nothing visible in it */
export function cleanDestination(destination: Destination): Destination {
  const dataset = cleanText(destination.dataset, limits.datasetChars)
  const label = cleanText(destination.class, limits.classChars)
  if (dataset === undefined) throw new AppError('DATASET_NAME_INVALID')
  if (label === undefined) throw new AppError('CLASS_NAME_INVALID')
  return { dataset, class: label }
}

/** @returns the press as it is remembered from now on, or `undefined` when nothing is to be taken in any more */
function remembered(before: Press | null, next: Press, continues: boolean): Press | undefined {
  const [batchId = ''] = next.batchIds
  if (before?.batchIds.includes(batchId)) return before.isUndone ? undefined : before
  if (!continues || before === null) return next
  // A run that has not heard yet that its collect was taken back.
  if (before.isUndone) return undefined
  return {
    ...next,
    candidates: before.candidates + next.candidates,
    batchIds: [...before.batchIds, ...next.batchIds],
  }
}

export function createPresses(deps: {
  readonly memory: Pick<Memory, 'settings' | 'tab' | 'changeTab'>
  readonly outbox: Outbox
  readonly flush: Flush
  readonly ledger: Pick<Ledger, 'note'>
  readonly client: Pick<Client, 'post'>
  readonly alarm: Pick<Alarm, 'start'>
  /** Called after every change of the outbox. */
  readonly changed: () => void
}): Presses {
  const { memory, outbox, flush, ledger, client, alarm, changed } = deps
  /** A press that is still being taken in must not be missed by its own undo. */
  const inTurn = createTurns()
  const key = (tabId: number | undefined) => String(tabId)

  async function take(tabId: number | undefined, handful: Handful): Promise<Queued> {
    if (!(await memory.settings()).isConsented) throw new AppError('HARVEST_NO_CONSENT')
    const { pressId, destination, origin, candidates, continues } = handful
    const batches = await splitPress(pressId, { ...destination, origin, candidates: [...candidates] })
    const before = tabId === undefined ? null : (await memory.tab(tabId)).press
    const next: Press = {
      ...destination,
      engine: origin.engine,
      query: origin.query ?? null,
      candidates: candidates.length,
      batchIds: batches.map(({ batchId }) => batchId),
      isUndone: false,
    }
    const press = remembered(before, next, continues)
    if (!press) return { candidates: 0 }
    // Written down first: what is in the outbox without being part of a press could not be taken back.
    if (tabId !== undefined) await memory.changeTab(tabId, { press })
    try {
      await ledger.note(batches)
      await outbox.add(batches)
    } catch (error) {
      if (tabId !== undefined) await memory.changeTab(tabId, { press: before })
      throw error
    }
    await alarm.start()
    changed()
    void flush.run()
    return { candidates: candidates.length }
  }

  async function undo(tabId: number | undefined): Promise<UndoAnswer> {
    const press = tabId === undefined ? null : (await memory.tab(tabId)).press
    if (tabId === undefined || press === null) throw new AppError('HARVEST_NOTHING_TO_UNDO')
    // Once more for one that is taken back already: the worker may have died before it could say so.
    const { withdrawals, candidates } = await outbox.withdraw(press.batchIds)
    await memory.changeTab(tabId, { press: { ...press, isUndone: true }, run: null })
    await alarm.start()
    changed()
    const answer = await flush.takeBack(withdrawals)
    return { candidates: candidates + answer.candidates, images: answer.images }
  }

  async function unsent(press: Press) {
    const ofPress = new Set(press.batchIds)
    return (await outbox.headings()).filter(({ batchId }) => ofPress.has(batchId))
  }

  return {
    collect: (tabId, handful) => inTurn(key(tabId), () => take(tabId, handful)),

    undo: tabId => inTurn(key(tabId), () => undo(tabId)),

    counts: async press => {
      const here = new Set((await unsent(press)).map(({ batchId }) => batchId))
      const sent = press.batchIds.filter(batchId => !here.has(batchId))
      if (sent.length === 0) return null
      const sum = noCounts()
      for (let start = 0; start < sent.length; start += batchesPerQuery) {
        const batchIds = sent.slice(start, start + batchesPerQuery)
        const { counts } = await client.post('/api/collect/progress', { batchIds }, Progress)
        for (const state of candidateStates) sum[state] += counts[state]
      }
      return sum
    },

    view: async (press, counts) => {
      const { dataset, class: label, engine, query, candidates, isUndone } = press
      const here = await unsent(press)
      const sum = (state: 'waiting' | 'refused') =>
        here.reduce((total, heading) => total + (heading.state === state ? heading.candidates : 0), 0)
      return {
        dataset,
        class: label,
        engine,
        query,
        candidates,
        waiting: sum('waiting'),
        refused: sum('refused'),
        refusedCode: here.find(({ code }) => code !== null)?.code ?? null,
        counts,
        isUndone,
      }
    },
  }
}

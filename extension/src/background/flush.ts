import type { Batch, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import { AppError, catalogue, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import type { Alarm } from '../platform/alarms.ts'
import type { Outbox, Withdrawal } from './outbox.ts'

/** Longest pause a server can ask for, so that a nonsensical Retry-After does not stop the outbox for good. */
const longestPauseMs = 10 * 60_000

/** The server will give the same answer to the same batch for ever. */
const isHopeless = (code: ErrorCode) => catalogue[code].retry === 'never'

export interface Flush {
  /** Sends what waits, oldest first, until nothing does or the server cannot take it. Never throws. */
  readonly run: () => Promise<void>
  /**
   * Tells the server now what was taken back. Never throws: what it cannot be told now it is told later.
   *
   * @returns what the server took back, as far as it answered
   */
  readonly takeBack: (withdrawals: readonly Withdrawal[]) => Promise<UndoAnswer>
}

/**
 * Empties the outbox. At most one run is under way; asking again meanwhile makes it go round once more. The alarm
 * rings for as long as something waits, so a run that dies with its worker is taken up again.
 *
 * What was taken back goes first, and never beside a delivery: the server hears of a batch and of its end in this order.
 */
export function createFlush(deps: {
  readonly outbox: Outbox
  readonly deliver: (batch: Batch) => Promise<Receipt>
  readonly undo: (withdrawal: Withdrawal) => Promise<UndoAnswer>
  readonly alarm: Pick<Alarm, 'start' | 'stop'>
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
  /** Called after every change of the outbox. */
  readonly changed: () => void
}): Flush {
  const { outbox, deliver, undo, alarm, now, changed } = deps
  let running: Promise<void> | undefined
  let isAskedAgain = false
  let pausedUntilMs = 0

  const listeners = new Map<Withdrawal, (answer: UndoAnswer) => void>()

  /**
   * Does something with the server that may not work.
   *
   * @param giveUp - called when it never will
   * @returns whether to go on with the next
   */
  async function attempt(work: () => Promise<void>, giveUp: (code: ErrorCode) => Promise<void>) {
    try {
      await work()
      return true
    } catch (error) {
      if (!isAppError(error)) throw error
      if (isHopeless(error.code)) {
        await giveUp(error.code)
        return true
      }
      const { retryAfterMs } = error.facts
      if (typeof retryAfterMs === 'number') pausedUntilMs = now() + Math.min(retryAfterMs, longestPauseMs)
      return false
    } finally {
      changed()
    }
  }

  const send = (batch: Batch) =>
    attempt(
      async () => {
        const receipt = await deliver(batch)
        if (receipt.batchId !== batch.batchId) throw new AppError('PROTOCOL_VERSION')
        await outbox.delivered(batch.batchId)
      },
      code => outbox.refuse(batch.batchId, code),
    )

  const tell = (withdrawal: Withdrawal) =>
    attempt(
      async () => {
        const answer = await undo(withdrawal)
        await outbox.withdrawn(withdrawal)
        listeners.get(withdrawal)?.(answer)
      },
      async code => {
        console.error(code)
        await outbox.withdrawn(withdrawal)
      },
    )

  async function nextStep(): Promise<(() => Promise<boolean>) | undefined> {
    const withdrawal = await outbox.nextWithdrawal()
    if (withdrawal) return () => tell(withdrawal)
    const batch = await outbox.next()
    return batch && (() => send(batch))
  }

  async function drain(): Promise<void> {
    for (;;) {
      const step = await nextStep()
      if (!step) {
        await alarm.stop()
        return
      }
      await alarm.start()
      if (now() < pausedUntilMs || !(await step())) return
    }
  }

  async function run(): Promise<void> {
    do {
      isAskedAgain = false
      await drain().catch((error: unknown) => console.error(error))
    } while (isAskedAgain)
    // In the same turn as the last look at `isAskedAgain`: a later one would let an asking get lost in between.
    running = undefined
  }

  function start(): Promise<void> {
    if (running) isAskedAgain = true
    running ??= run()
    return running
  }

  return {
    run: start,

    takeBack: async withdrawals => {
      const nothing: UndoAnswer = { candidates: 0, images: 0 }
      const heard = withdrawals.map(
        withdrawal => new Promise<UndoAnswer>(resolve => listeners.set(withdrawal, resolve)),
      )
      const end = start().then(() => nothing)
      const answers = await Promise.all(heard.map(answer => Promise.race([answer, end])))
      for (const withdrawal of withdrawals) listeners.delete(withdrawal)
      return answers.reduce(
        (sum, { candidates, images }) => ({
          candidates: sum.candidates + candidates,
          images: sum.images + images,
        }),
        nothing,
      )
    },
  }
}

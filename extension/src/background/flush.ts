import type { Batch, Receipt } from '@gleaner/shared/api'
import { AppError, catalogue, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import type { Alarm } from '../platform/alarms.ts'
import type { Outbox } from './outbox.ts'

/** Longest pause a server can ask for, so that a nonsensical Retry-After does not stop the outbox for good. */
const longestPauseMs = 10 * 60_000

/** The server will give the same answer to the same batch for ever. */
const isHopeless = (code: ErrorCode) => catalogue[code].retry === 'never'

export interface Flush {
  /** Sends what waits, oldest first, until nothing does or the server cannot take it. Never throws. */
  readonly run: () => Promise<void>
}

/**
 * Empties the outbox. At most one run is under way; asking again meanwhile makes it go round once more. The alarm
 * rings for as long as something waits, so a run that dies with its worker is taken up again.
 */
export function createFlush(deps: {
  readonly outbox: Outbox
  readonly deliver: (batch: Batch) => Promise<Receipt>
  readonly alarm: Pick<Alarm, 'start' | 'stop'>
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
  /** Called after every change of the outbox. */
  readonly changed: () => void
}): Flush {
  const { outbox, deliver, alarm, now, changed } = deps
  let running: Promise<void> | undefined
  let isAskedAgain = false
  let pausedUntilMs = 0

  /** @returns whether to go on with the next batch */
  async function sendOne(batch: Batch): Promise<boolean> {
    let receipt: Receipt
    try {
      receipt = await deliver(batch)
      if (receipt.batchId !== batch.batchId) throw new AppError('PROTOCOL_VERSION')
    } catch (error) {
      if (!isAppError(error)) throw error
      if (isHopeless(error.code)) {
        await outbox.refuse(batch.batchId, error.code)
        changed()
        return true
      }
      const { retryAfterMs } = error.facts
      if (typeof retryAfterMs === 'number') pausedUntilMs = now() + Math.min(retryAfterMs, longestPauseMs)
      return false
    }
    await outbox.delivered(batch.batchId)
    changed()
    return true
  }

  async function drain(): Promise<void> {
    for (;;) {
      const batch = await outbox.next()
      if (!batch) {
        await alarm.stop()
        return
      }
      await alarm.start()
      if (now() < pausedUntilMs || !(await sendOne(batch))) return
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

  return {
    run: () => {
      if (running) isAskedAgain = true
      running ??= run()
      return running
    },
  }
}

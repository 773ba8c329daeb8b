/** The hands that carry candidates from the queue to their outcome. */
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { Log } from '../log.ts'
import type { Pace } from '../net/pace.ts'
import { browserHost } from '../store/index.ts'
import type { Disk } from './disk.ts'
import { diskTrouble, hindranceOf } from './disk.ts'
import type { OpenDataset } from './open-dataset.ts'
import type { Rota, Turn } from './rota.ts'
import type { SetAside } from './set-aside.ts'
import type { Settle } from './settle.ts'
import type { StageContext } from './stage.ts'
import type { Verdict } from './verdict.ts'

export interface DrainLimits {
  /** Candidates in hand at a time. Decoders and hosts have limits of their own. */
  readonly hands: number
  /** How long stopping lets what is in hand go on. */
  readonly graceMs: number
  /** How long stopping waits for what had to be given up. */
  readonly stopMs: number
}

export const drainLimits: DrainLimits = { hands: 16, graceMs: 5_000, stopMs: 4_000 }

export interface DrainParts {
  readonly rota: Rota
  readonly pace: Pick<Pace, 'started' | 'ended'>
  readonly disk: Disk
  readonly aside: SetAside
  /** Nothing more is taken up; what is in hand is brought to its end. */
  readonly isPaused: () => boolean
  readonly travel: (context: StageContext) => Promise<Verdict>
  readonly settle: Settle
  /** The clock of the rota, in milliseconds. */
  readonly now: () => number
  readonly log: Log
  readonly limits: DrainLimits
  /** A candidate reached its outcome. */
  readonly ended: () => void
  readonly changed: (datasetId: string) => void
  /** What a journey left behind may be to take away. */
  readonly tidy: () => void
  /** Nothing may be written any more: the process has to end. */
  readonly fatal: (error: unknown) => void
}

export interface Drain {
  /** Takes up what work there is, as far as hands are free. */
  readonly wake: () => void
  readonly inHand: () => number
  readonly inHandByHost: () => ReadonlyMap<string, number>
  readonly isStopping: () => boolean
  /**
   * Tells of an error met elsewhere: work pauses, or everything ends, when the disk is to blame.
   *
   * @param concerned - the dataset it was met in, where that is known
   */
  readonly trouble: (error: unknown, concerned?: OpenDataset) => void
  /** Stops leasing; what is in hand is finished or given back. */
  readonly stop: () => Promise<void>
}

/** How long to wait before looking at a full disk again. */
const lookAgainMs = 1_000
const longestTimerMs = 60_000

export function createDrain(parts: DrainParts): Drain {
  const { rota, pace, disk, aside, settle, now, log, limits } = parts
  const inHand = new Map<Turn, Promise<void>>()
  /** Turns that could not be given back for want of room on the disk. */
  const owed = new Set<Turn>()
  /** Turns with a place at their host. The others have none to give back, however they end. */
  const placed = new WeakSet<Turn>()
  const givingUp = new AbortController()
  let isStopping = false
  /** Not any more after a failure of the disk, and when whoever stopped us would not wait longer. */
  let mayWrite = true
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined

  const halt = (error: unknown): void => {
    if (!mayWrite) return
    isStopping = true
    mayWrite = false
    clearTimeout(timer)
    givingUp.abort(error)
    for (const { dataset } of inHand.keys()) dataset.store.halt(error)
    parts.fatal(error)
  }

  /**
   * @param concerned - the dataset the error was met in, where one was
   * @returns whether it was the disk's doing
   */
  const isTrouble = (error: unknown, concerned?: OpenDataset): boolean => {
    const kind = diskTrouble(error)
    if (kind === 'dataset' && concerned && error instanceof Error) {
      const { id } = concerned.store
      if (aside.put(id, error)) log.error('dataset-set-aside', { dataset: id, reason: error.message })
    }
    if (kind === 'passing') {
      disk.failed(hindranceOf(error))
      log.warn('disk-trouble', isAppError(error) ? error.facts : {})
    }
    if (kind === 'fatal') halt(new AppError('STORE_IO', {}, { cause: error }))
    return kind !== 'none'
  }

  const giveBack = (turn: Turn): void => {
    if (!mayWrite) return
    try {
      turn.dataset.store.release(turn.lease)
      owed.delete(turn)
      rota.putBack(turn.dataset, turn.lease.host, now())
    } catch (error) {
      owed.add(turn)
      if (!isTrouble(error, turn.dataset)) halt(error)
    }
  }

  const conclude = async (turn: Turn, context: StageContext, verdict: Verdict): Promise<void> => {
    if (!mayWrite) return
    const settled = await settle(context, verdict)
    if (verdict.kind === 'recorded') aside.clear(turn.dataset.store.id)
    if (settled.kind === 'ended') parts.ended()
    if (settled.kind === 'waiting') rota.putBack(turn.dataset, settled.host, settled.dueAtMs)
  }

  const surprise = async (turn: Turn, context: StageContext, error: unknown): Promise<void> => {
    if (givingUp.signal.aborted || isTrouble(error, turn.dataset)) {
      giveBack(turn)
      return
    }
    const facts = { dataset: turn.dataset.store.id, candidate: turn.lease.id, error: describe(error) }
    log.error('journey-failed', facts)
    try {
      await conclude(turn, context, { kind: 'no-way', code: 'PROTOCOL_INTERNAL', facts: {} })
    } catch (again) {
      // The lease stays with this process; the next start frees it.
      if (!isTrouble(again, turn.dataset)) log.error('journey-stuck', { ...facts, error: describe(again) })
    }
  }

  const carry = async (turn: Turn): Promise<void> => {
    const { dataset, lease } = turn
    const cleanUps: (() => void)[] = []
    const context = contextOf(turn, givingUp.signal, {
      atEnd: cleanUp => cleanUps.push(cleanUp),
      leaveHost: placed.has(turn)
        ? once(result => {
            const advice = pace.ended(lease.host, result)
            wakeSoon()
            return advice
          })
        : undefined,
    })
    try {
      await conclude(turn, context, await parts.travel(context))
    } catch (error) {
      await surprise(turn, context, error)
    } finally {
      for (const cleanUp of cleanUps) cleanUp()
      context.leaveHost?.({ kind: 'aborted' })
      inHand.delete(turn)
      if (context.trip?.isFromBrowser || lease.host === browserHost) parts.tidy()
      parts.changed(dataset.store.id)
      wakeSoon()
    }
  }

  const take = (): number => {
    if (disk.hindrance()) return now() + lookAgainMs
    for (const turn of owed) giveBack(turn)
    if (parts.isPaused()) return Number.POSITIVE_INFINITY
    const free = limits.hands - inHand.size
    const failed = new Map<OpenDataset, unknown>()
    const turns = rota.take(free, {
      taken: turn => {
        if (pace.started(turn.lease.host)) placed.add(turn)
      },
      lost: turn => {
        if (placed.has(turn)) pace.ended(turn.lease.host, { kind: 'aborted' })
      },
      failed: (dataset, error) => void failed.set(dataset, error),
    })
    for (const turn of turns) inHand.set(turn, carry(turn).catch(halt))
    for (const [dataset, error] of failed) if (!isTrouble(error, dataset)) halt(error)
    if (failed.size > 0) return now() + lookAgainMs
    return turns.length < free ? Math.min(rota.nextAtMs(), aside.endsAtMs()) : Number.POSITIVE_INFINITY
  }

  /** At the next turn of the event loop: hands that come free together take up work together. */
  const wakeSoon = (): void => {
    immediate ??= setImmediate(wake)
  }

  const wake = (): void => {
    clearTimeout(timer)
    clearImmediate(immediate)
    immediate = undefined
    if (isStopping) return
    let againAtMs = now() + lookAgainMs
    try {
      againAtMs = take()
    } catch (error) {
      if (!isTrouble(error)) halt(error)
    }
    if (isStopping) return
    timer = setTimeout(wake, Math.min(longestTimerMs, Math.max(1, againAtMs - now())))
  }

  return {
    wake,
    inHand: () => inHand.size,
    inHandByHost: () => countBy([...inHand.keys()].map(({ lease }) => lease.host)),
    isStopping: () => isStopping,
    trouble: (error, concerned) => void isTrouble(error, concerned),
    stop: async () => {
      isStopping = true
      clearTimeout(timer)
      const all = Promise.all(inHand.values())
      if (await isDoneWithin(all, limits.graceMs)) return
      givingUp.abort(new DOMException('stopping', 'AbortError'))
      if (await isDoneWithin(all, limits.stopMs)) return
      mayWrite = false
      for (const { dataset } of inHand.keys()) dataset.store.halt(new DOMException('stopped', 'AbortError'))
      log.warn('stopped-with-work-in-hand', { inHand: inHand.size })
    },
  }
}

type Means = Pick<StageContext, 'atEnd' | 'leaveHost'>

function contextOf({ dataset, lease }: Turn, signal: AbortSignal, means: Means): StageContext {
  const source = lease.sources[lease.sourceIndex]
  if (!source) throw new Error(`candidate ${lease.id} has no way ${lease.sourceIndex}`)
  return { dataset, settings: dataset.store.settings(), lease, source, signal, trip: undefined, ...means }
}

function once<In, Out>(act: (value: In) => Out): (value: In) => Out {
  let done: { readonly result: Out } | undefined
  return value => {
    done ??= { result: act(value) }
    return done.result
  }
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

async function isDoneWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  const isDone = await Promise.race([work.then(() => true), timeUp])
  clearTimeout(timer)
  return isDone
}

const describe = (error: unknown) =>
  error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'not an error'

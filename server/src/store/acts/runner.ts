/**
 * Carries acts out, slice by slice. Small acts come one after the other, in the order in which they were asked for; large
 * ones do as well, beside them. How far each has come is in the index: a start goes on where the last process stopped.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ActState } from '@gleaner/shared/acts'
import { type AppError, isAppError } from '@gleaner/shared/errors'
import type { LogBound } from '../log-bound.ts'
import type { DatasetParts } from '../parts.ts'
import { storeError } from '../store-error.ts'
import { inTransaction, leavingSync } from '../transaction.ts'
import type { About, ActLog, ActRow } from './act-log.ts'
import type { ClassDeeds } from './class-deeds.ts'
import type { Picture, Pictures } from './pictures.ts'
import { again, back, planOf } from './plan.ts'
import type { SliceOf, Slices, Wanted } from './slices.ts'

export interface RunnerParts {
  readonly log: ActLog
  readonly pictures: Pictures
  readonly slices: Slices
  readonly classes: ClassDeeds
  /** Ends, for good, what lies aside of these pictures. @returns how many did */
  readonly end: (seqs: readonly number[]) => number
  readonly requeueImage: (imageId: string, why: string, version?: number) => Promise<number>
  readonly tidy: () => Promise<unknown>
  readonly tell: (id: number) => void
  readonly trouble: (error: unknown) => void
}

/** Up to so many pictures an act is done before it is answered. */
export const smallAct = 200
/**
 * For how long a slice may keep others from writing: a small part of what is promised, for a request waits for several
 * slices. An act of one picture is read, committed, synced and answered in turns of their own.
 */
const sliceMs = 4
const sizes = { first: 32, least: 4, most: 500 } as const

type Parts = Pick<DatasetParts, 'db' | 'logSync'> & RunnerParts & Pick<LogBound, 'room'>

/** Turned into something else only by what they do to pictures: these end with their last slice, in one commit. */
const plain: ReadonlySet<string> = new Set(['mark', 'move', 'trash', 'restore', 'empty-trash'])

export function createRunner(parts: Parts) {
  const { db, logSync, room, log, pictures, slices, classes, end, requeueImage, tidy, tell, trouble } = parts
  const lanes = { small: Promise.resolve(), large: Promise.resolve() }
  const underWay = new Map<number, Promise<void>>()
  let isStopping = false

  const finish = (row: ActRow, state: ActState, code: string | null = null) =>
    log.finish(row.id, state, row.state === 'running', code)

  /** Pictures of the next slice, and whether there are more. */
  const next = (row: ActRow, about: About, size: number, from: Set<number>) => {
    const { position, total } = log.known(row.id)
    if (row.state === 'running') {
      const plan = planOf(row.kind, about)
      const noting = (picture: Picture) => {
        const change = plan(picture)
        if (change) from.add(picture.classId)
        return change
      }
      const wanted = log
        .selectionAt(row.id, position, size)
        .map((seq, index): Wanted => ({ position: position + index, seq, plan: noting }))
      const upTo = position + wanted.length
      return { wanted, upTo, isLast: upTo >= total || wanted.length === 0 }
    }
    const isUndo = row.state === 'undoing'
    const rows = pictures.changes(row.id, position, isUndo, size + 1)
    const wanted = rows
      .slice(0, size)
      .map(({ change, along, ...one }): Wanted => ({ ...one, along, plan: (isUndo ? back : again)(change) }))
    return { wanted, upTo: (wanted.at(-1)?.position ?? position) + 1, isLast: rows.length <= size }
  }

  const sliceOf = (row: ActRow): SliceOf => ({
    id: row.id,
    actionId: row.actionId,
    phase: row.state === 'running' ? 'do' : row.state === 'undoing' ? 'undo' : 'redo',
  })
  const endOf = ({ state }: ActRow): ActState => (state === 'undoing' ? 'undone' : 'done')

  const applySlice = async (row: ActRow, about: About, size: number, from: Set<number>) => {
    const { wanted, upTo, isLast } = next(row, about, size, from)
    const isEnd = isLast && plain.has(row.kind) && about.madeClassId === undefined
    const ended = isEnd ? () => finish(row, endOf(row)) : undefined
    if (row.kind === 'empty-trash') {
      const heldMs = empty(row, wanted, upTo, ended)
      return { heldMs, isLast, isEnd }
    }
    const { heldMs, lost } = await slices.apply(sliceOf(row), wanted, { upTo, ended })
    for (const { id, version } of lost) {
      await requeueImage(id, 'The file was found missing or damaged.', version)
    }
    return { heldMs, isLast, isEnd }
  }

  const empty = (row: ActRow, wanted: readonly Wanted[], upTo: number, ended?: () => void): number => {
    const beganMs = performance.now()
    inTransaction(db, () => {
      const done = end(wanted.map(({ seq }) => seq))
      log.advance(row.id, { position: upTo, done, skipped: wanted.length - done })
      ended?.()
    })
    return performance.now() - beganMs
  }

  /** @returns whether it came to its end */
  const goThrough = async (row: ActRow, about: About): Promise<'end' | 'ended' | 'cancelled' | 'stopped'> => {
    const from = new Set<number>()
    const isNamed = (row.kind === 'move' || row.kind === 'trash') && about.from === undefined
    let size: number = sizes.first
    for (;;) {
      if (isStopping) return 'stopped'
      if (log.isCancelled(row.id)) return 'cancelled'
      if (row.total > smallAct) await room()
      const known = from.size
      const { heldMs, isLast, isEnd } = await applySlice(row, about, size, from)
      if (isNamed && from.size > known && known < 2) classes.nameSources(row, [...from])
      if (isEnd) return 'ended'
      if (isLast) return 'end'
      tell(row.id)
      size = Math.round(Math.min(sizes.most, 2 * size, Math.max(sizes.least, (size * sliceMs) / heldMs)))
      await nextTurn()
    }
  }

  const carryOut = async (id: number): Promise<void> => {
    const row = log.find(id)
    if (!row || !['running', 'undoing', 'redoing'].includes(row.state)) return
    const about = log.aboutOf(row)
    await classes.before(row, about, () => isStopping || log.isCancelled(id))
    let how = await goThrough(row, about)
    while (how === 'end' && classes.findMore(row, about)) how = await goThrough(row, about)
    // Its last slice was waited for, and nothing came after it.
    const isLasting = how === 'ended' && row.total <= smallAct
    if (how === 'stopped' || isLasting) return
    if (how === 'end') await classes.after(row, about, () => finish(row, endOf(row)))
    if (how === 'cancelled') leavingSync(db, () => inTransaction(db, () => finish(row, 'cancelled')))
    await logSync.sync()
  }

  const run = async (id: number): Promise<void> => {
    try {
      await carryOut(id)
    } catch (error) {
      if (isStopping) return
      const reason = storeError(error)
      fail(id, isAppError(reason) ? reason : undefined)
      trouble(reason)
      throw reason
    } finally {
      underWay.delete(id)
      tell(id)
    }
    const kind = log.find(id)?.kind
    if (kind === 'empty-trash' || kind === 'restore' || kind === 'trash' || kind === 'delete-class')
      await tidy()
  }

  const fail = (id: number, reason: AppError | undefined): void => {
    const row = log.find(id)
    if (!row) return
    try {
      inTransaction(db, () => finish(row, 'failed', reason?.code ?? 'PROTOCOL_INTERNAL'))
    } catch {
      // It goes on with the next start.
    }
  }

  const begin = (id: number, done: Promise<void>): Promise<void> => {
    underWay.set(id, done)
    done.catch(() => {}) // Whoever waits for it is told; nobody has to.
    return done
  }

  return {
    /** @returns when it is done, or has failed: then with why */
    enqueue: (id: number, isSmall: boolean): Promise<void> => {
      const lane = isSmall ? 'small' : 'large'
      const done = lanes[lane].then(() => run(id))
      lanes[lane] = done.catch(() => {})
      return begin(id, done)
    },
    /** At once, for whoever is in line already. @returns as {@link Runner.enqueue} */
    now: (id: number): Promise<void> => begin(id, run(id)),
    /** Runs when all small acts that were asked for before are done. */
    inLine: <T>(work: () => Promise<T>): Promise<T> => {
      const done = lanes.small.then(work)
      lanes.small = done.then(
        () => {},
        () => {},
      )
      return done
    },
    /** When an act that is under way ends. */
    ended: (id: number) => underWay.get(id),
    stop: async (): Promise<void> => {
      isStopping = true
      await Promise.all([lanes.small, lanes.large])
    },
    idle: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()])
      await Promise.all([lanes.small, lanes.large])
    },
  }
}
export type Runner = ReturnType<typeof createRunner>

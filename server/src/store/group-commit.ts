/** Group commit: what many candidates write goes to the disk in one transaction and is acknowledged together. */
import { AppError } from '@gleaner/shared/errors'
import type { Database } from './database.ts'
import { refuseMoved } from './in-place.ts'
import { storeError } from './store-error.ts'
import { leavingSync } from './transaction.ts'
import type { Failpoint } from './types.ts'

/** What one caller writes: all of it, or nothing. */
export interface Piece<T, Note> {
  /**
   * Runs inside the transaction of the group, in a savepoint of its own. What it throws undoes it alone.
   *
   * @param earlier - notes of the pieces before it that nobody was told of yet, oldest first: of the same group, and of
   *   groups whose sync is under way. Their writes can be read already
   */
  readonly run: (earlier: readonly Note[]) => T
  /** What later pieces of the same group must know of it. */
  readonly note?: (result: T) => Note | undefined
  /** Called when the group is on the disk, in the order of the pieces and in one turn of the event loop. */
  readonly committed?: (result: T) => void
}

export interface GroupCommit<Note> {
  /**
   * Queues a piece. Settled only when its group is on the disk, or will never be: with what `run` returned or threw.
   *
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`, `STORE_DAMAGED` when the commit failed; then nothing of the whole
   *   group is written. After a sync that failed nobody knows whether it is, and nothing is written any more
   */
  readonly join: <T>(piece: Piece<T, Note>) => Promise<T>
  /** To be called when fewer may join than before. */
  readonly look: () => void
  /** Refuses what waits and all that comes later: nothing may be written any more. */
  readonly halt: (reason: unknown) => void
  /** Halts when an error met elsewhere is a sync that failed. */
  readonly failed: (error: unknown) => void
}

export interface GroupOptions {
  /** How many are still on their way and may join. A group waits for nobody when there is nobody. */
  readonly mayJoin: () => number
  /** Puts on the disk what was committed until now. */
  readonly sync: () => Promise<void>
  readonly failpoint: Failpoint
  /** Monotonic milliseconds. */
  readonly now?: () => number
  readonly limits?: Partial<GroupLimits> | undefined
}

export interface GroupLimits {
  /** Pieces of one group. */
  readonly pieces: number
  /** How long the first piece waits for others at most. */
  readonly waitMs: number
  /** It waits for as long as this many commits take: the event loop is held up for no larger part of its time. */
  readonly commits: number
  /** Once its pieces have run for this long, a group is closed; those that are left go with the next one, a turn later. */
  readonly turnMs: number
}

/**
 * Half of the hands there are: the others have pictures fetched and decoded meanwhile. With all of them in one group
 * everybody would decode at one time and wait for the disk at another. What a piece costs depends on what it finds: where
 * many have to be compared, fewer go together, or they would hold the event loop up.
 */
export const groupLimits: GroupLimits = { pieces: 8, waitMs: 50, commits: 2, turnMs: 3 }

/** A piece with its caller, whatever its types. */
interface Waiting<Note> {
  /** @returns what is to be done after the commit, and what later pieces must know */
  readonly run: (earlier: readonly Note[]) => {
    readonly committed: () => void
    readonly note: Note | undefined
  }
  readonly fail: (error: unknown) => void
}

/** A group that is committed, and not known to be on the disk yet. */
interface Committed<Note> {
  /** One for each piece that was run: the first few of the group, or all of it. */
  readonly ends: readonly (() => void)[]
  readonly notes: readonly Note[]
}

/**
 * Nobody else can write in the middle of a group: its transaction is opened and closed in one synchronous stretch. The
 * disk is waited for by another thread, and the next group is written meanwhile. After a sync that failed nothing more is
 * written, for nobody knows what is on the disk.
 */
export function createGroupCommit<Note>(db: Database, options: GroupOptions): GroupCommit<Note> {
  const { mayJoin, sync, failpoint, now = () => performance.now() } = options
  const limits = { ...groupLimits, ...options.limits }
  const waiting: Waiting<Note>[] = []
  let halted: { readonly reason: unknown } | undefined
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  /** The first that wait were taken up already, and then there was no time left for them. */
  let isOverdue = false
  /** What commits take: of the last ones, the later the more. */
  let usualMs = limits.waitMs / limits.commits
  /** In the order of their commits. */
  const unsynced = new Set<Committed<Note>>()
  const inSavepoint = db.transaction((piece: Waiting<Note>, notes: readonly Note[]) => piece.run(notes))

  const runOne = (piece: Waiting<Note>, notes: Note[]): (() => void) => {
    try {
      const { committed, note } = inSavepoint(piece, notes)
      if (note !== undefined) notes.push(note)
      return committed
    } catch (error) {
      // Some errors of the disk end the whole transaction: then nothing of the group is left.
      if (!db.inTransaction) throw error
      return () => piece.fail(storeError(error))
    }
  }

  const runAll = db.transaction((group: readonly Waiting<Note>[]): Committed<Note> => {
    const startedMs = now()
    const notes = [...unsynced].flatMap(({ notes }) => notes)
    const before = notes.length
    const ends: (() => void)[] = []
    for (const [place, piece] of group.entries()) {
      if (place > 0 && now() - startedMs >= limits.turnMs) break
      if (place > 0) failpoint('group:between')
      ends.push(runOne(piece, notes))
    }
    failpoint('group:before-commit')
    return { ends, notes: notes.slice(before) }
  })

  const write = (group: readonly Waiting<Note>[]): Committed<Note> => {
    const written = leavingSync(db, () => runAll.immediate(group))
    refuseMoved(db)
    return written
  }

  const makeLast = async (written: Committed<Note>): Promise<void> => {
    unsynced.add(written)
    try {
      await sync()
    } catch (error) {
      halt(storeError(error))
      throw error
    } finally {
      unsynced.delete(written)
    }
  }

  /** Those that were not run are the first of the next group, and have waited long enough. */
  const putBack = (left: readonly Waiting<Note>[]): void => {
    waiting.unshift(...left)
    isOverdue = left.length > 0
    if (halted) halt(halted.reason)
  }

  const commit = async (group: Waiting<Note>[]): Promise<void> => {
    const startedMs = now()
    try {
      const written = write(group)
      putBack(group.splice(written.ends.length))
      usualMs += (now() - startedMs - usualMs) / 4
      await makeLast(written)
      failpoint('group:after-commit')
      for (const end of written.ends) end()
    } catch (error) {
      failed(error)
      for (const { fail } of group) fail(storeError(error))
    }
  }

  const flush = (): void => {
    clearTimeout(timer)
    clearImmediate(immediate)
    timer = undefined
    immediate = undefined
    isOverdue = false
    if (waiting.length > 0) void commit(waiting.splice(0, limits.pieces))
    look()
  }

  /** A full group goes at the next turn, so that whoever is ready in this one still joins. */
  const look = (): void => {
    if (waiting.length === 0 || immediate) return
    if (isOverdue || waiting.length >= limits.pieces || mayJoin() === 0) immediate = setImmediate(flush)
    else timer ??= setTimeout(flush, Math.min(limits.waitMs, limits.commits * usualMs))
  }

  const halt = (reason: unknown): void => {
    halted ??= { reason }
    for (const { fail } of waiting.splice(0)) fail(halted.reason)
  }

  const failed = (error: unknown): void => {
    if (isLostSync(error)) halt(storeError(error))
  }

  return {
    join: ({ run, note, committed }) =>
      new Promise((resolve, fail) => {
        if (halted) {
          fail(halted.reason)
          return
        }
        waiting.push({
          fail,
          run: earlier => {
            const result = run(earlier)
            const done = () => {
              try {
                committed?.(result)
                resolve(result)
              } catch (error) {
                fail(error)
              }
            }
            return { committed: done, note: note?.(result) }
          },
        })
        look()
      }),
    look,
    halt,
    failed,
  }
}

/** Whether the write-ahead log may hold less than was written to it. */
function isLostSync(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^SQLITE_IOERR_(?:DIR_)?FSYNC$/.test(code)
}

/** Why pieces are refused that come when the dataset is closed. */
export const closedError = () => new AppError('PROTOCOL_INTERNAL', { isClosed: true })

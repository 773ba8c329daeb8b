/** Keeps the write-ahead log of an index bounded. */
import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from './database.ts'
import type { LogFold } from './log-fold.ts'

export interface LogLimits {
  /** A log that is longer is folded into the index, by a thread. */
  readonly foldBytes: number
  /** One that is longer, because somebody reads an old state, is told of, and cut when they let go. */
  readonly mostBytes: number
  /** How often its length is looked at, and how often while it grows. */
  readonly everyMs: number
  readonly soonMs: number
}

const mebibyte = 1024 * 1024
export const logLimits: LogLimits = {
  foldBytes: 8 * mebibyte,
  mostBytes: 64 * mebibyte,
  everyMs: 1_000,
  soonMs: 50,
}

/** Told when the log of an index became too long, when it no longer is, and when the thread that folds it is lost. */
export type Notice = (
  event: LogEvent,
  facts: { readonly dataset: string; readonly sizeBytes: number },
) => void
export type LogEvent = 'index-log-long' | 'index-log-folded' | 'index-log-thread-lost'

export interface LogBoundOptions {
  readonly fold: LogFold
  readonly limits?: Partial<LogLimits> | undefined
  readonly notice: (event: LogEvent, sizeBytes: number) => void
  /** Folding failed for another reason than a reader. */
  readonly failed: (error: unknown) => void
}

export interface LogBound {
  /** Whether somebody keeps the log from being folded in although it is too long. */
  readonly isTooLong: () => boolean
  /**
   * When the log takes more. Who writes very much, in many commits, waits for it before each of them: a log that is
   * written to all the time is never folded in to its end.
   */
  readonly room: () => Promise<void> | undefined
  readonly stop: () => void
}

/** In pages. */
interface Length {
  readonly log: number
  readonly checkpointed: number
}

const pageBytes = 4_096
/** After the first pass some more are made for what was written meanwhile, and for readers that will be gone in a moment. */
const mostPasses = 8
const betweenPassesMs = 2
/** What SQLite does by itself, at a commit and while it is waited for, unless told otherwise. */
const usualPages = 1_000

/**
 * A thread copies what is in the log into the index, waits for the disk, and does so again for what was written
 * meanwhile, until nothing is left; then the log begins anew. Copying what is left keeps nobody from writing. Should the
 * thread be lost, or many commits be made in one turn of the event loop, SQLite folds the log in at a commit.
 *
 * Somebody who holds on to an old state (another program, a copy under way) keeps the log from beginning anew, and it
 * grows. Then it is cut to nothing as soon as that can be.
 */
export function createLogBound(db: Database, options: LogBoundOptions): LogBound {
  const { fold, notice, failed } = options
  const { foldBytes, mostBytes, everyMs, soonMs } = { ...logLimits, ...options.limits }
  const lengths = db.prepare<[], Length>('PRAGMA wal_checkpoint(NOOP)')
  let isTooLong = false
  let isStopped = false
  let room: Promise<void> | undefined
  let lastLog = 0

  const length = (): Length => lengths.get() ?? { log: 0, checkpointed: 0 }
  const sizeBytes = () => statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const foldByItself = (pages: number) => db.pragma(`wal_autocheckpoint = ${pages}`)

  /** Without waiting for anybody. @returns whether nobody reads the log any more */
  const beginAnew = (how: 'RESTART' | 'TRUNCATE'): boolean => {
    const patience = db.pragma('busy_timeout', { simple: true })
    db.pragma('busy_timeout = 0')
    try {
      return db.pragma(`wal_checkpoint(${how})`, { simple: true }) === 0
    } finally {
      db.pragma(`busy_timeout = ${patience}`)
    }
  }

  /** @returns whether the log begins anew */
  const foldIn = async (): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const isLong = length().log * pageBytes > mostBytes / 2
    try {
      for (let passes = 0; passes < mostPasses && !isStopped; passes++) {
        if (passes > 0 || isLong) room = promise
        if (passes > 1) await delay(betweenPassesMs)
        if ((await fold.pass()) === 'gone') return isStopped || foldHere()
        if (isStopped) return true
        if (db.inTransaction) return false
        const { log, checkpointed } = length()
        const how = sizeBytes() > mostBytes ? 'TRUNCATE' : 'RESTART'
        if (checkpointed === log && beginAnew(how)) return true
      }
      return false
    } finally {
      room = undefined
      resolve()
    }
  }

  let isLost = false
  const foldHere = (): boolean => {
    if (!isLost) {
      isLost = true
      foldByItself(usualPages)
      notice('index-log-thread-lost', sizeBytes())
    }
    return sizeBytes() <= mostBytes || beginAnew('TRUNCATE')
  }

  /** @returns when to look again, in milliseconds */
  const look = async (): Promise<number> => {
    // SQLite refuses to say anything of the log to who is in the middle of writing.
    if (db.inTransaction) return soonMs
    const { log, checkpointed } = length()
    const grows = log !== lastLog
    lastLog = log
    const before = sizeBytes()
    const isWanted = (log * pageBytes > foldBytes && checkpointed < log) || before > mostBytes
    const isAnew = !isWanted || (await foldIn())
    if (isStopped) return everyMs
    const isLong = before > mostBytes && !isAnew
    if (isLong !== isTooLong) {
      isTooLong = isLong
      notice(isLong ? 'index-log-long' : 'index-log-folded', before)
    }
    return grows && isAnew ? soonMs : everyMs
  }

  const lookOn = () => {
    look()
      .catch(error => {
        failed(error)
        return everyMs
      })
      .then(afterMs => {
        if (!isStopped) timer = setTimeout(lookOn, afterMs).unref()
      })
  }

  // For what is written in one turn of the event loop.
  foldByItself(Math.ceil(mostBytes / 2 / pageBytes))
  let timer = setTimeout(lookOn, everyMs).unref()
  return {
    isTooLong: () => isTooLong,
    room: () => room,
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      fold.close()
    },
  }
}

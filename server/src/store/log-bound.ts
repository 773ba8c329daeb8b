/** Keeps the write-ahead log of an index bounded. */
import { statSync } from 'node:fs'
import type { Database } from './database.ts'

export interface LogLimits {
  /** A log that is longer is folded into the index; where that cannot be, it is said. */
  readonly mostBytes: number
  /** How often its length is looked at. */
  readonly everyMs: number
}

export const logLimits: LogLimits = { mostBytes: 64 * 1024 * 1024, everyMs: 1_000 }

/** Told when the log of an index became too long, and when it no longer is. */
export type Notice = (
  event: LogEvent,
  facts: { readonly dataset: string; readonly sizeBytes: number },
) => void
export type LogEvent = 'index-log-long' | 'index-log-folded'

export interface LogBoundOptions {
  readonly limits?: Partial<LogLimits> | undefined
  readonly notice: (event: LogEvent, sizeBytes: number) => void
  /** Folding failed for another reason than a reader. */
  readonly failed: (error: unknown) => void
}

export interface LogBound {
  /** Whether somebody keeps the log from being folded in although it is too long. */
  readonly isTooLong: () => boolean
  readonly stop: () => void
}

/**
 * SQLite folds the log in as it goes, and begins it anew when nobody reads it. Somebody who holds on to an old state
 * (another program, a copy under way) keeps it from beginning anew, and it grows. Then everything in it is folded in and
 * the file cut to nothing as soon as that can be, without waiting for anybody: the event loop has other work.
 */
export function createLogBound(db: Database, options: LogBoundOptions): LogBound {
  const { notice, failed } = options
  const { mostBytes, everyMs } = { ...logLimits, ...options.limits }
  let isTooLong = false

  const sizeBytes = () => statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0

  const fold = () => {
    const patience = db.pragma('busy_timeout', { simple: true })
    db.pragma('busy_timeout = 0')
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      db.pragma(`busy_timeout = ${patience}`)
    }
  }

  const look = () => {
    const before = sizeBytes()
    if (before > mostBytes) fold()
    const isLong = before > mostBytes && sizeBytes() > mostBytes
    if (isLong !== isTooLong) {
      isTooLong = isLong
      notice(isLong ? 'index-log-long' : 'index-log-folded', before)
    }
  }

  const timer = setInterval(() => {
    try {
      look()
    } catch (error) {
      failed(error)
    }
  }, everyMs)
  timer.unref()
  return { isTooLong: () => isTooLong, stop: () => clearInterval(timer) }
}

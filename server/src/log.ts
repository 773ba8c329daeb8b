import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from '@gleaner/shared/errors'

/** Where the server writes down what happens: one line per event, ids and codes, never tokens, queries or paths of pictures. */
export interface Log {
  info(event: string, facts?: Facts): void
  warn(event: string, facts?: Facts): void
  error(event: string, facts?: Facts): void
}

const rotateAtBytes = 5 * 1024 * 1024

/**
 * A log of JSON lines in `<home>/.gleaner/gleaner.log`; the one before it is kept as `gleaner.log.1`. JSON escapes
 * control characters, so nothing a page wrote can forge a line.
 */
export function createLog(home: string, now: () => number = Date.now): Log {
  const folder = join(home, '.gleaner')
  const file = join(folder, 'gleaner.log')
  const write = (level: string, event: string, facts: Facts = {}) => {
    const line = `${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...facts })}\n`
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes)
        renameSync(file, `${file}.1`)
      appendFileSync(file, line, { mode: 0o600 })
    } catch {
      // A log that cannot be written must not stop the work it describes.
    }
  }
  return {
    info: (event, facts) => write('info', event, facts),
    warn: (event, facts) => write('warn', event, facts),
    error: (event, facts) => write('error', event, facts),
  }
}

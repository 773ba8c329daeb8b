/** Cursors of keyset pages: the sort key of the last row, opaque to the asker. */
import { AppError } from '@gleaner/shared/errors'

export function writeCursor(...key: readonly number[]): string {
  return key.join('.')
}

/**
 * @param parts - how many numbers the key has
 * @returns the key, or `undefined` when the first page is asked for
 * @throws AppError `PROTOCOL_INVALID`
 */
export function readCursor(cursor: string | undefined, parts: number): readonly number[] | undefined {
  if (cursor === undefined) return undefined
  const key = cursor.split('.').map(Number)
  if (key.length !== parts || !/^[\d.]+$/.test(cursor) || !key.every(Number.isSafeInteger)) {
    throw new AppError('PROTOCOL_INVALID', { at: 'cursor' })
  }
  return key
}

/** @returns `limit` within 1 to 500 */
export function pageSize(limit: number): number {
  return Math.min(500, Math.max(1, Math.trunc(limit) || 1))
}

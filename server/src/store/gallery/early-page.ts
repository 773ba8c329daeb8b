/** Pages while the memory is still being read: newest first, all pictures or those of one class, straight from the index. */
import type { GalleryPage } from '@gleaner/shared/gallery'
import { readCursor, writeCursor } from '../cursor.ts'
import type { Database } from '../database.ts'
import type { PageRows } from './page-rows.ts'
import type { Ask } from './questions.ts'
import { descending } from './sort-keys.ts'

export const earlySql = {
  ofAll: `SELECT seq FROM image WHERE state = 'stored' AND seq < :before ORDER BY seq DESC LIMIT :limit OFFSET :offset`,
  ofClass: `SELECT seq FROM image WHERE state = 'stored' AND class_id = :classId AND seq < :before ORDER BY seq DESC
             LIMIT :limit OFFSET :offset`,
  counts: 'SELECT coalesce(sum(images), 0) FROM class WHERE id = :classId OR :classId = 0',
} as const

/** Parts of a filter that need no memory. */
const simple: readonly string[] = ['place', 'classIds']

export function createEarlyPages(db: Database, rows: PageRows) {
  type Bound = Record<string, number>
  const ofAll = db.prepare<Bound, number>(earlySql.ofAll).pluck()
  const ofClass = db.prepare<Bound, number>(earlySql.ofClass).pluck()
  const counts = db.prepare<{ classId: number }, number>(earlySql.counts).pluck()
  const unknown = () => ({ host: null, engine: null })

  /** @returns `undefined` when it takes the memory to say */
  return ({ filter, order, window, limit }: Ask<'page'>): GalleryPage | undefined => {
    const { place = 'held', classIds = [] } = filter
    const isSimple = Object.keys(filter).every(part => simple.includes(part)) && classIds.length <= 1
    const isNewestFirst = order.by === 'stored' && order.isDescending
    if (!isSimple || !isNewestFirst || place !== 'held' || 'around' in window) return undefined
    const [classId = 0] = classIds
    const total = counts.get({ classId }) ?? 0
    const [before = Number.MAX_SAFE_INTEGER] = 'cursor' in window ? (readCursor(window.cursor, 2) ?? []) : []
    const offset = 'offset' in window ? Math.min(window.offset, total) : 0
    const bound = { before, limit, offset, classId }
    const seqs = classId === 0 ? ofAll.all(bound) : ofClass.all(bound)
    const last = seqs.at(-1)
    return {
      images: rows.of(seqs, unknown),
      offset,
      total,
      revision: 'reading',
      cursor: last === undefined || seqs.length < limit ? null : writeCursor(last, descending(last)),
    }
  }
}

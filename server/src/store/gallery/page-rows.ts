/** Pictures as the gallery lists them, by their numbers. */
import type { GalleryImage } from '@gleaner/shared/gallery'
import type { Database } from '../database.ts'
import { placeSql, type ScoreColumns, scoresJoin, scoresOf, scoresSql } from './row-source.ts'

interface PageRow extends ScoreColumns {
  readonly seq: number
  readonly id: string
  readonly classId: number
  readonly classLabel: string
  readonly width: number
  readonly height: number
  readonly originalWidth: number
  readonly originalHeight: number
  readonly title: string | null
  readonly isThumbnail: 0 | 1
  readonly storedAtMs: number
  readonly place: 'held' | 'trash' | null
  readonly mark: GalleryImage['mark']
}

/** Of one picture: what only the memory knows. */
export interface Found {
  readonly host: string | null
  readonly engine: string | null
}

export const pageSql = {
  rows: `
    SELECT i.seq, i.id, i.class_id AS classId, k.label AS classLabel, i.width_px AS width, i.height_px AS height,
           i.original_width_px AS originalWidth, i.original_height_px AS originalHeight, i.title,
           i.is_thumbnail AS isThumbnail, i.stored_at_ms AS storedAtMs, ${placeSql} AS place, i.mark, ${scoresSql}
      FROM json_each(:list) l CROSS JOIN image i ON i.seq = l.value JOIN class k ON k.id = i.class_id
           ${scoresJoin}`,
  seqOf: 'SELECT seq FROM image WHERE id = ?',
  seqsOf: 'SELECT i.seq FROM json_each(:list) l CROSS JOIN image i ON i.id = l.value',
} as const

export function createPageRows(db: Database) {
  const rows = db.prepare<{ list: string }, PageRow>(pageSql.rows)
  const seqOf = db.prepare<[string], number>(pageSql.seqOf).pluck()
  const seqsOf = db.prepare<{ list: string }, number>(pageSql.seqsOf).pluck()
  return {
    /** In the order of their numbers given; without those that are gone. */
    of: (seqs: ArrayLike<number>, found: (seq: number) => Found): GalleryImage[] =>
      rows.all({ list: JSON.stringify(Array.from(seqs)) }).map(row => toImage(row, found(row.seq))),
    seqOf: (imageId: string) => seqOf.get(imageId),
    seqsOf: (imageIds: readonly string[]) => seqsOf.all({ list: JSON.stringify(imageIds) }),
  }
}
export type PageRows = ReturnType<typeof createPageRows>

function toImage(row: PageRow, found: Found): GalleryImage {
  return {
    id: row.id,
    classId: row.classId,
    width: row.width,
    height: row.height,
    title: row.title,
    isThumbnail: row.isThumbnail === 1,
    storedAtMs: row.storedAtMs,
    classLabel: row.classLabel,
    place: row.place ?? 'trash',
    mark: row.mark,
    originalWidth: row.originalWidth,
    originalHeight: row.originalHeight,
    ...found,
    scores: scoresOf(row),
  }
}

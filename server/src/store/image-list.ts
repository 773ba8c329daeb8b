/** Reading pictures: the gallery, one picture with all that is known about it, and its files. */
import type { ImagePage } from '@gleaner/shared/api'
import type { LicenseClaim, SearchFilters } from '@gleaner/shared/candidate'
import type { ImageDetail, ImageSummary, NearPair, Sighting } from '@gleaner/shared/image'
import type { AttemptStore } from './attempts.ts'
import { pageSize, readCursor, writeCursor } from './cursor.ts'
import type { Database } from './database.ts'
import type { Place } from './files.ts'
import { splitPlaceSql } from './gallery/row-source.ts'
import { absolutePath, imagePlace, originalPlace, relativePath } from './places.ts'
import type { Page, StoredFile } from './types.ts'

interface SummaryRow {
  readonly seq: number
  readonly id: string
  readonly class_id: number
  readonly width_px: number
  readonly height_px: number
  readonly title: string | null
  readonly is_thumbnail: 0 | 1
  readonly stored_at_ms: number
}

interface DetailRow extends SummaryRow {
  readonly label: string
  readonly folder: string
  readonly version: number
  /** In its class folder, or in the trash. */
  readonly state: 'stored' | 'deleting'
  readonly size_bytes: number
  readonly digest: string
  readonly original_digest: string
  readonly original_bytes: number
  readonly original_format: string
  readonly original_width_px: number
  readonly original_height_px: number
  readonly original_kept: 0 | 1
  readonly perceptual_hash: string | null
  readonly block_hash: string | null
  readonly quality_score: number
  readonly rights: string
}

interface SplitRow extends Pick<ImageDetail, 'split'> {
  readonly isPinned: 0 | 1
}

interface SightingRow extends Omit<Sighting, 'license' | 'filters'> {
  readonly license: string | null
  readonly filters: string | null
}

const toSighting = ({ license, filters, ...row }: SightingRow): Sighting => ({
  ...row,
  license: license === null ? null : (JSON.parse(license) as LicenseClaim),
  filters: filters === null ? null : (JSON.parse(filters) as SearchFilters),
})

const summary = 'i.seq, i.id, i.class_id, i.width_px, i.height_px, i.title, i.is_thumbnail, i.stored_at_ms'

/** The statements of the gallery. */
export const imageListSql = {
  ofClass: `SELECT ${summary} FROM image i WHERE i.state = 'stored' AND i.class_id = :classId AND i.seq < :before
             ORDER BY i.seq DESC LIMIT :limit`,
  ofAll: `SELECT ${summary} FROM image i WHERE i.state = 'stored' AND i.seq < :before ORDER BY i.seq DESC LIMIT :limit`,
  split: splitPlaceSql('p.split, p.is_pinned AS isPinned', '?'),
  chosenGroups: `SELECT g.id, g.name FROM chosen_group g CROSS JOIN chosen_member m ON m.group_id = g.id AND m.image_id = ?
                  WHERE g.is_in_force = 1 ORDER BY g.id`,
} as const

export function createImageList(db: Database, root: string, attempts: AttemptStore) {
  type Bound = Record<string, number>
  const ofClass = db.prepare<Bound, SummaryRow>(imageListSql.ofClass)
  const ofAll = db.prepare<Bound, SummaryRow>(imageListSql.ofAll)
  const detail = db.prepare<[string], DetailRow>(
    `SELECT i.*, k.label, k.folder FROM image i JOIN class k ON k.id = i.class_id
      WHERE i.id = ? AND (i.state = 'stored'
                          OR (i.state = 'deleting' AND EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq)))`,
  )
  const sightings = db.prepare<[string], SightingRow>(
    `SELECT c.id AS candidateId, b.engine, b.query, b.page_url AS pageUrl, s.landing_url AS landingUrl, s.title, s.rank,
            b.received_at_ms AS seenAtMs, s.license, b.filters
       FROM candidate c JOIN sighting s ON s.candidate_id = c.id JOIN batch b ON b.id = s.batch_id
      WHERE c.image_id = ? AND b.undone_by IS NULL ORDER BY b.id, s.rank`,
  )
  const nearPairs = db.prepare<{ seq: number }, NearPair>(
    `SELECT o.id AS imageId, p.distance_bits AS distanceBits
       FROM (SELECT seq_b AS other, distance_bits FROM near_pair WHERE seq_a = :seq
             UNION ALL SELECT seq_a, distance_bits FROM near_pair WHERE seq_b = :seq) p
       JOIN image o ON o.seq = p.other ORDER BY p.distance_bits`,
  )
  const splitPlace = db.prepare<[string], SplitRow>(imageListSql.split)
  const chosenGroups = db.prepare<[string], ImageDetail['chosenGroups'][number]>(imageListSql.chosenGroups)
  const duplicates = db
    .prepare<[string], number>(`SELECT count(*) FROM candidate WHERE image_id = ? AND state = 'duplicate'`)
    .pluck()

  const images = (classId: number | undefined, page: Page): ImagePage => {
    const [before = Number.MAX_SAFE_INTEGER] = readCursor(page.cursor, 1) ?? []
    const limit = pageSize(page.limit)
    const rows =
      classId === undefined ? ofAll.all({ before, limit }) : ofClass.all({ before, limit, classId })
    const last = rows.length === limit ? rows.at(-1) : undefined
    return { images: rows.map(toSummary), cursor: last ? writeCursor(last.seq) : null }
  }

  const image = (imageId: string): ImageDetail | undefined => {
    const row = detail.get(imageId)
    if (!row) return undefined
    const isKept = row.original_kept === 1
    const { split, isPinned } = splitPlace.get(imageId) ?? { split: null, isPinned: 0 }
    return {
      ...toSummary(row),
      classLabel: row.label,
      file: relativePath(placeOf(row)),
      sizeBytes: row.size_bytes,
      digest: row.digest,
      original: {
        width: row.original_width_px,
        height: row.original_height_px,
        format: row.original_format,
        sizeBytes: row.original_bytes,
        digest: row.original_digest,
        file: isKept ? relativePath(originalPlace(row.original_digest, row.original_format)) : null,
      },
      perceptualHash: row.perceptual_hash,
      blockHash: row.block_hash,
      qualityScore: row.quality_score,
      rights: JSON.parse(row.rights) as Record<string, string>,
      split,
      isPinned: isPinned === 1,
      chosenGroups: chosenGroups.all(imageId),
      sightings: sightings.all(imageId).map(toSighting),
      attempts: attempts.ofImage(imageId),
      nearPairs: nearPairs.all({ seq: row.seq }),
      duplicates: duplicates.get(imageId) ?? 0,
    }
  }

  const imageFile = (imageId: string): StoredFile | undefined => {
    const row = detail.get(imageId)
    if (!row) return undefined
    return { path: absolutePath(root, placeOf(row)), sizeBytes: row.size_bytes, contentType: 'image/jpeg' }
  }

  const originalFile = (imageId: string): StoredFile | undefined => {
    const row = detail.get(imageId)
    if (!row || row.original_kept === 0) return undefined
    const path = absolutePath(root, originalPlace(row.original_digest, row.original_format))
    return { path, sizeBytes: row.original_bytes, contentType: `image/${row.original_format}` }
  }

  return { images, image, imageFile, originalFile }
}

/** What is in the trash lies among the originals, by the digest of its file. */
function placeOf({ state, folder, id, version, digest }: DetailRow): Place {
  return state === 'stored' ? imagePlace(folder, id, version) : originalPlace(digest, 'jpeg')
}

function toSummary(row: SummaryRow): ImageSummary {
  return {
    id: row.id,
    classId: row.class_id,
    width: row.width_px,
    height: row.height_px,
    title: row.title,
    isThumbnail: row.is_thumbnail === 1,
    storedAtMs: row.stored_at_ms,
  }
}

/** Pictures as a version says them, in the order of ids. Keys are always in the same order. */
import type { LicenseClaim } from '@gleaner/shared/candidate'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Box, Rectangle, VersionImage } from '@gleaner/shared/versions'
import { nameOf } from '../../splits/codes.ts'
import { at } from '../../splits/graph.ts'
import type { Database } from '../database.ts'
import { createMergedClasses } from '../merged-classes.ts'
import type { IndexReader, ReadIndex } from './index-reader.ts'

/** What splits say of every picture, by place. */
export interface Shape {
  readonly split: Uint8Array
  /** -1 for none. */
  readonly fold: Int8Array
  /** -1 for none. */
  readonly trial: Float64Array
  /** The smallest picture of its group. */
  readonly groupOf: Int32Array
}

interface ImageRow {
  readonly seq: number
  readonly id: string
  readonly label: string
  readonly digest: string
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  readonly originalDigest: string
  readonly originalFormat: string
  readonly originalWidth: number
  readonly originalHeight: number
  readonly originalBytes: number
  readonly isOriginalKept: 0 | 1
  readonly perceptualHash: string | null
  readonly isThumbnail: 0 | 1
  readonly title: string | null
  readonly rights: string
  readonly storedAtMs: number
}

interface OriginRow {
  readonly candidateId: number
  readonly landingUrl: string | null
  readonly url: string | null
}

interface SightingRow {
  readonly engine: string
  readonly query: string | null
  readonly license: string | null
}

interface BoxRow extends Rectangle {
  readonly classId: number
  readonly author: string
}

// SQLite looks at a bare parameter to choose a plan, and chooses anew each time another value is bound to it: five to
// twenty microseconds a statement and picture. At an expression it does not look.
export const lineSql = {
  images: `
    SELECT i.seq, i.id, k.label, i.digest, i.width_px AS width, i.height_px AS height, i.size_bytes AS sizeBytes,
           i.original_digest AS originalDigest, i.original_format AS originalFormat,
           i.original_width_px AS originalWidth, i.original_height_px AS originalHeight,
           i.original_bytes AS originalBytes, i.original_kept AS isOriginalKept,
           i.perceptual_hash AS perceptualHash, i.is_thumbnail AS isThumbnail, i.title, i.rights,
           i.stored_at_ms AS storedAtMs
      FROM image i CROSS JOIN class k ON k.id = i.class_id WHERE i.state = 'stored' ORDER BY i.id`,
  // The candidate that brought the file.
  origin: `
    SELECT c.id AS candidateId, c.landing_url AS landingUrl, s.url
      FROM candidate c LEFT JOIN source s ON s.candidate_id = c.id AND s.position = c.source_index
     WHERE c.image_id = CAST(? AS TEXT) AND c.state IN ('stored', 'upgraded')
     ORDER BY c.state = 'upgraded' DESC, c.updated_at_ms DESC, c.id LIMIT 1`,
  sightings: `
    SELECT b.engine, b.query, s.license FROM sighting s CROSS JOIN batch b ON b.id = s.batch_id
     WHERE s.candidate_id = CAST(? AS INTEGER) AND b.undone_by IS NULL ORDER BY b.id`,
  boxes: `
    SELECT b.x_px AS x, b.y_px AS y, b.width_px AS width, b.height_px AS height, b.class_id AS classId, b.author
      FROM image_box b WHERE b.image_id = CAST(? AS TEXT) AND b.original_digest = CAST(? AS TEXT) ORDER BY b.id`,
  crop: `
    SELECT x_px AS x, y_px AS y, width_px AS width, height_px AS height
      FROM image_crop WHERE image_id = ? AND original_digest = ?`,
} as const

/** @returns the boxes of a picture that were drawn on this original, in the order in which they were */
export function createBoxReader(db: Database): (imageId: string, originalDigest: string) => Box[] {
  const boxes = db.prepare<[string, string], BoxRow>(lineSql.boxes)
  const standingFor = createMergedClasses(db)
  return (imageId, originalDigest) =>
    boxes.all(imageId, originalDigest).map(({ x, y, width, height, classId, author }) => {
      const label = standingFor(classId)?.label ?? ''
      return { x, y, width, height, label, author }
    })
}

export function createImageLines({ db }: IndexReader) {
  const images = db.prepare<[], ImageRow>(lineSql.images)
  const origin = db.prepare<[string], OriginRow>(lineSql.origin)
  const sightings = db.prepare<[number], SightingRow>(lineSql.sightings)
  const boxesOf = createBoxReader(db)
  const crop = db.prepare<[string, string], Rectangle>(lineSql.crop)

  const toImage = (row: ImageRow, place: number, shape: Shape, group: string): VersionImage => {
    const from = origin.get(row.id)
    const seen = from ? sightings.all(from.candidateId) : []
    const license = seen.find(each => each.license !== null)?.license ?? null
    const fold = at(shape.fold, place)
    const trial = at(shape.trial, place)
    return {
      id: row.id,
      label: row.label,
      split: nameOf(at(shape.split, place)),
      fold: fold < 0 ? null : fold,
      trial: trial < 0 ? null : trial,
      group,
      rendered: { digest: row.digest, width: row.width, height: row.height, sizeBytes: row.sizeBytes },
      original: {
        digest: row.originalDigest,
        format: row.originalFormat,
        width: row.originalWidth,
        height: row.originalHeight,
        sizeBytes: row.originalBytes,
        isKept: row.isOriginalKept === 1,
      },
      perceptualHash: row.perceptualHash,
      isThumbnail: row.isThumbnail === 1,
      crop: crop.get(row.id, row.originalDigest) ?? null,
      boxes: boxesOf(row.id, row.originalDigest),
      title: row.title,
      sourceUrl: parseHttpUrl(from?.url)?.href ?? null,
      landingUrl: parseHttpUrl(from?.landingUrl)?.href ?? null,
      engine: seen[0]?.engine ?? null,
      query: seen[0]?.query ?? null,
      license:
        license === null ? null : (sorted(JSON.parse(license) as Record<string, string>) as LicenseClaim),
      rights: sorted(JSON.parse(row.rights) as Record<string, string>),
      storedAtMs: row.storedAtMs,
    }
  }

  return (
    { held }: ReadIndex,
    shape: Shape,
    isIn: (place: number) => boolean,
    take: (image: VersionImage) => void,
  ): void => {
    const isShared = sharedOf(shape.groupOf)
    /** The first picture that is in the version, of each group of several. */
    const firstOf = new Map<number, string>()
    for (const row of images.iterate()) {
      const place = held.placeOf(row.seq)
      if (place < 0 || !isIn(place)) continue
      const key = at(shape.groupOf, place)
      const group = firstOf.get(key) ?? row.id
      if (at(isShared, key) === 1) firstOf.set(key, group)
      take(toImage(row, place, shape, group))
    }
  }
}

function sharedOf(groupOf: Int32Array): Uint8Array {
  const isShared = new Uint8Array(groupOf.length)
  for (const [place, key] of groupOf.entries()) if (key !== place) isShared[key] = 1
  return isShared
}

/** The same, with its keys in order: what is said twice is the same bytes twice. */
const sorted = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

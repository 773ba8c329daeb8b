/** What the gallery's memory reads of an index: pictures, where they were found, and what has changed since. */
import type { GallerySplit, LicenseFamily, ReviewMark } from '@gleaner/shared/gallery'
import { type QualityScores, qualityMeasures } from '@gleaner/shared/quality'
import type { Database } from '../database.ts'
import { licenseFamilyOf } from './license-family.ts'
import { addressText, searchable } from './words.ts'

/** The picture itself; `place` is `null` where it is neither held nor in the trash. */
export interface PictureFacts {
  readonly seq: number
  readonly place: 'held' | 'trash' | null
  readonly classId: number
  readonly mark: ReviewMark
  readonly isThumbnail: boolean
  readonly widthPx: number
  readonly heightPx: number
  readonly originalWidthPx: number
  readonly originalHeightPx: number
  readonly originalBytes: number
  /** Of the filed picture, and of its original where that is kept. */
  readonly fileBytes: number
  readonly keptBytes: number
  readonly storedAtMs: number
  readonly isGrouped: boolean
  readonly title: string
  readonly scores: QualityScores | null
}

/** Where a picture was found, by all that led to it. */
export interface OriginFacts {
  readonly seq: number
  readonly isUpgraded: boolean
  /** Registrable name of the host it came from. */
  readonly host: string | null
  readonly license: LicenseFamily
  readonly engines: readonly string[]
  readonly queries: readonly string[]
  /** As {@link searchable}: the addresses of the picture and of its page. */
  readonly addresses: string
}

/** In which split a picture has a place. */
export interface SplitFacts {
  readonly seq: number
  readonly split: GallerySplit
}
/** As a layer says it, whatever later ones say. */
export interface LayerPlace extends SplitFacts {
  readonly imageId: string
}

interface OriginRow {
  readonly seq: number
  readonly candidateId: number
  readonly state: string
  readonly host: string
  readonly updatedAtMs: number
  readonly landingUrl: string | null
  readonly url: string | null
  readonly license: string | null
  readonly engine: string | null
  readonly query: string | null
}

/** All of them, or none. */
export type ScoreColumns = { readonly [Measure in keyof QualityScores]: number | null }

type PictureRow = Omit<PictureFacts, 'scores' | 'isGrouped' | 'isThumbnail' | 'title'> &
  ScoreColumns & {
    readonly isGrouped: 0 | 1
    readonly isThumbnail: 0 | 1
    readonly title: string | null
  }

/** How SQL says where a picture `i` is. */
export const placeSql = `CASE i.state WHEN 'stored' THEN 'held'
  WHEN 'deleting' THEN CASE WHEN EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq) THEN 'trash' END END`
/** Scores of a picture `i` by their own names. */
export const scoresSql = qualityMeasures.map(measure => `q.${measure}`).join(', ')
export const scoresJoin = 'LEFT JOIN quality q ON q.image_seq = i.seq'

const pictures = `
  SELECT i.seq, ${placeSql} AS place, i.class_id AS classId, i.mark, i.is_thumbnail AS isThumbnail,
         i.width_px AS widthPx, i.height_px AS heightPx, i.original_width_px AS originalWidthPx,
         i.original_height_px AS originalHeightPx, i.original_bytes AS originalBytes, i.size_bytes AS fileBytes,
         i.original_kept * i.original_bytes AS keptBytes, i.stored_at_ms AS storedAtMs,
         EXISTS (SELECT 1 FROM group_member g WHERE g.image_seq = i.seq) AS isGrouped, i.title, ${scoresSql}
    FROM image i ${scoresJoin}`
const origins = `
  SELECT i.seq, c.id AS candidateId, c.state, c.host, c.updated_at_ms AS updatedAtMs, c.landing_url AS landingUrl,
         (SELECT url FROM source WHERE candidate_id = c.id AND position = c.source_index) AS url,
         iif(b.id IS NULL, NULL, s.license) AS license, b.engine, b.query
    FROM image i CROSS JOIN candidate c ON c.image_id = i.id
    LEFT JOIN sighting s ON s.candidate_id = c.id LEFT JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL`

/** The place `p` of a picture in splits: that of the last layer that names it and counts. */
export const splitPlaceSql = (columns: string, imageId: string) => `
  SELECT ${columns} FROM split_layer l CROSS JOIN split_place p ON p.layer_id = l.id AND p.image_id = ${imageId}
   WHERE l.is_in_force = 1 ORDER BY l.id DESC LIMIT 1`

/** Statements of the gallery's memory. `list` holds numbers of pictures, as a JSON array. */
export const rowSql = {
  picturesAfter: `${pictures} WHERE i.seq > :after AND i.seq <= :upTo`,
  picturesOf: `${pictures} WHERE i.seq IN (SELECT value FROM json_each(:list))`,
  originsAfter: `${origins} WHERE i.seq > :after AND i.seq <= :upTo ORDER BY i.seq`,
  originsOf: `${origins} WHERE i.seq IN (SELECT value FROM json_each(:list)) ORDER BY i.seq`,
  changes: `SELECT change_no AS changeNo, image_seq AS seq, part FROM gallery_change WHERE change_no > ?
             ORDER BY change_no LIMIT ?`,
  lastChange: 'SELECT coalesce(max(change_no), 0) FROM gallery_change',
  lastSeq: 'SELECT coalesce(max(seq), 0) FROM image',
  layerFrom: 'SELECT min(id) FROM split_layer WHERE is_in_force = 1 AND id >= ?',
  lastLayer: 'SELECT max(id) FROM split_layer WHERE is_in_force = 1',
  firstPlaced: 'SELECT min(layer_id) FROM split_place',
  placesOf: `SELECT i.seq, p.image_id AS imageId, coalesce(p.split, 'none') AS split
               FROM split_place p CROSS JOIN image i ON i.id = p.image_id
              WHERE p.layer_id = :layer AND p.image_id > :after ORDER BY p.image_id LIMIT :limit`,
  splitsOf: `SELECT i.seq, coalesce((${splitPlaceSql('p.split', 'i.id')}), 'none') AS split
               FROM image i WHERE i.seq IN (SELECT value FROM json_each(:list))`,
  members: 'SELECT image_seq FROM group_member WHERE group_id = ?',
} as const

export interface GalleryChange {
  readonly changeNo: number
  /** Of the picture, where 0 stands for the classes; of `layer` the number of a layer of splits. */
  readonly seq: number
  readonly part: 'picture' | 'origin' | 'split' | 'layer'
}

/** @param db - a connection of its own; it is only read */
export function createRowSource(db: Database) {
  const span = { after: 0, upTo: 0 }
  const picturesAfter = db.prepare<typeof span, PictureRow>(rowSql.picturesAfter)
  const picturesOf = db.prepare<{ list: string }, PictureRow>(rowSql.picturesOf)
  const originsAfter = db.prepare<typeof span, OriginRow>(rowSql.originsAfter)
  const originsOf = db.prepare<{ list: string }, OriginRow>(rowSql.originsOf)
  const changes = db.prepare<[number, number], GalleryChange>(rowSql.changes)
  const lastChange = db.prepare<[], number>(rowSql.lastChange).pluck()
  const lastSeq = db.prepare<[], number>(rowSql.lastSeq).pluck()
  const layerFrom = db.prepare<[number], number | null>(rowSql.layerFrom).pluck()
  const lastLayer = db.prepare<[], number | null>(rowSql.lastLayer).pluck()
  const firstPlaced = db.prepare<[], number | null>(rowSql.firstPlaced).pluck()
  const placesOf = db.prepare<{ layer: number; after: string; limit: number }, LayerPlace>(rowSql.placesOf)
  const splitsOf = db.prepare<{ list: string }, SplitFacts>(rowSql.splitsOf)
  const members = db.prepare<[number], number>(rowSql.members).pluck()
  const classes = db.prepare<[], { id: number; label: string }>('SELECT id, label FROM class')
  return {
    /** Pictures with numbers greater than `after`, up to `upTo`. */
    picturesAfter: (after: number, upTo: number) => picturesAfter.all({ after, upTo }).map(toPicture),
    picturesOf: (seqs: readonly number[]) => picturesOf.all({ list: JSON.stringify(seqs) }).map(toPicture),
    originsAfter: (after: number, upTo: number) => toOrigins(originsAfter.all({ after, upTo })),
    originsOf: (seqs: readonly number[]) => toOrigins(originsOf.all({ list: JSON.stringify(seqs) })),
    changes: (after: number, limit: number) => changes.all(after, limit),
    lastChange: () => lastChange.get() ?? 0,
    lastSeq: () => lastSeq.get() ?? 0,
    /** The first layer of splits that counts, from this number on. */
    layerFrom: (layer: number) => layerFrom.get(layer) ?? undefined,
    lastLayer: () => lastLayer.get() ?? undefined,
    /** Whether any picture was ever put into a split, or taken out of one. */
    isAnySplit: () => typeof firstPlaced.get() === 'number',
    /** What a layer says, in order of the pictures' ids. */
    placesOf: (layer: number, after: string, limit: number) => placesOf.all({ layer, after, limit }),
    splitsOf: (seqs: readonly number[]) => splitsOf.all({ list: JSON.stringify(seqs) }),
    members: (groupId: number) => members.all(groupId),
    classes: () => classes.all(),
    /** Reads in one snapshot. */
    together: <T>(read: () => T): T => db.transaction(read)(),
  }
}
export type RowSource = ReturnType<typeof createRowSource>

function toPicture(row: PictureRow): PictureFacts {
  return {
    ...row,
    isThumbnail: row.isThumbnail === 1,
    isGrouped: row.isGrouped === 1,
    title: row.title ?? '',
    scores: scoresOf(row),
  }
}

/** @returns `null` where they have not been computed */
export function scoresOf(row: ScoreColumns): QualityScores | null {
  if (row.sharpness === null) return null
  return Object.fromEntries(qualityMeasures.map(measure => [measure, row[measure] ?? 0])) as QualityScores
}

/** @param rows - in order of the pictures */
function toOrigins(rows: readonly OriginRow[]): OriginFacts[] {
  const found: OriginFacts[] = []
  for (let from = 0; from < rows.length; ) {
    const seq = rows[from]?.seq
    let to = from + 1
    while (rows[to]?.seq === seq) to++
    found.push(toOrigin(rows.slice(from, to)))
    from = to
  }
  return found
}

function toOrigin(rows: readonly OriginRow[]): OriginFacts {
  const owner = rows.reduce((best, row) => (isOwner(row, best) ? row : best))
  const own = rows.filter(({ candidateId }) => candidateId === owner.candidateId)
  const license = [...own, ...rows].find(row => row.license !== null)?.license ?? null
  const addresses = [owner.url, owner.landingUrl].flatMap(url => (url ? [addressText(url)] : []))
  return {
    seq: owner.seq,
    isUpgraded: owner.state === 'upgraded',
    host: owner.host || null,
    license: licenseFamilyOf(license),
    engines: present(rows.map(({ engine }) => engine)),
    queries: present(rows.map(({ query }) => query)),
    addresses: searchable(addresses.join(' ')),
  }
}

/** Whether this candidate rather than the other brought the file that is held. */
function isOwner(row: OriginRow, other: OriginRow): boolean {
  const rank = ({ state }: OriginRow) => (state === 'stored' || state === 'upgraded' ? 1 : 0)
  const ahead = rank(row) - rank(other)
  if (ahead !== 0) return ahead > 0
  return rank(row) === 1 && row.updatedAtMs > other.updatedAtMs
}

const present = (values: readonly (string | null)[]) => [
  ...new Set(values.filter((value): value is string => value !== null && value !== '')),
]

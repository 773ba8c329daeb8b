/** All SQL that changes the tables `image`, `copy`, `near_pair` and `removed_url`. */
import type { Placement } from '@gleaner/shared/duplicates'
import type { Digest, PerceptualHash } from '@gleaner/shared/hash'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import type { Database } from './database.ts'
import type { HeldPair } from './duplicate-types.ts'
import { isJudged } from './judgements.ts'
import { createLookStore } from './looks.ts'
import { createQualityStore } from './quality.ts'
import type { Clock, ImageId, ImageLook, NewImage } from './types.ts'

/** What is needed to find and replace a picture's files. */
export interface HeldImage {
  readonly seq: number
  readonly id: ImageId
  readonly state: 'stored' | 'deleting' | 'removed'
  readonly classId: number
  readonly classFolder: string
  readonly version: number
  readonly originalDigest: string
  readonly originalFormat: string
  readonly isOriginalKept: 0 | 1
}

interface LookRow {
  readonly seq: number
  readonly id: ImageId
  readonly perceptual_hash: PerceptualHash | null
  readonly mean_cb: number
  readonly mean_cr: number
  readonly is_thumbnail: 0 | 1
  readonly class_id: number
}

/** Everything about a picture but its bytes. */
export interface ImageFacts {
  readonly id: ImageId
  readonly image: NewImage
  /** SHA-256 of the rendered file. */
  readonly renderedDigest: string
  readonly isOriginalKept: boolean
}

// Without a join: SQLite would compile a joined statement anew each time a value is bound to it (partial indexes make
// its plan depend on values), and this one is asked four times a picture.
const held = `SELECT i.seq, i.id, i.state, i.class_id AS classId,
                     (SELECT c.folder FROM class c WHERE c.id = i.class_id) AS classFolder, i.version,
                     i.original_digest AS originalDigest, i.original_format AS originalFormat,
                     i.original_kept AS isOriginalKept
                FROM image i`

const look = 'SELECT seq, id, perceptual_hash, mean_cb, mean_cr, is_thumbnail, class_id FROM image'

export function createImageStore(db: Database, now: Clock) {
  const looksOf = createLookStore(db)
  const quality = createQualityStore(db)
  const insert = db.prepare(
    `INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                        original_format, original_width_px, original_height_px, original_kept, perceptual_hash,
                        block_hash, quality_score, mean_cb, mean_cr, rights, is_thumbnail, title, stored_at_ms)
     VALUES (:id, :classId, 'stored', :sizeBytes, :digest, :widthPx, :heightPx, :originalDigest, :originalBytes,
             :format, :originalWidthPx, :originalHeightPx, :kept, :perceptualHash, :blockHash, :qualityScore, :cb, :cr,
             :rights, :isThumbnail, :title, :now)`,
  )
  const replace = db
    .prepare<[Record<string, unknown>], number>(
      `UPDATE image
        SET version = version + 1, size_bytes = :sizeBytes, digest = :digest, width_px = :widthPx,
            height_px = :heightPx, original_digest = :originalDigest, original_bytes = :originalBytes,
            original_format = :format, original_width_px = :originalWidthPx, original_height_px = :originalHeightPx,
            original_kept = :kept, perceptual_hash = :perceptualHash, block_hash = :blockHash,
            quality_score = :qualityScore, mean_cb = :cb, mean_cr = :cr, rights = :rights,
            is_thumbnail = :isThumbnail, title = coalesce(:title, title)
      WHERE id = :id AND state = 'stored' RETURNING seq`,
    )
    .pluck()
  const addCopy = db.prepare<[string, ImageId]>(
    'INSERT INTO copy (digest, image_seq) SELECT ?, seq FROM image WHERE id = ? ON CONFLICT DO NOTHING',
  )
  const addOwnCopy = db.prepare<[string, number]>(
    'INSERT INTO copy (digest, image_seq) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  // What pixels have shown is not forgotten for a later look at the hashes alone.
  const addPair = db.prepare(
    `INSERT INTO near_pair (seq_a, seq_b, distance_bits, level, kind, difference, placement)
     SELECT min(a.seq, b.seq), max(a.seq, b.seq), :bits, :level, :kind, :difference, :placement
       FROM image a CROSS JOIN image b
      WHERE a.id = :one AND a.state = 'stored' AND b.id = :other AND b.state = 'stored' AND a.seq <> b.seq
        AND NOT ${isJudged('apart', 'a.id', 'b.id')}
     ON CONFLICT DO UPDATE
        SET distance_bits = excluded.distance_bits, level = excluded.level, kind = excluded.kind,
            difference = excluded.difference, placement = excluded.placement
      WHERE excluded.kind IS NOT NULL`,
  )
  const byId = db.prepare<[string], HeldImage>(`${held} WHERE i.id = ?`)
  const byCopy = db.prepare<[string], HeldImage>(
    `${held} WHERE i.seq = (SELECT image_seq FROM copy WHERE digest = ?)`,
  )
  const ofSeq = db.prepare<[number], HeldImage>(`${held} WHERE i.seq = ?`)
  const gaveWayTo = db
    .prepare<[number], number>('SELECT into_seq FROM set_aside WHERE image_seq = ? AND into_seq IS NOT NULL')
    .pluck()
  const looks = db.prepare<[], LookRow>(`${look} WHERE state = 'stored' ORDER BY seq`)
  const looksAfter = db.prepare<[number, number], LookRow>(`${look} WHERE seq > ? ORDER BY seq LIMIT ?`)
  // One that gave way to another copy of itself is no tombstone: nobody may be kept away by how it looks.
  const bySeq = db.prepare<[number], Pick<HeldImage, 'id' | 'state'>>(
    `SELECT id, state FROM image i
      WHERE seq = ? AND (state <> 'deleting' OR NOT EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq
                                                               AND a.into_seq IS NOT NULL))`,
  )
  // Those that were set aside wait for somebody who wants them back.
  const deleting = db.prepare<[], HeldImage>(
    `${held} WHERE i.state <> 'stored' AND i.state = 'deleting'
                  AND NOT EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq)`,
  )
  const ownsOriginal = db
    .prepare<{ digest: string }, number>(
      `SELECT 1 FROM image WHERE original_digest = :digest AND original_kept = 1 AND state = 'stored'
       UNION ALL SELECT 1 FROM kept_original WHERE digest = :digest
       UNION ALL SELECT 1 FROM browser_fetch WHERE digest = :digest
       UNION ALL SELECT 1 FROM aside_file WHERE digest = :digest`,
    )
    .pluck()
  const setState = db.prepare<[string, number]>('UPDATE image SET state = ? WHERE seq = ?')
  const dropPairs = db.prepare<[number, number]>('DELETE FROM near_pair WHERE seq_a = ? OR seq_b = ?')
  const dropVerified = db.prepare<{ seq: number }>(
    'DELETE FROM near_pair WHERE (seq_a = :seq OR seq_b = :seq) AND kind IS NOT NULL',
  )
  const drop = db.prepare<[number]>('DELETE FROM image WHERE seq = ?')
  const forgetUrls = db.prepare<[number]>('DELETE FROM removed_url WHERE image_seq = ?')
  const forgetCopy = db.prepare<[string]>(
    `DELETE FROM copy
      WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM image i WHERE i.original_digest = copy.digest)`,
  )
  const forgetPixels = db.prepare<[string]>('DELETE FROM pixel_copy WHERE digest = ? AND is_own = 0')
  const notUndone = db.prepare<[number]>('DELETE FROM undone_image WHERE image_seq = ?')
  const forgetOriginal = db.prepare<[number]>('UPDATE image SET original_kept = 0 WHERE seq = ?')
  const usedUrls = db
    .prepare<[string], string>(
      `SELECT s.url FROM candidate c JOIN source s ON s.candidate_id = c.id AND s.position = c.source_index
        WHERE c.image_id = ?`,
    )
    .pluck()
  const rememberUrl = db.prepare<[string, number]>(
    'INSERT INTO removed_url (url_key, image_seq) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )

  /** What led to a picture that is not wanted is known on arrival. */
  const rememberUrls = ({ seq, id }: Pick<HeldImage, 'seq' | 'id'>) => {
    for (const url of usedUrls.all(id)) {
      const parsed = parseHttpUrl(url)
      if (parsed) rememberUrl.run(urlKey(parsed), seq)
    }
  }

  const row = ({ id, image, renderedDigest, isOriginalKept }: ImageFacts, title: string | null) => ({
    id,
    title,
    now: now(),
    sizeBytes: image.rendered.bytes.byteLength,
    digest: renderedDigest,
    widthPx: image.rendered.widthPx,
    heightPx: image.rendered.heightPx,
    originalDigest: image.original.digest,
    originalBytes: image.original.bytes.byteLength,
    format: image.original.format,
    originalWidthPx: image.original.widthPx,
    originalHeightPx: image.original.heightPx,
    kept: isOriginalKept ? 1 : 0,
    perceptualHash: image.perceptualHash,
    blockHash: image.blockHash,
    qualityScore: Math.round(image.qualityScore),
    cb: image.meanChroma[0],
    cr: image.meanChroma[1],
    rights: JSON.stringify(image.rights),
    isThumbnail: image.isThumbnail ? 1 : 0,
  })

  return {
    /** @returns the number of the picture */
    add: (facts: ImageFacts, classId: number, title: string | null): number => {
      const seq = Number(insert.run({ ...row(facts, title), classId }).lastInsertRowid)
      addOwnCopy.run(facts.image.original.digest, seq)
      looksOf.put(seq, facts.image)
      quality.put(seq, facts.image.quality)
      return seq
    },
    /** @returns whether the picture was held */
    replace: (facts: ImageFacts, title: string | null) => {
      const seq = replace.get(row(facts, title))
      if (seq === undefined) return false
      addOwnCopy.run(facts.image.original.digest, seq)
      looksOf.replace(seq, facts.image)
      quality.put(seq, facts.image.quality)
      return true
    },
    addCopy: (digest: Digest, imageId: ImageId) => void addCopy.run(digest, imageId),
    addPixels: (digest: Digest, imageId: ImageId) => {
      const held = byId.get(imageId)
      if (held) looksOf.addPixels(digest, held.seq)
    },
    /** @param one - the picture that came, or was replaced, just now */
    addPair: (one: ImageId, { imageId: other, distanceBits: bits, ...pair }: HeldPair) => {
      const [held, own] = [byId.get(other), byId.get(one)]
      if (!held || !own) return
      const { level = 'look', kind = null, difference = null, placement } = pair
      const onFirst = own.seq < held.seq ? placement && inverted(placement) : placement
      const where = onFirst ? JSON.stringify(onFirst) : null
      addPair.run({ one, other, bits, level, kind, difference, placement: where })
    },
    /** Forgets what pixels had shown: they were those of the file before. */
    dropVerified: ({ seq }: Pick<HeldImage, 'seq'>) => void dropVerified.run({ seq }),
    byId: (imageId: string) => byId.get(imageId),
    /** The picture, held or removed, of which bytes with this digest are a copy. */
    byCopy: (digest: string) => byCopy.get(digest),
    /** The picture, held or removed, whose decoded pixels have this digest. */
    byPixels: (digest: string) => {
      const seq = looksOf.ofPixels(digest)
      return seq === undefined ? undefined : ofSeq.get(seq)
    },
    /** How pictures look, beyond one perceptual hash. */
    fingerprints: looksOf,
    quality,
    /** Whether a picture, held or to be drawn, keeps the original with this digest. */
    ownsOriginal: (digest: string) => ownsOriginal.get({ digest }) !== undefined,
    looks: () => looks.all().map(toLook),
    /** Looks of pictures held or removed, in order of their numbers, from the one after `seq` on. */
    looksAfter: (seq: number, limit: number) => looksAfter.all(seq, limit).map(toLook),
    bySeq: (seq: number) => bySeq.get(seq),
    /** Pictures whose removal was begun and not yet ended. */
    deleting: () => deleting.all(),
    /** Begins a removal: the picture is no longer held, its addresses are remembered. */
    markDeleting: ({ seq, id }: HeldImage) => {
      setState.run('deleting', seq)
      dropPairs.run(seq, seq)
      notUndone.run(seq)
      rememberUrls({ seq, id })
    },
    rememberUrls,
    ofSeq: (seq: number) => ofSeq.get(seq),
    /** The picture, or the copy of it that it gave way to. */
    standing: (imageId: string): HeldImage | undefined => {
      const held = byId.get(imageId)
      if (held?.state !== 'deleting') return held
      const into = gaveWayTo.get(held.seq)
      return into === undefined ? held : ofSeq.get(into)
    },
    /** Bytes and pixels that are said to be no copy of the picture they lead to. What is its own stays. */
    forgetCopy: (digest: string, pixelDigest: string | null) => {
      forgetCopy.run(digest)
      if (pixelDigest) forgetPixels.run(pixelDigest)
    },
    /** Forgets a picture that was removed, as if it had never been there. */
    forgetRemoved: ({ seq }: HeldImage) => {
      forgetUrls.run(seq)
      drop.run(seq)
    },
    markRemoved: ({ seq }: HeldImage) => void setState.run('removed', seq),
    /** Forgets a picture whose file is lost; no candidate may point to it any more. */
    drop: ({ seq }: HeldImage) => void drop.run(seq),
    forgetOriginal: ({ seq }: Pick<HeldImage, 'seq'>) => void forgetOriginal.run(seq),
  }
}
export type ImageStore = ReturnType<typeof createImageStore>

function toLook(row: LookRow): ImageLook {
  return {
    seq: row.seq,
    imageId: row.id,
    perceptualHash: row.perceptual_hash,
    meanChroma: [row.mean_cb, row.mean_cr],
    isThumbnail: row.is_thumbnail === 1,
    classId: row.class_id,
  }
}

/** The way back of a placement; nothing where one picture has no area on the other. */
function inverted(placement: Placement): Placement | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = placement
  const area = a * d - b * c
  if (area === 0) return undefined
  return [d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area]
}

/** How pictures look: all SQL about the tables `look`, `fingerprint` and `pixel_copy`. */
import type { Digest, PerceptualHash } from '@gleaner/shared/hash'
import type { Database } from './database.ts'
import type { ComparedPicture } from './duplicate-types.ts'
import type { ImageId, NewImage, PictureLook } from './types.ts'

interface ComparedRow {
  readonly seq: number
  readonly id: ImageId
  readonly state: 'stored' | 'deleting' | 'removed'
  readonly class_id: number
  readonly is_thumbnail: 0 | 1
  readonly perceptual_hash: PerceptualHash | null
  readonly mean_cb: number
  readonly mean_cr: number
  readonly quality_score: number
  readonly original_width_px: number
  readonly original_height_px: number
  readonly original_format: string
  readonly original_bytes: number
  readonly stored_at_ms: number
  readonly isChosenKeeper: 0 | 1
  readonly packed: Uint8Array | null
}

/** Statements asked for what is proposed, and for pictures of before. */
export const lookSql = {
  compared: `
    SELECT i.seq, i.id, i.state, i.class_id, i.is_thumbnail, i.perceptual_hash, i.mean_cb, i.mean_cr, i.quality_score,
           i.original_width_px, i.original_height_px, i.original_format, i.original_bytes, i.stored_at_ms,
           EXISTS (SELECT 1 FROM chosen_keeper k WHERE k.image_id = i.id) AS isChosenKeeper,
           (SELECT f.packed FROM fingerprint f WHERE f.image_seq = i.seq) AS packed
      FROM image i WHERE i.seq = ? AND NOT EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq AND a.into_seq IS NOT NULL)`,
  without: `
    SELECT i.seq FROM image i LEFT JOIN fingerprint f ON f.image_seq = i.seq
     WHERE i.seq > ? AND i.state = 'stored' AND f.version IS NOT ? ORDER BY i.seq LIMIT ?`,
  ofPixels: 'SELECT image_seq FROM pixel_copy WHERE digest = ?',
} as const

export function createLookStore(db: Database) {
  const dropForms = db.prepare<[number]>('DELETE FROM look WHERE image_seq = ?')
  const addForms = db.prepare<[number, Uint8Array]>('INSERT INTO look (image_seq, forms) VALUES (?, ?)')
  const formsOf = db.prepare<[number], Uint8Array>('SELECT forms FROM look WHERE image_seq = ?').pluck()
  const dropPrint = db.prepare<[number]>('DELETE FROM fingerprint WHERE image_seq = ?')
  const addPrint = db.prepare<[number, number, Uint8Array]>(
    `INSERT INTO fingerprint (image_seq, version, packed) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET version = excluded.version, packed = excluded.packed`,
  )
  const addPixels = db.prepare<[string, number]>(
    'INSERT INTO pixel_copy (digest, image_seq) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const addOwnPixels = db.prepare<[string, number]>(
    `INSERT INTO pixel_copy (digest, image_seq, is_own) VALUES (?, ?, 1)
     ON CONFLICT DO UPDATE SET is_own = 1 WHERE image_seq = excluded.image_seq`,
  )
  const ofPixels = db.prepare<[string], number>(lookSql.ofPixels).pluck()
  const compared = db.prepare<[number], ComparedRow>(lookSql.compared)
  const without = db.prepare<[number, number, number], number>(lookSql.without).pluck()
  const seqOf = db
    .prepare<[string, string], number>(
      `SELECT seq FROM image WHERE id = ? AND original_digest = ? AND state = 'stored'`,
    )
    .pluck()

  const put = (seq: number, { perceptualHash, look }: Pick<NewImage, 'perceptualHash' | 'look'>): void => {
    const forms = look?.forms ?? (perceptualHash ? wholeFrame(perceptualHash) : undefined)
    if (forms && forms.length > 0) addForms.run(seq, forms)
    if (!look) return
    addPrint.run(seq, look.version, look.packed)
    if (look.pixelDigest) addOwnPixels.run(look.pixelDigest, seq)
  }

  return {
    /** Of a picture that is new, or was replaced by a better copy. Earlier digests go on leading to it. */
    put,
    replace: (seq: number, image: Pick<NewImage, 'perceptualHash' | 'look'>): void => {
      dropForms.run(seq)
      dropPrint.run(seq)
      put(seq, image)
    },
    /** Lets everybody know that a picture is there again: its forms get a new number. */
    announce: (seq: number): void => {
      const forms = formsOf.get(seq)
      dropForms.run(seq)
      if (forms) addForms.run(seq, forms)
    },
    addPixels: (digest: Digest, seq: number) => void addPixels.run(digest, seq),
    /** Number of the picture whose pixels have this digest. */
    ofPixels: (digest: string) => ofPixels.get(digest),
    compared: (seq: number): ComparedPicture | undefined => {
      const row = compared.get(seq)
      return row && toCompared(row)
    },
    without: (version: number, afterSeq: number, limit: number) => without.all(afterSeq, version, limit),
    /** @returns its number, when it still is the picture with these bytes */
    complete: (imageId: string, originalDigest: Digest, look: PictureLook): number | undefined => {
      const seq = seqOf.get(imageId, originalDigest)
      if (seq === undefined) return undefined
      dropForms.run(seq)
      put(seq, { perceptualHash: null, look })
      return seq
    },
  }
}
export type LookStore = ReturnType<typeof createLookStore>

/** The only form of pictures that came without a look: number 0, the whole frame. */
function wholeFrame(hash: PerceptualHash): Uint8Array {
  return Buffer.from(`00${hash}`, 'hex')
}

function toCompared(row: ComparedRow): ComparedPicture {
  return {
    seq: row.seq,
    imageId: row.id,
    state: row.state === 'stored' ? 'stored' : 'removed',
    classId: row.class_id,
    isThumbnail: row.is_thumbnail === 1,
    perceptualHash: row.perceptual_hash,
    meanChroma: [row.mean_cb, row.mean_cr],
    qualityScore: row.quality_score,
    original: {
      widthPx: row.original_width_px,
      heightPx: row.original_height_px,
      format: row.original_format,
      sizeBytes: row.original_bytes,
    },
    storedAtMs: row.stored_at_ms,
    isChosenKeeper: row.isChosenKeeper === 1,
    packed: row.packed,
  }
}

/** How good pictures are for training: all SQL about the tables `quality` and `quality_threshold`. */
import type { Digest } from '@gleaner/shared/hash'
import { type QualityMeasure, qualityMeasures } from '@gleaner/shared/quality'
import { isQualityProblem, type QualityProblem } from '@gleaner/shared/quality-problems'
import type { Database } from './database.ts'
import type { PictureQuality } from './picture-types.ts'
import type { ImageId } from './types.ts'

/** Numbers of pictures that are gone through in one reading. */
export const lookedThroughAtOnce = 5_000

export interface Unmeasured {
  /** Number of the first held picture without scores of this version, and who it is. */
  readonly found:
    | { readonly seq: number; readonly imageId: ImageId; readonly originalDigest: Digest }
    | undefined
  /** All up to this number were looked at; `undefined` when there are no others. */
  readonly lookedTo: number | undefined
}

/** How good the pictures of a dataset are, and from where on a person calls that a problem. */
export interface Quality {
  /**
   * The next held picture, after the one with number `after`, that lacks scores of this version. Only so many are gone
   * through at once, so that nobody waits: where none of them lacks any, nothing is found, and there may be more.
   */
  readonly nextUnmeasured: (version: number, after: number) => Unmeasured
  /** Gives a held picture the scores it lacks. @returns false when it is not held any more, or replaced meanwhile */
  readonly complete: (imageId: ImageId, originalDigest: Digest, quality: PictureQuality) => boolean
  /** Thresholds a person set, by problem; the others are the usual ones. */
  readonly thresholds: () => Readonly<Partial<Record<QualityProblem, number>>>
  /** Sets thresholds; `null` brings the usual one back. */
  readonly setThresholds: (thresholds: Readonly<Partial<Record<QualityProblem, number | null>>>) => void
}

/** Statements asked for pictures of before. */
export const qualitySql = {
  unmeasured: `
    SELECT i.seq, i.id AS imageId, i.original_digest AS originalDigest
      FROM image i LEFT JOIN quality q ON q.image_seq = i.seq
     WHERE i.seq > ? AND i.seq <= ? AND i.state = 'stored' AND q.version IS NOT ? ORDER BY i.seq LIMIT 1`,
} as const

export function createQualityStore(db: Database) {
  const columns = qualityMeasures.join(', ')
  const put = db.prepare<[Record<QualityMeasure | 'seq' | 'version', number>]>(
    `INSERT INTO quality (image_seq, version, ${columns})
     VALUES (:seq, :version, ${qualityMeasures.map(measure => `:${measure}`).join(', ')})
     ON CONFLICT DO UPDATE SET version = excluded.version,
       ${qualityMeasures.map(measure => `${measure} = excluded.${measure}`).join(', ')}`,
  )
  const drop = db.prepare<[number]>('DELETE FROM quality WHERE image_seq = ?')
  const unmeasured = db.prepare<[number, number, number], NonNullable<Unmeasured['found']>>(
    qualitySql.unmeasured,
  )
  const largest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM image').pluck()
  const seqOf = db
    .prepare<[string, string], number>(
      `SELECT seq FROM image WHERE id = ? AND original_digest = ? AND state = 'stored'`,
    )
    .pluck()
  const thresholds = db.prepare<[], { problem: string; threshold: number }>(
    'SELECT problem, threshold FROM quality_threshold',
  )
  const setThreshold = db.prepare<[string, number]>(
    `INSERT INTO quality_threshold (problem, threshold) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET threshold = excluded.threshold`,
  )
  const dropThreshold = db.prepare<[string]>('DELETE FROM quality_threshold WHERE problem = ?')

  const write = (seq: number, { version, scores }: PictureQuality) =>
    void put.run({ ...scores, seq, version })
  return {
    /** Of a picture that is new, or was replaced by a better copy. */
    put: (seq: number, quality: PictureQuality | undefined): void => {
      if (quality) write(seq, quality)
      else drop.run(seq)
    },
    nextUnmeasured: (version: number, after: number): Unmeasured => {
      const to = after + lookedThroughAtOnce
      const found = unmeasured.get(after, to, version)
      return { found, lookedTo: found?.seq ?? (to < (largest.get() ?? 0) ? to : undefined) }
    },
    complete: (imageId: ImageId, originalDigest: Digest, quality: PictureQuality): boolean => {
      const seq = seqOf.get(imageId, originalDigest)
      if (seq !== undefined) write(seq, quality)
      return seq !== undefined
    },
    thresholds: () =>
      Object.fromEntries(
        thresholds
          .all()
          .flatMap(({ problem, threshold }) =>
            isQualityProblem(problem) ? [[problem, threshold] as const] : [],
          ),
      ),
    setThresholds: (changed: Readonly<Partial<Record<QualityProblem, number | null>>>): void => {
      for (const [problem, threshold] of Object.entries(changed)) {
        if (threshold === null) dropThreshold.run(problem)
        else setThreshold.run(problem, threshold)
      }
    },
  }
}

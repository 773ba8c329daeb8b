/** What acts do to single pictures: all SQL about that, and about the table `act_change`. */
import type { ImagePlace, ReviewMark } from '@gleaner/shared/gallery'
import type { Database } from '../database.ts'
import type { ImageId } from '../types.ts'

/** A picture as acts see it. */
export interface Picture {
  readonly seq: number
  readonly id: ImageId
  readonly place: ImagePlace
  readonly classId: number
  readonly mark: ReviewMark
  readonly version: number
  /** Of the rendered file. */
  readonly digest: string
  readonly sizeBytes: number
}

/** One thing about a picture, before and after. */
export type Change =
  | { readonly of: 'class'; readonly before: number; readonly after: number }
  | { readonly of: 'place'; readonly before: ImagePlace; readonly after: ImagePlace }
  | { readonly of: 'mark'; readonly before: ReviewMark; readonly after: ReviewMark }

export interface ChangeRow {
  readonly position: number
  readonly seq: number
  readonly change: Change
  /** Candidates that moved along, with the classes they had. */
  readonly along: readonly (readonly [id: number, classId: number])[]
}

interface RawRow {
  readonly position: number
  readonly seq: number
  readonly classBefore: number | null
  readonly classAfter: number | null
  readonly placeBefore: ImagePlace | null
  readonly placeAfter: ImagePlace | null
  readonly markBefore: ReviewMark | null
  readonly markAfter: ReviewMark | null
  readonly along: string | null
}

/** Pictures that were removed for good are none of an act's business. */
export const pictureSql = {
  bySeq: `
    SELECT i.seq, i.id, iif(i.state = 'stored', 'held', 'trash') AS place, i.class_id AS classId, i.mark, i.version,
           i.digest, i.size_bytes AS sizeBytes
      FROM image i
     WHERE i.seq = ? AND (i.state = 'stored'
                          OR (i.state = 'deleting' AND EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq)))`,
  changes: `
    SELECT position, image_seq AS seq, class_before AS classBefore, class_after AS classAfter,
           place_before AS placeBefore, place_after AS placeAfter, mark_before AS markBefore, mark_after AS markAfter,
           along
      FROM act_change WHERE act_id = :act AND position >= :from AND is_applied = :isApplied
     ORDER BY position LIMIT :limit`,
  ofImage: `SELECT c.act_id FROM image i CROSS JOIN act_change c ON c.image_seq = i.seq
             WHERE i.id = ? AND c.act_id < ? ORDER BY c.act_id DESC LIMIT ?`,
} as const

export function createPictures(db: Database) {
  const bySeq = db.prepare<[number], Picture>(pictureSql.bySeq)
  const seqOf = db.prepare<[string], number>('SELECT seq FROM image WHERE id = ?').pluck()
  const setMark = db.prepare<[string, number]>('UPDATE image SET mark = ? WHERE seq = ?')
  const setClass = db.prepare<[number, number]>('UPDATE image SET class_id = ? WHERE seq = ?')
  const move = db.prepare<[number, number]>(
    'UPDATE image SET class_id = ?, version = version + 1 WHERE seq = ?',
  )
  const along = db.prepare<[string, number], { id: number; classId: number }>(
    'SELECT id, class_id AS classId FROM candidate WHERE image_id = ? AND class_id <> ?',
  )
  const setCandidate = db.prepare<[number, number]>('UPDATE candidate SET class_id = ? WHERE id = ?')
  const setCandidateOf = db.prepare<{ id: number; to: number; from: number; imageId: string }>(
    'UPDATE candidate SET class_id = :to WHERE id = :id AND class_id = :from AND image_id = :imageId',
  )
  const add = db.prepare(
    `INSERT INTO act_change (act_id, position, image_seq, class_before, class_after, place_before, place_after,
                             mark_before, mark_after, along)
     VALUES (:act, :position, :seq, :classBefore, :classAfter, :placeBefore, :placeAfter, :markBefore, :markAfter, :along)`,
  )
  const setApplied = db.prepare<[0 | 1, number, number]>(
    'UPDATE act_change SET is_applied = ? WHERE act_id = ? AND position = ?',
  )
  const setAlong = db.prepare<[string | null, number, number]>(
    'UPDATE act_change SET along = ? WHERE act_id = ? AND position = ?',
  )
  const changes = db.prepare<{ act: number; from: number; isApplied: 0 | 1; limit: number }, RawRow>(
    pictureSql.changes,
  )
  const count = db
    .prepare<[number, 0 | 1], number>('SELECT count(*) FROM act_change WHERE act_id = ? AND is_applied = ?')
    .pluck()
  const ofImage = db.prepare<[string, number, number], number>(pictureSql.ofImage).pluck()

  return {
    bySeq: (seq: number) => bySeq.get(seq),
    seqOf: (imageId: string) => seqOf.get(imageId),
    setMark: ({ seq }: Picture, mark: ReviewMark) => void setMark.run(mark, seq),
    /** Files a picture under another class; candidates go along, so that it is there when it has to be fetched again. */
    move: ({ seq, id, place }: Picture, to: number): ChangeRow['along'] => {
      const with_ = along.all(id, to)
      if (place === 'held') move.run(to, seq)
      else setClass.run(to, seq)
      for (const one of with_) setCandidate.run(to, one.id)
      return with_.map(one => [one.id, one.classId] as const)
    },
    moveBack: ({ seq, id, classId, place }: Picture, to: number, along: ChangeRow['along']): void => {
      if (place === 'held') move.run(to, seq)
      else setClass.run(to, seq)
      for (const [candidate, before] of along) {
        setCandidateOf.run({ id: candidate, to: before, from: classId, imageId: id })
      }
    },
    add: (act: number, { position, seq, change, along }: ChangeRow): void => {
      const at = (of: Change['of']) => (change.of === of ? change : undefined)
      add.run({
        ...{ act, position, seq },
        classBefore: at('class')?.before ?? null,
        classAfter: at('class')?.after ?? null,
        placeBefore: at('place')?.before ?? null,
        placeAfter: at('place')?.after ?? null,
        markBefore: at('mark')?.before ?? null,
        markAfter: at('mark')?.after ?? null,
        along: along.length === 0 ? null : JSON.stringify(along),
      })
    },
    setApplied: (act: number, position: number, isApplied: boolean) =>
      void setApplied.run(isApplied ? 1 : 0, act, position),
    setAlong: (act: number, position: number, along: ChangeRow['along']) =>
      void setAlong.run(along.length === 0 ? null : JSON.stringify(along), act, position),
    changes: (act: number, from: number, isApplied: boolean, limit: number): ChangeRow[] =>
      changes.all({ act, from, isApplied: isApplied ? 1 : 0, limit }).flatMap(toChangeRow),
    countChanges: (act: number, isApplied: boolean): number => count.get(act, isApplied ? 1 : 0) ?? 0,
    /** Numbers of acts that changed a picture, latest first. */
    actsOf: (imageId: string, before: number, limit: number): number[] => ofImage.all(imageId, before, limit),
  }
}
export type Pictures = ReturnType<typeof createPictures>

function toChangeRow({ position, seq, along, ...row }: RawRow): ChangeRow[] {
  const change = changeOf(row)
  return change ? [{ position, seq, change, along: along === null ? [] : JSON.parse(along) }] : []
}

function changeOf(row: Omit<RawRow, 'position' | 'seq' | 'along'>): Change | undefined {
  const { classBefore, classAfter, placeBefore, placeAfter, markBefore, markAfter } = row
  if (classBefore !== null && classAfter !== null) {
    return { of: 'class', before: classBefore, after: classAfter }
  }
  if (placeBefore && placeAfter) return { of: 'place', before: placeBefore, after: placeAfter }
  return markBefore && markAfter ? { of: 'mark', before: markBefore, after: markAfter } : undefined
}

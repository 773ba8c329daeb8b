/** Pictures that go to another class: all SQL about that. */
import { AppError } from '@gleaner/shared/errors'
import type { Database } from './database.ts'
import type { HeldImage } from './images.ts'
import type { ImageId } from './types.ts'

/** A picture that went to another class, with the candidates that went along. */
export interface Moved {
  readonly imageId: ImageId
  readonly from: number
  readonly to: number
  readonly candidates: readonly { readonly id: number; readonly classId: number }[]
}

export function createMoves(db: Database) {
  const folder = db.prepare<[number], string>('SELECT folder FROM class WHERE id = ?').pluck()
  const move = db.prepare<[number, number]>(
    'UPDATE image SET class_id = ?, version = version + 1 WHERE seq = ?',
  )
  // With the picture, so that it is where it was filed when it has to be fetched again.
  const candidates = db.prepare<[string, number], { id: number; classId: number }>(
    'SELECT id, class_id AS classId FROM candidate WHERE image_id = ? AND class_id <> ?',
  )
  const setClass = db.prepare<[number, number]>('UPDATE candidate SET class_id = ? WHERE id = ?')

  return {
    folderOf: (classId: number): string => {
      const found = folder.get(classId)
      if (found === undefined) throw new AppError('PROTOCOL_NOT_FOUND', { classId })
      return found
    },
    move: ({ seq, id, classId: from }: HeldImage, to: number): Moved => {
      const along = candidates.all(id, to)
      move.run(to, seq)
      for (const one of along) setClass.run(to, one.id)
      return { imageId: id, from, to, candidates: along }
    },
    moveBack: ({ seq }: HeldImage, { from, candidates: along }: Moved): void => {
      move.run(from, seq)
      for (const { id, classId } of along) setClass.run(classId, id)
    },
  }
}

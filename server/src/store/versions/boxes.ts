/** Where things are in pictures: all SQL about the tables `image_box` and `image_crop`. */
import { AppError } from '@gleaner/shared/errors'
import type { Rectangle } from '@gleaner/shared/versions'
import type { Database } from '../database.ts'
import { inTransaction } from '../transaction.ts'
import type { ClassRef, Clock } from '../types.ts'
import { createBoxReader, lineSql } from './image-lines.ts'
import type { Boxes } from './types.ts'

interface Original {
  readonly digest: string
  readonly width: number
  readonly height: number
}

/** What rounding makes of a box that ends with its picture. */
const slackPx = 0.01

export function createBoxes(
  db: Database,
  { now, ensureClass }: { readonly now: Clock; readonly ensureClass: (label: string) => ClassRef },
): Boxes {
  const held = db.prepare<[string], Original>(
    `SELECT original_digest AS digest, original_width_px AS width, original_height_px AS height
       FROM image WHERE id = ? AND state = 'stored'`,
  )
  const boxesOf = createBoxReader(db)
  const cropOf = db.prepare<[string, string], Rectangle>(lineSql.crop)
  const clear = db.prepare<[string]>('DELETE FROM image_box WHERE image_id = ?')
  const clearCrop = db.prepare<[string]>('DELETE FROM image_crop WHERE image_id = ?')
  const place = '(image_id, original_digest, x_px, y_px, width_px, height_px, author, at_ms'
  const values = ':imageId, :digest, :x, :y, :width, :height, :author, :now'
  const add = db.prepare(`INSERT INTO image_box ${place}, class_id) VALUES (${values}, :classId)`)
  const addCrop = db.prepare(`INSERT INTO image_crop ${place}) VALUES (${values})`)

  const known = (imageId: string): Original => {
    const original = held.get(imageId)
    if (!original) throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
    return original
  }
  const refuseOutside = (imageId: string, { x, y, width, height }: Rectangle, original: Original): void => {
    const isWithin =
      [x, y, width, height].every(Number.isFinite) &&
      x >= 0 &&
      y >= 0 &&
      width > 0 &&
      height > 0 &&
      x + width <= original.width + slackPx &&
      y + height <= original.height + slackPx
    if (!isWithin) throw new AppError('BOX_OUTSIDE', { imageId, x, y, width, height })
  }

  return {
    of: imageId => {
      const original = held.get(imageId)
      return original ? boxesOf(imageId, original.digest) : []
    },
    set: (imageId, boxes) =>
      inTransaction(db, () => {
        const original = known(imageId)
        clear.run(imageId)
        for (const { label, ...box } of boxes) {
          refuseOutside(imageId, box, original)
          add.run({ ...box, imageId, digest: original.digest, now: now(), classId: ensureClass(label).id })
        }
      }),
    crop: imageId => {
      const original = held.get(imageId)
      return original ? (cropOf.get(imageId, original.digest) ?? null) : null
    },
    setCrop: (imageId, crop, author) =>
      inTransaction(db, () => {
        const original = known(imageId)
        clearCrop.run(imageId)
        if (crop === null) return
        refuseOutside(imageId, crop, original)
        addCrop.run({ ...crop, imageId, digest: original.digest, now: now(), author })
      }),
  }
}

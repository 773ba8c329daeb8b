/** Letting go of pictures: for good, because a person wants it, or to fetch them anew, because their file is lost. */
import { AppError } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import { imageIdOf, takeOutFiles } from './filing.ts'
import type { HeldImage } from './images.ts'
import type { DatasetParts } from './parts.ts'
import { imagePlace } from './places.ts'
import { inTransaction } from './transaction.ts'

type Parts = Pick<DatasetParts, 'db' | 'files' | 'images' | 'kept' | 'actions' | 'locked' | 'failpoint'>

export function createRemover({ db, files, images, kept, actions, locked, failpoint }: Parts) {
  const keys = (held: HeldImage) => [held.id, imageIdOf(held.originalDigest as Digest)]

  /** Ends a removal that was begun; may be repeated. */
  const finishRemoval = async (held: HeldImage) => {
    await takeOutFiles(files, held, () => failpoint('remove:file-gone'))
    inTransaction(db, () => images.markRemoved(held))
    failpoint('remove:after-commit')
  }

  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  const removeImage = async (imageId: string) => {
    const known = images.byId(imageId)
    if (!known) throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
    await locked(keys(known), async () => {
      const held = images.byId(imageId)
      if (held?.state !== 'stored') throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
      inTransaction(db, () => {
        images.markDeleting(held)
        actions.blockImage(held)
      })
      failpoint('remove:marked')
      await finishRemoval(held)
    })
  }

  /**
   * A whole original stays, for the picture to be drawn from it: its host may have long forgotten it.
   *
   * @returns candidates put back into the queue
   */
  const requeueImage = async (imageId: string, why: string): Promise<number> => {
    const known = images.byId(imageId)
    if (known?.state !== 'stored') return 0
    return locked(keys(known), async () => {
      const isWhole = await kept.isWhole(known)
      const count = inTransaction(db, () => {
        if (isWhole) kept.keep(known)
        const requeued = actions.requeueImage(known, why)
        kept.takeThatWay(known)
        images.drop(known)
        return requeued
      })
      if (isWhole) await files.takeOut(imagePlace(known.classFolder, known.id, known.version))
      else await takeOutFiles(files, known, () => {})
      return count
    })
  }

  return { removeImage, finishRemoval, requeueImage }
}
export type Remover = ReturnType<typeof createRemover>

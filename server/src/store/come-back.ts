/** Pictures that were set aside and are held again. */

import type { AsideRow } from './aside-rows.ts'
import type { DatasetParts } from './parts.ts'

const notBack = Symbol('nobody who brought it is left')

export function createComeBack({ db, asides, images }: Pick<DatasetParts, 'db' | 'asides' | 'images'>) {
  const inSavepoint = db.transaction((work: () => void) => work())

  /**
   * To be called inside a transaction, for a picture whose file is in its class folder again.
   *
   * @param action - takes it back
   * @returns whether somebody who brought it is left; else nothing has changed
   */
  return (row: AsideRow, action: number): boolean => {
    try {
      inSavepoint(() => {
        if (!asides.bringBack(row, action)) throw notBack
      })
    } catch (error) {
      if (error === notBack) return false
      throw error
    }
    images.fingerprints.announce(row.seq)
    return true
  }
}

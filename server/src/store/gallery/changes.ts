import type { Database } from '../database.ts'

/** Nobody follows the changes of an earlier process: its gallery's memory is gone. */
export function forgetChanges(db: Database): void {
  db.exec('DELETE FROM gallery_change')
}

/** Originals somebody let go of: all SQL about the table `unclaimed_original`. */
import type { Database } from './database.ts'

export interface Original {
  readonly digest: string
  readonly format: string
}

export function createUnclaimedStore(db: Database) {
  const some = db.prepare<[], Original>(
    'SELECT digest, format FROM unclaimed_original ORDER BY digest, format LIMIT 100',
  )
  const any = db.prepare('SELECT 1 FROM undone_image UNION ALL SELECT 1 FROM unclaimed_original LIMIT 1')
  const forget = db.prepare<[string, string]>(
    'DELETE FROM unclaimed_original WHERE digest = ? AND format = ?',
  )
  const owner = db.prepare<Original>(
    `SELECT 1 FROM image
      WHERE original_digest = :digest AND original_format = :format AND original_kept = 1 AND state = 'stored'
     UNION ALL SELECT 1 FROM kept_original WHERE digest = :digest AND format = :format
     UNION ALL SELECT 1 FROM browser_fetch WHERE digest = :digest AND format = :format
     UNION ALL SELECT 1 FROM aside_file WHERE digest = :digest AND format = :format`,
  )
  return {
    /** A few of them; those that follow each other lie in one folder. */
    some: () => some.all(),
    isOwned: ({ digest, format }: Original) => owner.get({ digest, format }) !== undefined,
    forget: ({ digest, format }: Original) => void forget.run(digest, format),
    /** Whether pictures or originals are still to go. */
    isAnything: () => any.get() !== undefined,
  }
}

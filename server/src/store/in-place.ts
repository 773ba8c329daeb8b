import { lstatSync } from 'node:fs'
import { AppError } from '@gleaner/shared/errors'
import type { Database } from './database.ts'

const identities = new WeakMap<Database, string>()

/**
 * Sees to it that an index is still the file its path leads to. An open index whose folder was deleted or replaced goes
 * on taking commits into a file nobody will ever find: what it was told last must not be acknowledged.
 *
 * @throws AppError `STORE_UNSAFE_PATH`
 */
export function refuseMoved(db: Database): void {
  if (db.memory) return
  const found = lstatSync(db.name, { throwIfNoEntry: false })
  const identity = found && `${found.dev}:${found.ino}`
  const known = identities.get(db) ?? identity
  if (identity === undefined || identity !== known) throw new AppError('STORE_UNSAFE_PATH', { path: db.name })
  identities.set(db, identity)
}

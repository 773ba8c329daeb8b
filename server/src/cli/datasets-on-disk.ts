import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'

const hasIndex = (home: string, id: string) => existsSync(join(home, id, 'gleaner.db'))

/** Datasets of a data folder, whether a server has it open or not. */
export function datasetsIn(home: string): string[] {
  if (!existsSync(home)) return []
  return readdirSync(home).filter(id => !id.startsWith('.') && hasIndex(home, id))
}

/** @throws AppError `PROTOCOL_NOT_FOUND` */
export function refuseUnknown(home: string, id: string): void {
  const isThere = /^[a-z0-9_][a-z0-9_-]*$/.test(id) && hasIndex(home, id)
  if (!isThere) throw new AppError('PROTOCOL_NOT_FOUND', { dataset: id, home })
}

/** Where pictures are taken from: a folder, or the pictures of a dataset. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import { datasetsIn } from '../datasets-on-disk.ts'

export interface Source {
  readonly kind: 'dataset' | 'folder'
  /** As it was named. */
  readonly name: string
  /** Absolute path of the folder with the pictures. */
  readonly folder: string
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()

/**
 * A dataset goes by its id; whatever has a slash or a dot in it is a folder, and so is what no dataset is called.
 *
 * @param home - holds the datasets
 * @throws AppError `PROTOCOL_NOT_FOUND` when there is neither
 */
export function sourceOf(home: string, given: string): Source {
  const isDataset = datasetsIn(home).includes(given)
  if (isDataset) return { kind: 'dataset', name: given, folder: join(home, given, 'images') }
  const folder = resolve(given)
  if (!isFolder(folder)) throw new AppError('PROTOCOL_NOT_FOUND', { dataset: given, home, folder })
  return { kind: 'folder', name: given, folder }
}

/** @throws AppError `CONFIG_INVALID` when one folder lies in the other: then everything would be found twice */
export function refuseOverlap(a: Source, b: Source): void {
  const [one, other] = [realpathSync(a.folder), realpathSync(b.folder)]
  if (isWithin(one, other) || isWithin(other, one)) {
    throw new AppError('CONFIG_INVALID', {
      setting: 'folders',
      given: `${a.name}, ${b.name}`,
      reason: 'One lies in the other.',
    })
  }
}

function isWithin(inner: string, outer: string): boolean {
  const path = relative(outer, inner)
  return path === '' || !(path.startsWith('..') || isAbsolute(path))
}

/**
 * Where an export lies until it is finished: `.exports/<id>` in the dataset's folder, never under a final name. Pictures that
 * were made stay there when the process ends, for the next one to go on with; whatever else there is is written anew.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportContainer } from '@gleaner/shared/exports'
import { removeAll } from './files.ts'

export const stagingFolder = '.exports'
export const exportsFolder = 'exports'

export interface Staging {
  readonly folder: string
  /** Pictures as they go out, by the first letters of their ids. */
  readonly pictures: string
  /** A line for each of them. */
  readonly list: string
  /** What an exporter writes. */
  readonly set: string
  /** A line for each file in it. */
  readonly files: string
  /** Where the set lies once it is packed. */
  readonly archive: string
  /** What was proved: its presence says that nothing is left to do but the renaming. */
  readonly result: string
  readonly remove: () => Promise<void>
}

/** @param root - folder of the dataset */
export function stagingOf(root: string, id: number, name: string, container: ExportContainer): Staging {
  const folder = join(root, stagingFolder, String(id))
  return {
    folder,
    pictures: join(folder, 'pictures'),
    list: join(folder, 'pictures.jsonl'),
    set: join(folder, 'set'),
    files: join(folder, 'files.jsonl'),
    archive: join(folder, fileNameOf(name, container)),
    result: join(folder, 'result.json'),
    remove: () => removeAll(folder),
  }
}

/** Under `exports/`. */
export const fileNameOf = (name: string, container: ExportContainer): string =>
  container === 'folder' ? name : `${name}.${container}`

export function makeEmptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Takes away what no export that is under way owns. */
export async function sweepStaging(root: string, owned: ReadonlySet<number>): Promise<void> {
  const names = await readdir(join(root, stagingFolder)).catch(() => [])
  for (const name of names) {
    if (!owned.has(Number(name))) await removeAll(join(root, stagingFolder, name))
  }
}

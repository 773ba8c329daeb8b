/** Every regular file below a folder. Links are never followed, so a scan stays where it was sent. */
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import { systemReason } from './reasons.ts'

export type Found =
  | { readonly kind: 'file'; readonly path: string }
  /** A symbolic link, to whatever. */
  | { readonly kind: 'link'; readonly path: string }
  /** A folder that could not be read. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }

/**
 * In order of names, folder by folder; the same folder always gives the same order. Sockets, pipes and devices are passed
 * over: no picture comes from them.
 *
 * @param root - the folder; may itself be a link, for it was named by a person
 * @returns paths relative to `root`, with `/` on every system
 * @throws AppError `CONFIG_INVALID` when `root` is no folder that can be read
 */
export async function* walk(root: string): AsyncGenerator<Found> {
  let entries: Dirent[]
  try {
    entries = await entriesOf(root)
  } catch (cause) {
    const facts = { setting: 'folder', given: root, expected: 'a folder that can be read' }
    throw new AppError('CONFIG_INVALID', facts, { cause })
  }
  yield* below(root, '', entries)
}

async function* below(root: string, parent: string, entries: readonly Dirent[]): AsyncGenerator<Found> {
  for (const entry of entries) {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`
    if (entry.isFile()) yield { kind: 'file', path }
    else if (entry.isSymbolicLink()) yield { kind: 'link', path }
    else if (entry.isDirectory()) yield* folder(root, path)
  }
}

async function* folder(root: string, path: string): AsyncGenerator<Found> {
  let entries: Dirent[]
  try {
    entries = await entriesOf(join(root, path), true)
  } catch (error) {
    yield { kind: 'unreadable', path, reason: systemReason(error) }
    return
  }
  yield* below(root, path, entries)
}

/** @param isFound - met on the way: may have become a link since its name was read */
async function entriesOf(path: string, isFound = false): Promise<Dirent[]> {
  if (isFound && !(await lstat(path)).isDirectory()) throw Object.assign(new Error(path), { code: 'ENOTDIR' })
  const entries = await readdir(path, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

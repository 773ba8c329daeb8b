/** What was unpacked, seen as the folder it was: files lie under numbers of our own, and names lead to them. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import type { SourceFolder } from '../exports/readers/source-folder.ts'

export interface StagedFile {
  /** As it was in the archive, with `/`. */
  readonly path: string
  /** Absolute path of where it is. */
  readonly place: string
  readonly sizeBytes: number
}

const mostDeep = 32
const mebibyte = 1024 * 1024

/** @param files - no two with the same path, and none that is a folder of another one */
export function createStagedFolder(files: readonly StagedFile[]): SourceFolder {
  const byPath = new Map(files.map(file => [file.path, file]))
  const folders = treeOf(files)

  const inside = (path: string): string | undefined => {
    if (path === '' || path.includes('\0') || /^(?:[a-z][a-z0-9+.-]*:|[/\\])/i.test(path)) return undefined
    const shortest = posix.normalize(path.replaceAll('\\', '/')).replace(/\/$/, '').normalize('NFC')
    return shortest === '..' || shortest.startsWith('../') ? undefined : shortest
  }
  const fileAt = (path: string) => byPath.get(inside(path) ?? '')
  const folderAt = (path: string) => folders.get(inside(path) ?? '\0')
  const place = (path: string): string => {
    const found = fileAt(path)
    if (!found) throw new Error('no such file in the archive')
    return found.place
  }

  const list: SourceFolder['list'] = async path => {
    const { files: names = [], folders: below = [] } = folderAt(path) ?? {}
    return { files: [...names].sort(), folders: [...below].sort() }
  }

  async function* below(path: string, depth = mostDeep): AsyncGenerator<string> {
    const found = await list(path)
    const isShown = (name: string) => !name.startsWith('.') && name !== '__MACOSX'
    for (const name of found.files.filter(isShown)) yield posix.join(path, name)
    if (depth <= 1) return
    for (const name of found.folders.filter(isShown)) yield* below(posix.join(path, name), depth - 1)
  }

  return {
    inside,
    list,
    below,
    isFile: async path => fileAt(path) !== undefined,
    isFolder: async path => folderAt(path) !== undefined,
    path: async path => place(path),
    text: async (path, maxBytes = 16 * mebibyte) => {
      const found = fileAt(path)
      if (!found || found.sizeBytes > maxBytes) return undefined
      return (await readFile(found.place, 'utf8')).replace(/^\uFEFF/, '')
    },
    chunks: async function* (path) {
      yield* createReadStream(place(path), { highWaterMark: mebibyte })
    },
  }
}

interface Level {
  readonly files: Set<string>
  readonly folders: Set<string>
}

function treeOf(files: readonly StagedFile[]): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>([['.', { files: new Set(), folders: new Set() }]])
  const levelOf = (path: string): Level => {
    const known = levels.get(path)
    if (known) return known
    const made = { files: new Set<string>(), folders: new Set<string>() }
    levels.set(path, made)
    levelOf(posix.dirname(path)).folders.add(posix.basename(path))
    return made
  }
  for (const { path } of files) levelOf(posix.dirname(path)).files.add(posix.basename(path))
  return levels
}

/** A folder of somebody else's files: nothing outside of it is read, whatever its files and links say. */
import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'

export interface SourceFolder {
  /** @returns the path in its shortest form, or nothing when it leads out of the folder */
  readonly inside: (path: string) => string | undefined
  readonly isFile: (path: string) => Promise<boolean>
  readonly isFolder: (path: string) => Promise<boolean>
  /** Names in a folder by code point; none where there is no such folder. */
  readonly list: (path: string) => Promise<{ readonly files: string[]; readonly folders: string[] }>
  /** Files below a folder, in the order of their paths, hidden ones left out; at most so deep. */
  readonly below: (path: string, depth?: number) => AsyncIterable<string>
  /** @returns the text; nothing when the file is not there or larger than `maxBytes` */
  readonly text: (path: string, maxBytes?: number) => Promise<string | undefined>
  /** Chunk by chunk. @throws Error when the file lies elsewhere */
  readonly chunks: (path: string) => AsyncIterable<Uint8Array>
  /** Where the file is on the disk, all links followed. @throws Error when that is elsewhere */
  readonly path: (path: string) => Promise<string>
}

const mebibyte = 1024 * 1024
const mostDeep = 12

/** @param root - a folder, or what stands for one, which is given back as it is */
export function createSourceFolder(root: string | SourceFolder): SourceFolder {
  return typeof root === 'string' ? folderAt(root) : root
}

function folderAt(root: string): SourceFolder {
  const realRoot = realpath(root)

  function inside(path: string): string | undefined {
    if (path === '' || path.includes('\0') || /^(?:[a-z][a-z0-9+.-]*:|[/\\])/i.test(path)) return undefined
    const shortest = posix.normalize(path.replaceAll('\\', '/'))
    return shortest === '..' || shortest.startsWith('../') ? undefined : shortest.replace(/\/$/, '')
  }

  async function real(path: string): Promise<string> {
    const within = inside(path)
    const [top, found] = await Promise.all([realRoot, realpath(join(root, within ?? '\0'))])
    if (found !== top && !found.startsWith(top + sep)) throw new Error('leads out of the folder')
    return found
  }

  const kind = async (path: string) => {
    try {
      return await stat(await real(path))
    } catch {
      return undefined
    }
  }

  async function list(path: string) {
    const found = await real(path).then(
      folder => readdir(folder, { withFileTypes: true }),
      () => [],
    )
    const files: string[] = []
    const folders: string[] = []
    for (const entry of found) {
      const facts = entry.isSymbolicLink() ? await kind(posix.join(path, entry.name)) : entry
      if (facts?.isFile()) files.push(entry.name)
      else if (facts?.isDirectory()) folders.push(entry.name)
    }
    return { files: files.sort(), folders: folders.sort() }
  }

  async function* below(path: string, depth = mostDeep): AsyncGenerator<string> {
    const { files, folders } = await list(path)
    const isShown = (name: string) => !name.startsWith('.') && name !== '__MACOSX'
    for (const name of files.filter(isShown)) yield posix.join(path, name)
    if (depth > 1) for (const name of folders.filter(isShown)) yield* below(posix.join(path, name), depth - 1)
  }

  return {
    inside,
    list,
    below,
    path: real,
    isFile: async path => (await kind(path))?.isFile() ?? false,
    isFolder: async path => (await kind(path))?.isDirectory() ?? false,
    text: async (path, maxBytes = 16 * mebibyte) => {
      const facts = await kind(path)
      if (!facts?.isFile() || facts.size > maxBytes) return undefined
      return (await readFile(await real(path), 'utf8')).replace(/^\uFEFF/, '')
    },
    chunks: async function* (path) {
      yield* createReadStream(await real(path), { highWaterMark: mebibyte })
    },
  }
}

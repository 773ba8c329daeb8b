/** Many files at once, folder by folder: one sync for all that came, or went, in a folder. */
import { constants, type Dirent, lstatSync } from 'node:fs'
import { copyFile, link, mkdir, open, opendir, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from './files.ts'
import type { Locked } from './locks.ts'
import { patiently } from './patiently.ts'
import type { Failpoint } from './types.ts'

/** A file that gets a further name. */
export interface Link {
  readonly from: Place
  readonly to: Place
  /** A file of another size is not the one that is meant. */
  readonly sizeBytes: number
}

interface Folders {
  /** @returns the path, when all of it is there and real */
  readonly confine: (folders: readonly string[]) => string | undefined
  readonly ensureFolder: (folders: readonly string[]) => Promise<string>
  readonly workFolder: string
  /** A path below the work folder that nothing has. */
  readonly temporary: () => string
  readonly locked: Locked
  readonly sync: (path: string) => Promise<void>
  /** Folders whose own entries are known to be on the disk. */
  readonly lasting: Set<string>
  readonly failpoint: Failpoint
}

/** What Finder and Explorer put into every folder they show. */
export function isLitter(entry: Pick<Dirent, 'name' | 'isFile'>): boolean {
  return entry.isFile() && ['.ds_store', 'thumbs.db', 'desktop.ini'].includes(entry.name.toLowerCase())
}

export function createFolderFiles(parts: Folders) {
  const { confine, ensureFolder, workFolder, temporary, locked, sync, lasting, failpoint } = parts

  /** The folder is filled out of sight, and appears with its files in it. */
  const linkWithFolder = async (folders: readonly string[], links: readonly Link[]): Promise<Set<Link>> => {
    const parent = await ensureFolder(folders.slice(0, -1))
    const folder = join(parent, folders.at(-1) ?? '')
    await ensureFolder([workFolder])
    const hidden = temporary()
    await mkdir(hidden, { mode: 0o700 })
    const there = await linkEach(hidden, links)
    if (there.size === 0) {
      await rmdir(hidden)
      return there
    }
    await sync(hidden)
    lasting.delete(folder)
    await patiently(() => rename(hidden, folder))
    failpoint('files:linked')
    await sync(parent)
    lasting.add(folder)
    return there
  }

  const linkEach = async (folder: string, links: readonly Link[]): Promise<Set<Link>> => {
    const there = new Set<Link>()
    for (const each of links) {
      const source = confine(each.from.folders)
      if (!source) continue
      const from = join(source, each.from.name)
      const found = lstatSync(from, { throwIfNoEntry: false })
      if (!found?.isFile() || found.size !== each.sizeBytes) continue
      await linkOne(from, join(folder, each.to.name), found.ino)
      there.add(each)
    }
    return there
  }

  /** What has the name already is replaced in one step, unless it is this very file. */
  const linkOne = async (from: string, to: string, ino: number): Promise<void> => {
    if ((await tryLink(from, to)) === 'linked') return
    const held = lstatSync(to, { throwIfNoEntry: false })
    if (held?.ino === ino) return
    const path = temporary()
    await ensureFolder([workFolder])
    if ((await tryLink(from, path)) !== 'linked') await copyWhole(from, path)
    await patiently(() => rename(path, to))
  }

  const linkInto = async (folders: readonly string[], links: readonly Link[]): Promise<Set<Link>> => {
    let changed: string | undefined
    const there = await locked([folders.join('/')], async () => {
      const folder = confine(folders)
      if (!folder) return linkWithFolder(folders, links)
      if (!lasting.has(folder)) await ensureFolder(folders)
      changed = folder
      return linkEach(folder, links)
    })
    // Outside of the lock, so that others who fill the same folder share the sync.
    if (changed && there.size > 0) {
      failpoint('files:linked')
      await sync(changed)
    }
    return there
  }

  /** The folder goes as a whole when nothing is left in it but what file managers leave behind. */
  const takeOutOf = async (folders: readonly string[], names: ReadonlySet<string>): Promise<void> => {
    const folder = confine(folders)
    if (!folder) return
    if (await holdsMore(folder, names)) {
      let gone = 0
      for (const name of names) if (await unlinkIfThere(join(folder, name))) gone += 1
      if (gone > 0) await sync(folder)
      return
    }
    await ensureFolder([workFolder])
    const hidden = temporary()
    lasting.delete(folder)
    await patiently(() => rename(folder, hidden))
    await sync(join(folder, '..'))
    for (const entry of await readdir(hidden)) await unlink(join(hidden, entry))
    await rmdir(hidden)
  }

  return {
    /** @returns for each, whether the file was there and now has both names, durably */
    link: async (links: readonly Link[]): Promise<boolean[]> => {
      const there = new Set<Link>()
      for (const [folder, all] of byFolder(links, ({ to }) => to)) {
        for (const one of await linkInto(folder, all)) there.add(one)
      }
      return links.map(one => there.has(one))
    },
    /** Removes files; one that is not there is no error. */
    takeOut: async (places: readonly Place[]): Promise<void> => {
      for (const [folders, all] of byFolder(places, place => place)) {
        const names = new Set(all.map(({ name }) => name))
        await locked([folders.join('/')], () => takeOutOf(folders, names))
      }
    },
    /**
     * Gives a folder another name, durably. Nobody may be about to put a file into either.
     *
     * @returns whether it was there
     */
    rename: async (from: readonly string[], to: readonly string[]): Promise<boolean> => {
      const source = confine(from)
      if (!source) return false
      const target = join(await ensureFolder(to.slice(0, -1)), to.at(-1) ?? '')
      lasting.delete(source)
      await patiently(() => rename(source, target))
      await sync(join(target, '..'))
      lasting.add(target)
      return true
    },
  }
}

/** In the order in which folders are met first. */
function byFolder<T>(all: readonly T[], placeOf: (one: T) => Place): [readonly string[], T[]][] {
  const found = new Map<string, [readonly string[], T[]]>()
  for (const one of all) {
    const { folders } = placeOf(one)
    const name = folders.join('/')
    const group = found.get(name)
    if (group) group[1].push(one)
    else found.set(name, [folders, [one]])
  }
  return [...found.values()]
}

/** A large folder is not read to its end: what is found first decides. */
async function holdsMore(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (!names.has(entry.name) && !isLitter(entry)) return true
  }
  return false
}

async function unlinkIfThere(path: string): Promise<boolean> {
  return patiently(() => unlink(path)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )
}

/** Where a disk knows no second names, or has no room for one more. */
const copied = new Set(['EEXIST', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])

async function tryLink(from: string, to: string): Promise<'linked' | 'not'> {
  try {
    await link(from, to)
    return 'linked'
  } catch (error) {
    if (!copied.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    return 'not'
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
    const file = await open(to, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}

/**
 * Reads class folders as torchvision, Keras and Ultralytics do: every folder is a class, hidden ones too, and every file with a
 * picture's extension below it is one of its pictures. Folders with the names of splits at the top hold classes in turn.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadPicture } from '../exporter.ts'

const pictureName = /\.(?:jpe?g|png|ppm|bmp|pgm|tiff?|webp)$/i

const splitFolders: Readonly<Record<string, string>> = {
  train: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
}

/** @throws Error when a class has no picture, as torchvision does */
export async function* readClassFolders(folder: string): AsyncGenerator<ReadPicture> {
  const names = await foldersIn(folder)
  const isSplit = names.length > 0 && names.every(name => Object.hasOwn(splitFolders, name))
  if (!isSplit) {
    yield* readClasses(folder, null)
    return
  }
  for (const name of names) yield* readClasses(join(folder, name), splitFolders[name] ?? null)
}

async function* readClasses(root: string, split: string | null): AsyncGenerator<ReadPicture> {
  for (const label of await foldersIn(root)) {
    let found = 0
    for await (const path of picturesBelow(join(root, label))) {
      found += 1
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
      yield { label, split, digest, bytes: () => readFile(path) }
    }
    if (found === 0) throw new Error(`found no valid file for the class ${label}`)
  }
}

async function* picturesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* picturesBelow(path)
    else if (pictureName.test(entry.name)) yield path
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

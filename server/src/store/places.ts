/** Where the files of a picture lie. Names come from digests and ids, never from an address. */
import { join } from 'node:path'
import type { Place } from './files.ts'

export const imagesFolder = 'images'
export const originalsFolder = 'originals'

/** Names the store gives to rendered pictures. */
export const imageNamePattern = /^([0-9a-f]{20})(?:_([2-9]|[1-9]\d+))?\.jpg$/

const extensions: Readonly<Record<string, string>> = { jpeg: 'jpg' }

/** @param version - 1 for the first file of the picture, counting up with every better copy */
export function imagePlace(classFolder: string, imageId: string, version: number): Place {
  const name = version === 1 ? `${imageId}.jpg` : `${imageId}_${version}.jpg`
  return { folders: [imagesFolder, classFolder], name }
}

/** @param digest - SHA-256 of the received bytes, 64 hex digits */
export function originalPlace(digest: string, format: string): Place {
  const name = `${digest}.${extensions[format] ?? format}`
  return { folders: [originalsFolder, digest.slice(0, 2)], name }
}

/** @returns what the name of an original says; `undefined` unless it is one */
export function originalOf(name: string): { readonly digest: string; readonly format: string } | undefined {
  const [, digest, extension] = /^([0-9a-f]{64})\.([a-z0-9]+)$/.exec(name) ?? []
  if (digest === undefined || extension === undefined) return undefined
  const [format = extension] = Object.entries(extensions).find(([, given]) => given === extension) ?? []
  return { digest, format }
}

/** Path below the dataset's folder, with `/` on every system. */
export function relativePath({ folders, name }: Place): string {
  return [...folders, name].join('/')
}

export function absolutePath(root: string, { folders, name }: Place): string {
  return join(root, ...folders, name)
}

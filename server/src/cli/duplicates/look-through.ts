/** Looks through folders: every picture in them, and which of them belong together. */
import type { Digest } from '@gleaner/shared/hash'
import type { Decoders } from '../../imaging/decoded.ts'
import type { Fingerprint } from '../../look/fingerprint.ts'
import type { Likeness, LikenessKind } from '../../look/likeness.ts'
import type { FingerprintFile } from './fingerprint-file.ts'
import { createMatcher, type Match } from './matcher.ts'
import { type Picture, readPictures } from './pictures.ts'
import { walk } from './walk.ts'

export interface Place {
  /** Which of the folders, in the order they were given. */
  readonly folder: number
  /** Relative to it, with `/` on every system. */
  readonly path: string
}

export interface SeenPicture extends Place {
  readonly sizeBytes: number
  readonly widthPx: number
  readonly heightPx: number
  readonly format: string
  /** Other files of the very same bytes. */
  readonly again: readonly Place[]
}

export interface UnusableFile extends Place {
  readonly code: string
  readonly reason: string
}

/** Two pictures, by their numbers, that belong together. */
export interface SeenPair {
  readonly a: number
  readonly b: number
  readonly level: 'pixels' | 'look'
  readonly kind: LikenessKind
  /** Picture `a` first; not told of pictures of the same pixels. */
  readonly likeness?: Likeness
  readonly distanceBits: number
  /** What is left between the pixels once aligned, 0 (nothing) to 1. */
  readonly difference: number
}

export interface Seen {
  /** By number: in order of folders and names. */
  readonly pictures: readonly SeenPicture[]
  readonly pairs: readonly SeenPair[]
  readonly unusable: readonly UnusableFile[]
  readonly files: number
  readonly links: number
  /** Files that have nothing of a picture. */
  readonly otherFiles: number
}

export interface LookThroughOptions {
  readonly decoders: Pick<Decoders, 'decode'>
  /** Keeps the fingerprints, each under the number of its picture. */
  readonly fingerprints: FingerprintFile
  readonly maxBits: number
  /** Takes so many files of all, evenly; all unless told. */
  readonly mostFiles?: number
  /** Whether only pictures of different folders are compared. */
  readonly isAcross?: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number, pairs: number) => void
  /** Told of each picture as it comes. */
  readonly onPicture?: (number: number, place: Place, fingerprint: Fingerprint) => void
}

/**
 * Nothing is changed in the folders. Memory holds some numbers and the name of each picture, however large the pictures are.
 *
 * @throws AppError `CONFIG_INVALID` when a folder cannot be read; what `signal` is aborted with
 */
export async function lookThrough(folders: readonly string[], options: LookThroughOptions): Promise<Seen> {
  const found = await findFiles(folders, options.mostFiles)
  const total = found.paths.reduce((sum, paths) => sum + paths.length, 0)
  const collector = createCollector(options)
  let done = 0
  for (const [folder, root] of folders.entries()) {
    for await (const read of readPictures(
      root,
      found.paths[folder] ?? [],
      options.decoders,
      options.signal,
    )) {
      done += 1
      collector.take(folder, read)
      options.onProgress?.(done, total, collector.pairs.length)
    }
  }
  collector.finish()
  const { pictures, pairs, unusable } = collector
  const { links } = found
  return {
    ...{ pictures, pairs, links, files: total, otherFiles: collector.otherFiles() },
    unusable: [...found.unreadable, ...unusable].sort(byPlace),
  }
}

/** At most so many, evenly from all. */
export function spread<Thing>(things: readonly Thing[], most: number): readonly Thing[] {
  if (things.length <= most) return things
  return Array.from({ length: most }, (_, at) => things[Math.floor((at * things.length) / most)] as Thing)
}

const byPlace = (a: Place, b: Place) => a.folder - b.folder || (a.path < b.path ? -1 : 1)

async function findFiles(folders: readonly string[], most = Number.POSITIVE_INFINITY) {
  const paths: (readonly string[])[] = []
  const unreadable: UnusableFile[] = []
  let links = 0
  for (const [folder, root] of folders.entries()) {
    const files: string[] = []
    for await (const found of walk(root)) {
      if (found.kind === 'file') files.push(found.path)
      else if (found.kind === 'link') links += 1
      else unreadable.push({ folder, path: found.path, code: 'UNREADABLE', reason: found.reason })
    }
    paths.push(spread(files, most))
  }
  return { paths, unreadable, links }
}

type Told = Awaited<ReturnType<ReturnType<typeof readPictures>['next']>>['value']

function createCollector({ fingerprints, maxBits, isAcross = false, onPicture }: LookThroughOptions) {
  const pictures: (SeenPicture & { readonly again: Place[] })[] = []
  const pairs: SeenPair[] = []
  const unusable: UnusableFile[] = []
  const byDigest = new Map<Digest, number>()
  const firstByPixels = new Map<Digest, number>()
  /** By number; the digest of the first picture stands for that of all with the same. */
  const pixels: (Digest | null)[] = []
  let otherFiles = 0

  const isWanted = (earlier: number, later: number) =>
    !isAcross || pictures[earlier]?.folder !== pictures[later]?.folder
  const matcher = createMatcher(fingerprints, { maxBits, isWanted })

  const takeMatches = (matches: readonly Match[]) => {
    for (const { earlier, later, likeness, distanceBits } of matches) {
      const isSamePixels = pixels[later] !== null && pixels[earlier] === pixels[later]
      if (isSamePixels && firstByPixels.get(pixels[later] as Digest) === earlier) continue // told already
      const difference = Math.round((likeness.differenceLevels / 255) * 1e4) / 1e4
      const level = isSamePixels ? 'pixels' : 'look'
      pairs.push({ a: earlier, b: later, level, kind: likeness.kind, likeness, distanceBits, difference })
    }
  }

  const takePicture = (folder: number, { path, sizeBytes, digest, facts }: Picture) => {
    const { width: widthPx, height: heightPx, format, fingerprint, queryForms } = facts
    const number = fingerprints.add(fingerprint)
    pictures.push({ folder, path, sizeBytes, widthPx, heightPx, format, again: [] })
    byDigest.set(digest, number)
    const { pixelDigest } = fingerprint
    const first = pixelDigest === null ? undefined : firstByPixels.get(pixelDigest)
    pixels.push(pixelDigest)
    if (first !== undefined && isWanted(first, number)) {
      pairs.push({ a: first, b: number, level: 'pixels', kind: 'same', distanceBits: 0, difference: 0 })
    } else if (pixelDigest !== null) firstByPixels.set(pixelDigest, number)
    onPicture?.(number, { folder, path }, fingerprint)
    takeMatches(matcher.add({ number, fingerprint, queryForms }))
  }

  return {
    ...{ pictures, pairs, unusable },
    otherFiles: () => otherFiles,
    finish: () => takeMatches(matcher.finish()),
    take(folder: number, read: Told) {
      if (read.kind === 'other') otherFiles += 1
      else if (read.kind === 'unusable') {
        unusable.push({ folder, path: read.path, code: read.code, reason: read.reason })
      } else {
        const known = byDigest.get(read.digest)
        if (known !== undefined) pictures[known]?.again.push({ folder, path: read.path })
        else if (read.kind === 'picture') takePicture(folder, read)
      }
    },
  }
}

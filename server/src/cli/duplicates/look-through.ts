/** Looks through folders: every picture in them, and which of them belong together. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Digest } from '@gleaner/shared/hash'
import type { Decoders } from '../../imaging/decoded.ts'
import type { Fingerprint } from '../../look/fingerprint.ts'
import { queryForms } from '../../look/forms.ts'
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

/** Two pictures, by their numbers, that belong together: `a` is the one that others were compared with. */
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
  readonly onProgress?: (done: number, total: number, pictures: number) => void
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
      options.onProgress?.(done, total, collector.pictures.length)
    }
  }
  const { pictures, unusable } = collector
  const pairs = await pairsAmong(pictures, options)
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

/** A picture, and what makes it a good one to compare others with. */
interface Held extends SeenPicture {
  readonly again: Place[]
  readonly pixelDigest: Digest | null
  /** Nothing around it. */
  readonly isBare: boolean
  readonly resolvedSidePx: number
}

function createCollector({ fingerprints, onPicture }: LookThroughOptions) {
  const pictures: Held[] = []
  const unusable: UnusableFile[] = []
  const byDigest = new Map<Digest, number>()
  let otherFiles = 0

  const takePicture = (folder: number, { path, sizeBytes, digest, facts }: Picture) => {
    const { width: widthPx, height: heightPx, format, fingerprint } = facts
    const { pixelDigest, surround, detail } = fingerprint
    const number = fingerprints.add(fingerprint, queryForms(fingerprint, 'far'))
    byDigest.set(digest, number)
    pictures.push({
      ...{ folder, path, sizeBytes, widthPx, heightPx, format, again: [], pixelDigest },
      isBare: surround === 'none',
      resolvedSidePx: detail.resolvedSidePx,
    })
    onPicture?.(number, { folder, path }, fingerprint)
  }

  return {
    ...{ pictures, unusable },
    otherFiles: () => otherFiles,
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

/** Figures of detail are not exact: quarters of a doubling are. */
const classOfDetail = ({ resolvedSidePx }: Held) => Math.round(Math.log2(Math.max(1, resolvedSidePx)) * 4)

/** Good pictures first, for the others are compared with them; names decide between equals only. */
const bestFirst = (a: Held, b: Held) =>
  a.folder - b.folder ||
  Number(b.isBare) - Number(a.isBare) ||
  classOfDetail(b) - classOfDetail(a) ||
  b.sizeBytes - a.sizeBytes ||
  (a.path < b.path ? -1 : 1)

/** Pictures that are matched before others get a turn: Ctrl-C, say. */
const turnPictures = 64

async function pairsAmong(
  pictures: readonly Held[],
  { fingerprints, maxBits, isAcross = false, signal }: LookThroughOptions,
): Promise<SeenPair[]> {
  const order = [...pictures.keys()].sort((a, b) => bestFirst(pictures[a] as Held, pictures[b] as Held))
  const at = (place: number) => pictures[order[place] as number] as Held
  const isWanted = (earlier: number, later: number) => !isAcross || at(earlier).folder !== at(later).folder
  const file = { read: (place: number) => fingerprints.read(order[place] as number) }
  const matcher = createMatcher(file, { maxBits, isWanted })
  const firstByPixels = new Map<Digest, number>()
  const pairs: SeenPair[] = []
  const samePixels = { level: 'pixels', kind: 'same', distanceBits: 0, difference: 0 } as const

  const take = ({ earlier, later, likeness, distanceBits }: Match) => {
    const { pixelDigest } = at(earlier)
    const hasSamePixels = pixelDigest !== null && pixelDigest === at(later).pixelDigest
    if (hasSamePixels && firstByPixels.get(pixelDigest) === earlier) return // told already
    const [a, b] = [order[earlier] as number, order[later] as number]
    const difference = Math.round((likeness.differenceLevels / 255) * 1e4) / 1e4
    const figures = { kind: likeness.kind, distanceBits, difference }
    pairs.push({ a, b, likeness, ...(hasSamePixels ? samePixels : { level: 'look', ...figures }) })
  }

  for (const place of order.keys()) {
    if (place % turnPictures === 0) await turn()
    signal.throwIfAborted()
    const { pixelDigest } = at(place)
    const first = pixelDigest === null ? undefined : firstByPixels.get(pixelDigest)
    if (first !== undefined && isWanted(first, place)) {
      pairs.push({ a: order[first] as number, b: order[place] as number, ...samePixels })
    } else if (pixelDigest !== null) firstByPixels.set(pixelDigest, place)
    const number = order[place] as number
    const { heldForms } = fingerprints.read(number)
    const found = matcher.add({ number: place, heldForms, queryForms: fingerprints.readForms(number) })
    for (const match of found) take(match)
  }
  let pieces = 0
  for (const found of matcher.finish()) {
    if (pieces++ % turnPictures === 0) await turn()
    signal.throwIfAborted()
    for (const match of found) take(match)
  }
  return pairs
}

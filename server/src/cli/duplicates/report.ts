/** What was seen in a folder, as groups with a picture to keep in each. */
import { join } from 'node:path'
import { likenessOf } from '../../duplicates/compare.ts'
import { groupsOf } from '../../duplicates/groups.ts'
import { type Copy, chooseKeeper } from '../../duplicates/keeper.ts'
import type { Fingerprint } from '../../look/fingerprint.ts'
import type { LikenessKind } from '../../look/likeness.ts'
import type { Place, Seen, SeenPair, SeenPicture, UnusableFile } from './look-through.ts'

/** What `scan` prints, as JSON for programs. */
export interface ScanReport {
  /** Absolute path. */
  readonly folder: string
  readonly files: number
  readonly pictures: number
  /** Copies first, then bursts; each in order of the picture to keep. */
  readonly groups: readonly ReportGroup[]
  /** Files that are copies of a kept one, and their bytes. */
  readonly copies: number
  readonly copyBytes: number
  readonly unusable: readonly Omit<UnusableFile, 'folder'>[]
  /** Links, never followed. */
  readonly links: number
  readonly otherFiles: number
}

export interface ReportGroup {
  /** Copies of one picture, or separate shots of almost the same scene, which are all worth keeping. */
  readonly kind: 'copies' | 'burst'
  /** In copies the one to keep stands first. */
  readonly members: readonly ReportMember[]
}

export interface ReportMember {
  /** Relative to the folder. */
  readonly path: string
  readonly widthPx: number
  readonly heightPx: number
  readonly format: string
  readonly sizeBytes: number
  /** `null` for the one the others were compared with. */
  readonly match: ReportMatch | null
  /** Sentences: why it is kept, or what speaks against it. */
  readonly reasons: readonly string[]
}

export interface ReportMatch {
  /** The picture of the group it was compared with. */
  readonly with: string
  readonly level: 'bytes' | 'pixels' | 'look'
  readonly kind: LikenessKind
  /** Of 256. */
  readonly distanceBits: number
  /** Between the pixels once aligned, 0 to 1. */
  readonly difference: number
}

/** Fingerprints by number; `null` where nothing is left of one. */
interface Fingerprints {
  readonly read: (number: number) => Fingerprint | null
}

export function makeReport(root: string, seen: Seen, fingerprints: Fingerprints): ScanReport {
  const copies = copyGroups(seen, fingerprints)
  const files = copies.flatMap(({ members }) => members.slice(1))
  return {
    folder: root,
    files: seen.files,
    pictures: seen.pictures.reduce((sum, { again }) => sum + 1 + again.length, 0),
    groups: [...copies, ...burstGroups(seen)],
    copies: files.length,
    copyBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unusable: seen.unusable.map(({ path, code, reason }) => ({ path, code, reason })),
    links: seen.links,
    otherFiles: seen.otherFiles,
  }
}

/** Whether a pair is of copies, not of separate shots. */
export const isCopy = ({ kind }: Pick<SeenPair, 'kind'>) => kind !== 'burst'

const inOrderOfFirst = (a: ReportGroup, b: ReportGroup) =>
  (a.members[0]?.path ?? '') < (b.members[0]?.path ?? '') ? -1 : 1

/** Larger pictures make better representatives. */
const sizeOf = (picture: SeenPicture | undefined) => (picture ? picture.widthPx * picture.heightPx : 0)

export const groupsOfCopies = ({ pictures, pairs }: Pick<Seen, 'pictures' | 'pairs'>) =>
  groupsOf(pairs.filter(isCopy), number => sizeOf(pictures[number]))

function copyGroups(seen: Seen, fingerprints: Fingerprints): ReportGroup[] {
  const { pictures } = seen
  const between = pairLookup(seen.pairs)
  const copyOf = (number: number): Copy<number> => {
    const { widthPx = 0, heightPx = 0, format = '', sizeBytes = 0 } = pictures[number] ?? {}
    const original = { widthPx, heightPx, format, sizeBytes }
    return { id: number, original, isThumbnail: false, fingerprint: fingerprints.read(number) }
  }
  const compare = (first: Copy, second: Copy) => {
    const pair = between(first.id as number, second.id as number)
    return (pair?.a === first.id ? pair?.likeness : undefined) ?? likenessOf(first, second)
  }
  const grouped = new Set<number>()
  const groups = groupsOfCopies(seen).map(({ representative, members }): ReportGroup => {
    for (const number of [representative, ...members]) grouped.add(number)
    const ranked = chooseKeeper(copyOf(representative), members.map(copyOf), compare)
    const keeper = ranked[0]?.id ?? representative
    const matchOf = (number: number): ReportMatch | null => {
      if (number === keeper) return null
      const pair = between(number, keeper) ?? between(number, representative)
      return pair ? matchFrom(pair, number, pictures) : null
    }
    return {
      kind: 'copies',
      members: ranked.flatMap(({ id, reasons }) => filesOf(pictures[id], matchOf(id), reasons)),
    }
  })
  for (const [number, picture] of pictures.entries()) {
    if (picture.again.length === 0 || grouped.has(number)) continue
    groups.push({
      kind: 'copies',
      members: filesOf(picture, null, ['The same file, byte for byte: one is enough.']),
    })
  }
  return groups.sort(inOrderOfFirst)
}

/** A picture and the files of the very same bytes. */
function filesOf(
  picture: SeenPicture | undefined,
  match: ReportMatch | null,
  reasons: readonly string[],
): ReportMember[] {
  if (!picture) return []
  const { path, widthPx, heightPx, format, sizeBytes, again } = picture
  const facts = { widthPx, heightPx, format, sizeBytes }
  const same = { with: path, level: 'bytes', kind: 'same', distanceBits: 0, difference: 0 } as const
  return [
    { path, ...facts, match, reasons },
    ...again.map(copy => ({
      ...{ path: copy.path, ...facts, match: same },
      reasons: [`The very same file as ${path}.`],
    })),
  ]
}

/** Shots of one scene; of copies among them, one stands for all. */
function burstGroups({ pictures, pairs }: Seen): ReportGroup[] {
  const standIn = new Map<number, number>()
  for (const { representative, members } of groupsOfCopies({ pictures, pairs })) {
    for (const member of members) standIn.set(member, representative)
  }
  const shot = (number: number) => standIn.get(number) ?? number
  const shots = pairs
    .filter(pair => !isCopy(pair))
    .map(pair => ({ ...pair, a: shot(pair.a), b: shot(pair.b) }))
  const between = pairLookup(shots)
  return groupsOf(shots, number => sizeOf(pictures[number]))
    .map(
      ({ representative, members }): ReportGroup => ({
        kind: 'burst',
        members: [representative, ...members].flatMap(number => {
          const pair = between(number, representative)
          const match = pair ? matchFrom(pair, number, pictures) : null
          return filesOf(pictures[number], match, []).slice(0, 1)
        }),
      }),
    )
    .sort(inOrderOfFirst)
}

function matchFrom(pair: SeenPair, number: number, pictures: readonly SeenPicture[]): ReportMatch {
  const { level, kind, distanceBits, difference } = pair
  const other = pictures[pair.a === number ? pair.b : pair.a]
  return { with: other?.path ?? '', level, kind, distanceBits, difference }
}

function pairLookup(pairs: readonly SeenPair[]): (a: number, b: number) => SeenPair | undefined {
  const key = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  const known = new Map(pairs.map(pair => [key(pair.a, pair.b), pair]))
  return (a, b) => known.get(key(a, b))
}

/** Paths of pictures by number. */
export const pathLookup =
  (pictures: readonly SeenPicture[]) =>
  (number: number): string =>
    pictures[number]?.path ?? ''

/** Absolute path of a member. */
export const fileOf = (root: string, { path }: Pick<Place, 'path'>) => join(root, path)

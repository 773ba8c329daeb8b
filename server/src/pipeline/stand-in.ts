/**
 * Tells pictures that a host sends in place of others ("hot-linking forbidden", "image not available") from the same
 * picture found twice: by how many different addresses it came for.
 */
import { parseHttpUrl } from '@gleaner/shared/url'
import { hostKey } from '../net/judge.ts'

/** What came for one address. */
export interface Sighting {
  readonly url: string
  readonly finalUrl: string | null
  readonly digest: string
  readonly sizeBytes: number | null
  readonly widthPx: number | null
  readonly heightPx: number | null
}

/** How many different addresses it takes, by what else speaks for it. */
export const standInLimits = {
  /** All were redirected to one and the same address. */
  redirected: 3,
  /** It is a small file: stand-ins are drawings of a few words. */
  small: 5,
  /** Nothing but the number: a photo does turn up under several names on one host. */
  alone: 12,
  /** Largest small file. */
  smallBytes: 50_000,
} as const

/** How much the size of two files may differ that show the same stand-in, with a text that changes. */
const sizeTolerance = 0.2

/** Parts of a name that only say which rendition it is. */
const renditions =
  /\d+x\d*|\d+|[-_.@](?:x|px|w|h|thumb(?:nail)?|small|medium|large|xl|xs|full|orig(?:inal)?|scaled|copy|crop(?:ped)?|e)(?=[-_.@]|$)/g
/** Their queries name the picture, not its size. */
const scripts = /\.(?:php\d?|aspx?|ashx|cgi|jsp|pl)$/

/**
 * What an address calls its picture: different sizes and copies of one upload share it, also over several folders. The
 * query counts only where a script is asked.
 */
export function pictureName(url: string): string {
  const parsed = parseHttpUrl(url)
  if (!parsed) return url
  const file = parsed.pathname.split('/').findLast(part => part !== '') ?? ''
  const name = decoded(file).toLowerCase()
  if (scripts.test(name)) return `${name}?${parsed.searchParams}`
  const stem = name.replace(/\.[a-z0-9]{2,5}$/, '')
  const bare = stem.replace(renditions, '').replace(/[^\p{L}]+/gu, '')
  // Names of nothing but numbers, or of too little else, are taken as they are.
  return bare.length >= 3 ? bare : stem
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const isAlike = (one: Sighting, other: Sighting): boolean => {
  if (one.digest === other.digest) return true
  if (one.widthPx === null || one.widthPx !== other.widthPx || one.heightPx !== other.heightPx) return false
  const [small, large] = [one.sizeBytes ?? 0, other.sizeBytes ?? 0].sort((a, b) => a - b)
  return small !== undefined && large !== undefined && large <= small * (1 + sizeTolerance)
}

/** Whether all came from one address that none of them was asked by. */
function isOneTarget(sightings: readonly Sighting[]): boolean {
  const targets = new Set(sightings.map(({ finalUrl }) => finalUrl))
  const [target] = targets
  return targets.size === 1 && target != null && sightings.every(({ url }) => url !== target)
}

/**
 * Judges what came again: the same bytes, or a picture of the same look, size in pixels and nearly size in bytes.
 *
 * @param latest - came just now
 * @param earlier - what came for other addresses and is held to be the same picture; thumbnails of engines left out
 * @returns for how many other addresses it came, where that makes it a stand-in
 */
export function judgeStandIn(latest: Sighting, earlier: readonly Sighting[]): number | undefined {
  const host = hostKey(latest.url)
  const same = [latest, ...earlier.filter(each => hostKey(each.url) === host && isAlike(each, latest))]
  const byName = new Map(same.map(sighting => [pictureName(sighting.url), sighting]))
  const addresses = byName.size
  const isSmall = (latest.sizeBytes ?? Number.POSITIVE_INFINITY) <= standInLimits.smallBytes
  const needed = isOneTarget([...byName.values()])
    ? standInLimits.redirected
    : isSmall
      ? standInLimits.small
      : standInLimits.alone
  return addresses >= needed ? addresses - 1 : undefined
}

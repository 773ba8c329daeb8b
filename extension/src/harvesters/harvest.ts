import type { CandidateSource } from '@gleaner/shared/candidate'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import type { Found, Harvester, Layout, Page, Way } from './harvester.ts'

/** More results than this are not read from one page, whatever it holds. */
export const maxCandidates = 5000
/** Most further addresses kept for one picture. */
const maxAlternatives = 40
const maxTitleChars = 2048

/**
 * A result as the page claims it. Addresses are absolute http(s) addresses in the page's own spelling, text is
 * verbatim; `toCandidate` makes them fit to be sent.
 */
export interface HarvestedCandidate {
  /** The original; `null` where the page holds only a thumbnail. */
  readonly imageUrl: string | null
  readonly thumbnailUrl: string | null
  /** The page the picture stands on. */
  readonly pageUrl: string | null
  readonly title: string | null
  /** Claimed size of the original in pixels. */
  readonly width: number | null
  readonly height: number | null
  /** Place among the results of the page, from 1. Stays the same within a session. */
  readonly rank: number
  /** Other ways to the same picture, best first, the thumbnail last. */
  readonly alternatives: readonly CandidateSource[]
}

export interface Harvest {
  readonly engine: string
  readonly query: string | null
  readonly candidates: readonly HarvestedCandidate[]
  /**
   * How many candidates lack a field, by field; `result` counts results that hold no usable address at all and are
   * no candidates. Only what is above zero.
   */
  readonly missed: Readonly<Record<string, number>>
}

export interface HarvestSession {
  /** Everything found so far. Costs little more than the results that are new since the last call. */
  readonly read: () => Harvest
}

/**
 * Reads the image results of a page.
 *
 * @param url - address of the page; relevant for the query and to tell result pages from others
 * @returns distinct results in page order: no two with the same original, or the same thumbnail where there is no
 *   original. Never throws, whatever the page holds.
 */
export function harvest(document: Document, url: URL, harvester: Harvester): Harvest {
  return createHarvestSession(document, url, harvester).read()
}

/**
 * Reads a page that grows while it is scrolled. What was read stays, also when the page takes it away again; a result
 * of which only the thumbnail was known is completed when its original turns up. Valid for one query: start a new
 * session when the address changes to another one.
 */
export function createHarvestSession(document: Document, url: URL, harvester: Harvester): HarvestSession {
  const page: Page = { document, url }
  const finished = new WeakSet<object>()
  const collection = createCollection()
  const query = cleanText(harvester.query(url), limits.queryChars) ?? null

  /** Counts the results that say nothing usable. */
  function readLayout(layout: Layout): number {
    let unusable = 0
    for (const { source, read } of layout.sightings(page)) {
      if (collection.isFull()) break
      if (finished.has(source)) continue
      const values = toValues(read())
      if (values.imageUrl === null && values.thumbnailUrl === null) unusable++
      else collection.add(values)
      if (values.imageUrl !== null) finished.add(source)
    }
    return unusable
  }

  return {
    read() {
      const unusable = harvester.layouts.reduce((sum, layout) => sum + readLayout(layout), 0)
      const candidates = collection.all()
      const missed = { ...countMissing(candidates), ...(unusable > 0 && { result: unusable }) }
      return { engine: harvester.engine, query, candidates, missed }
    },
  }
}

type Values = Omit<HarvestedCandidate, 'rank'>

/** Keeps one candidate per picture, in order of first sighting. */
function createCollection() {
  const candidates: HarvestedCandidate[] = []
  const placeOfImage = new Map<string, number>()
  const placeOfThumbnail = new Map<string, number>()

  const remember = (map: Map<string, number>, key: string | undefined, place: number) => {
    if (key !== undefined && !map.has(key)) map.set(key, place)
  }

  function put(values: Values, place: number): void {
    const { alternatives, ...own } = values
    candidates[place] = { ...own, rank: place + 1, alternatives }
    remember(placeOfImage, keyOf(values.imageUrl), place)
    remember(placeOfThumbnail, keyOf(values.thumbnailUrl), place)
  }

  function add(values: Values): void {
    const imageKey = keyOf(values.imageUrl)
    if (imageKey !== undefined && placeOfImage.has(imageKey)) return
    const place = placeOfThumbnail.get(keyOf(values.thumbnailUrl) ?? '')
    const known = place === undefined ? undefined : candidates[place]
    if (place === undefined || known === undefined) put(values, candidates.length)
    else if (imageKey !== undefined && known.imageUrl === null) put(completed(values, known), place)
    else if (imageKey !== undefined) put(values, candidates.length)
  }

  return { add, isFull: () => candidates.length >= maxCandidates, all: () => [...candidates] }
}

/** The sighting that has the original, with what only the earlier one without it knew. */
function completed(values: Values, known: Values): Values {
  const { thumbnailUrl, pageUrl, title } = values
  return {
    ...values,
    thumbnailUrl: thumbnailUrl ?? known.thumbnailUrl,
    pageUrl: pageUrl ?? known.pageUrl,
    title: title ?? known.title,
  }
}

function keyOf(address: string | null): string | undefined {
  const url = parseHttpUrl(address)
  return url && urlKey(url)
}

const counted = ['imageUrl', 'thumbnailUrl', 'pageUrl', 'title', 'width', 'height'] as const

function countMissing(candidates: readonly HarvestedCandidate[]): Record<string, number> {
  const counts = counted.map(name => [name, candidates.filter(one => one[name] === null).length] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

function toValues(found: Found): Values {
  const imageUrl = toAddress(found.imageUrl)
  const thumbnailUrl = toAddress(found.thumbnailUrl)
  const thumbnail: Way = {
    kind: 'thumbnail',
    url: thumbnailUrl,
    width: found.thumbnailWidth,
    height: found.thumbnailHeight,
  }
  return {
    imageUrl,
    thumbnailUrl,
    pageUrl: toAddress(found.pageUrl),
    title: toTitle(found.title),
    width: toPixels(found.width),
    height: toPixels(found.height),
    alternatives: toAlternatives(imageUrl, [...(found.ways ?? []).slice(0, maxAlternatives), thumbnail]),
  }
}

function toAlternatives(imageUrl: string | null, ways: readonly Way[]): readonly CandidateSource[] {
  const seen = new Set([keyOf(imageUrl)])
  const alternatives: CandidateSource[] = []
  for (const way of ways) {
    const url = toAddress(way.url)
    const key = keyOf(url)
    if (url === null || seen.has(key)) continue
    seen.add(key)
    const width = toPixels(way.width)
    const height = toPixels(way.height)
    alternatives.push({ kind: way.kind, url, ...(width && { width }), ...(height && { height }) })
  }
  return alternatives
}

/** An absolute http(s) address in its own spelling; only `//host/…` is completed. */
function toAddress(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const trimmed = value.trim()
  const absolute = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed
  const url = parseHttpUrl(absolute)
  if (!url || !/^https?:\/\//i.test(absolute)) return null
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an address with control characters takes the parser's form
  return /[\u0000-\u001f\u007f]/.test(absolute) ? url.href : absolute
}

/** A whole number of pixels from 1 to a million. */
function toPixels(value: unknown): number | null {
  const pixels = typeof value === 'string' && /^\d{1,7}$/.test(value) ? Number(value) : value
  const isSize = Number.isInteger(pixels) && (pixels as number) >= 1 && (pixels as number) <= 1_000_000
  return isSize ? (pixels as number) : null
}

function toTitle(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, maxTitleChars).trim() || null : null
}

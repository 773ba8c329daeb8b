/** From what a page says to what can be kept: addresses, sizes and texts are checked here, once for all engines. */
import type { CandidateSource, LicenseClaim, SearchFilters } from '@gleaner/shared/candidate'
import { limits } from '@gleaner/shared/limits'
import { searchFilterNames } from '@gleaner/shared/search-filters'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import type { HarvestedCandidate } from './harvest.ts'
import type { Found, Way } from './harvester.ts'

/** Most further addresses kept for one picture. */
const maxAlternatives = 40
const maxTitleChars = 2048

export type Values = Omit<HarvestedCandidate, 'rank'>

export function toValues(found: Found): Values {
  const imageUrl = toAddress(found.imageUrl)
  const thumbnailUrl = toAddress(found.thumbnailUrl)
  const thumbnail: Way = {
    kind: 'thumbnail',
    url: thumbnailUrl,
    width: found.thumbnailWidth,
    height: found.thumbnailHeight,
  }
  const license = toLicense(found)
  return {
    imageUrl,
    thumbnailUrl,
    pageUrl: toAddress(found.pageUrl),
    title: toTitle(found.title),
    width: toPixels(found.width),
    height: toPixels(found.height),
    alternatives: toAlternatives(imageUrl, [...(found.ways ?? []).slice(0, maxAlternatives), thumbnail]),
    ...(license && { license }),
  }
}

/** The form of an address by which two sightings of a picture are recognised. */
export function keyOf(address: string | null): string | undefined {
  const url = parseHttpUrl(address)
  return url && urlKey(url)
}

/** The form of what tiles and results are known by: an address, or a text of the engine's own. */
export function tileKeyOf(key: unknown): string | undefined {
  return keyOf(toAddress(key)) ?? toText(key, maxTitleChars) ?? undefined
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

function toText(value: unknown, maxChars: number): string | null {
  return typeof value === 'string' ? (cleanText(value.slice(0, maxTitleChars), maxChars) ?? null) : null
}

/** @returns `undefined` where the page says nothing about terms or maker */
function toLicense(found: Found): LicenseClaim | undefined {
  const claim = {
    name: toText(found.license, 128),
    url: toAddress(found.licenseUrl),
    creator: toText(found.creator, 256),
    creatorUrl: toAddress(found.creatorUrl),
    attribution: toText(found.attribution, 1024),
  }
  const said = Object.entries(claim).filter(([, value]) => value !== null)
  return said.length === 0 ? undefined : { ...Object.fromEntries(said), basis: 'picture' }
}

/** @returns `undefined` when nothing narrows the search */
export function cleanFilters(filters: SearchFilters | undefined): SearchFilters | undefined {
  const cleaned = searchFilterNames.flatMap(name => {
    const value = toText(filters?.[name], limits.filterChars)
    return value === null ? [] : [[name, value] as const]
  })
  return cleaned.length === 0 ? undefined : (Object.fromEntries(cleaned) as SearchFilters)
}

import type { Candidate, CandidateSource } from '@gleaner/shared/candidate'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { HarvestedCandidate } from './harvest.ts'

/**
 * The form in which a result is sent: parsed addresses, cleaned text, the ways to the picture in the order in which
 * they are tried (original, mirrors and renditions, thumbnail), within the limits both ends keep. A way that is known to
 * lead to the original goes before the largest file the page names, which then counts as a rendition.
 *
 * @returns `undefined` when no way to the picture is left
 */
export function toCandidate(harvested: HarvestedCandidate): Candidate | undefined {
  const known = converted.get(harvested)
  if (known) return known.candidate
  const candidate = convert(harvested)
  converted.set(harvested, { candidate })
  return candidate
}

/** A page that grows is asked for everything it holds again and again; what was found stays the same object. */
const converted = new WeakMap<HarvestedCandidate, { readonly candidate: Candidate | undefined }>()

function convert(harvested: HarvestedCandidate): Candidate | undefined {
  const { alternatives, rank } = harvested
  const thumbnail = alternatives.find(({ kind }) => kind === 'thumbnail')
  const better = alternatives.filter(
    way => !/^(?:original|thumbnail)$/.test(way.kind) && !isSmaller(way, thumbnail),
  )
  const others = better.map(way => source(way.kind, way.url, way.width, way.height))
  const last = thumbnail ? [source('thumbnail', thumbnail.url, thumbnail.width, thumbnail.height)] : []
  const room = limits.sourcesPerCandidate - last.length
  const sources = distinct([...[...originals(harvested), ...others].slice(0, room), ...last])
  if (sources.length === 0) return undefined
  const landingUrl = parseHttpUrl(harvested.pageUrl)?.href
  const title = cleanText(harvested.title, limits.titleChars)
  const { license } = harvested
  return {
    sources,
    ...(landingUrl && { landingUrl }),
    ...(title && { title }),
    rank,
    ...(license && { license }),
  }
}

/** The largest file the page names, after the original where the page is known to scale it. */
function originals({ imageUrl, width, height, alternatives }: HarvestedCandidate) {
  const known = alternatives.filter(({ kind }) => kind === 'original')
  const first = known.map(way => source('original', way.url, way.width ?? width, way.height ?? height))
  if (imageUrl === null) return first
  const named =
    known.length > 0 ? source('rendition', imageUrl, null, null) : source('original', imageUrl, width, height)
  return [...first, named]
}

/** A copy smaller than the thumbnail is no way to a better picture. */
function isSmaller(way: CandidateSource, thumbnail: CandidateSource | undefined): boolean {
  const pixels = (way.width ?? 0) * (way.height ?? 0)
  return pixels > 0 && pixels < (thumbnail?.width ?? 0) * (thumbnail?.height ?? 0)
}

function source(
  kind: CandidateSource['kind'],
  address: string,
  width: number | null | undefined,
  height: number | null | undefined,
): CandidateSource | undefined {
  const url = parseHttpUrl(address)?.href
  return url === undefined ? undefined : { kind, url, ...(width && { width }), ...(height && { height }) }
}

function distinct(sources: readonly (CandidateSource | undefined)[]): CandidateSource[] {
  const byUrl = new Map<string, CandidateSource>()
  for (const one of sources) if (one && !byUrl.has(one.url)) byUrl.set(one.url, one)
  return [...byUrl.values()]
}

/** What of a page a person wants: size, shape, format, hosts. Goes by what the page claims; what it leaves open passes. */
import type { Candidate } from '@gleaner/shared/candidate'
import type { Filters } from '../platform/message-table.ts'

type Format = Filters['formats'][number]

/** Sides that differ by less than this part still make a square. */
const squareTolerance = 0.05

const formatOfEnding: Readonly<Record<string, Format>> = {
  jpg: 'jpg',
  jpeg: 'jpg',
  jpe: 'jpg',
  jfif: 'jpg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
  svg: 'svg',
}

/** Whether the person would have the candidate collected. */
export function passes(candidate: Candidate, filters: Filters): boolean {
  const { sources, landingUrl } = candidate
  const [first] = sources
  if (!first) return false
  // The size of a thumbnail says nothing about the picture.
  const { width, height } = first.kind === 'thumbnail' ? {} : first
  return (
    isLargeEnough(filters.minSidePx, width, height) &&
    hasAspect(filters.aspect, width, height) &&
    hasFormat(filters.formats, first.url) &&
    !isFrom(filters.withoutHosts, [first.url, landingUrl])
  )
}

function isLargeEnough(minSidePx: number, ...sides: readonly (number | undefined)[]): boolean {
  return sides.every(side => side === undefined || side >= minSidePx)
}

function hasAspect(
  wanted: Filters['aspect'],
  width: number | undefined,
  height: number | undefined,
): boolean {
  if (wanted === 'any' || width === undefined || height === undefined) return true
  const isSquare = Math.abs(width - height) <= Math.max(width, height) * squareTolerance
  if (wanted === 'square') return isSquare
  return !isSquare && (wanted === 'landscape') === width > height
}

function hasFormat(wanted: Filters['formats'], address: string): boolean {
  if (wanted.length === 0) return true
  const ending = /\.([a-z]{3,4})$/i.exec(URL.parse(address)?.pathname ?? '')?.[1]?.toLowerCase() ?? ''
  const format = Object.hasOwn(formatOfEnding, ending) ? formatOfEnding[ending] : undefined
  return format === undefined || wanted.includes(format)
}

function isFrom(hosts: readonly string[], addresses: readonly (string | undefined)[]): boolean {
  if (hosts.length === 0) return false
  const found = addresses.flatMap(address => (address && URL.parse(address)?.hostname) || [])
  return found.some(name => hosts.some(host => name === host || name.endsWith(`.${host}`)))
}

/** How many of the filters leave anything out at all. */
export function activeFilters(filters: Filters): number {
  const { minSidePx, aspect, formats, withoutHosts } = filters
  return [minSidePx > 0, aspect !== 'any', formats.length > 0, withoutHosts.length > 0].filter(Boolean).length
}

/**
 * Host names out of what a person typed or pasted: separated by anything, with or without the rest of an address.
 *
 * @returns distinct names in their order, at most 200
 */
export function hostsIn(text: string): string[] {
  const names = text.split(/[\s,;]+/).flatMap(word => {
    const name = URL.parse(/^[a-z]+:\/\//i.test(word) ? word : `https://${word}`)?.hostname ?? ''
    return name.includes('.') && name.length <= 253 ? name.replace(/^www\./, '') : []
  })
  return [...new Set(names)].slice(0, 200)
}

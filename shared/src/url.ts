import type { Brand } from './brand.ts'
import { limits } from './limits.ts'
import { withoutTracking } from './url-parameters.ts'

/** The form of an address by which two sightings of one candidate are recognised as the same. */
export type UrlKey = Brand<string, 'UrlKey'>

/**
 * Parses an address a page may have written in any way it liked.
 *
 * @param text - absolute, protocol-relative (`//host/…`) or, with `base`, relative
 * @returns the parsed address without its fragment; `undefined` unless it is http(s), has a host, carries no
 *   credentials and is at most {@link limits.urlChars} characters long
 */
export function parseHttpUrl(text: string | null | undefined, base?: string | URL): URL | undefined {
  if (!text || text.length > limits.urlChars) return undefined
  const trimmed = text.trim()
  const url = URL.parse(trimmed.startsWith('//') ? `https:${trimmed}` : trimmed, base?.toString())
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  if (url.hostname === '' || url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  return url.href.length > limits.urlChars ? undefined : url
}

/** Canonical key of an http(s) address: what the URL standard normalises, without the fragment and without tracking. */
export function urlKey(url: URL): UrlKey {
  const copy = new URL(withoutTracking(url))
  copy.hash = ''
  return copy.href as UrlKey
}

import { parseHttpUrl } from '@gleaner/shared/url'

/** Longest address that browsers send whole. */
const mostChars = 4096

/**
 * What a host is told about the page a picture stands on, by the policy browsers follow unless told otherwise
 * (strict-origin-when-cross-origin): the whole address within one origin, the origin alone to others, and nothing to who
 * is asked without encryption while the page was read with it.
 *
 * @returns value of the `Referer` header, if one is to be sent
 * @see Referrer Policy, W3C Candidate Recommendation, section 8.3
 */
export function refererFor(landingUrl: string | undefined, target: URL): string | undefined {
  const page = parseHttpUrl(landingUrl)
  if (!page || (page.protocol === 'https:' && target.protocol !== 'https:')) return undefined
  const isWhole = page.origin === target.origin && page.href.length <= mostChars
  return isWhole ? page.href : `${page.origin}/`
}

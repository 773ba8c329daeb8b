import { parseHttpUrl } from '@gleaner/shared/url'

export interface WebAddress {
  readonly href: string
  /** Host as ASCII: names in other scripts in punycode, so that look-alikes show. */
  readonly host: string
  /** Path and query, cut to a readable length. */
  readonly tail: string
}

const tailChars = 80

/** Reads an address a page gave; `undefined` unless it is http(s): nothing else is ever made a link. */
export function webAddress(text: string | null | undefined): WebAddress | undefined {
  const url = parseHttpUrl(text)
  if (!url) return undefined
  const tail = url.pathname === '/' && url.search === '' ? '' : url.pathname + url.search
  const short = tail.length > tailChars ? `${tail.slice(0, tailChars - 1)}…` : tail
  return { href: url.href, host: url.host, tail: short }
}

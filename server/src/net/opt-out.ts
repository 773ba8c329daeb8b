/**
 * Response headers by which a host keeps its pictures out of machine learning; they are honoured unless a dataset says
 * otherwise.
 */

/** Response headers with lower-case names; a name that came on several lines has several values. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** All values of a header, one per line it came on. */
export function linesOf(headers: ResponseHeaders, name: string): readonly string[] {
  const value = headers[name]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** `none` is short for `noindex, nofollow`. */
const robotsDirectives: ReadonlySet<string> = new Set([
  'noai',
  'noimageai',
  'noindex',
  'noimageindex',
  'noml',
  'none',
])

/** Directives that take a value after a colon, so that their name is not mistaken for that of an agent. */
const valuedDirectives: ReadonlySet<string> = new Set([
  'unavailable_after',
  'max-snippet',
  'max-image-preview',
  'max-video-preview',
])

/** Starts with a letter: the rest of a date (`00:00:00 GMT`, `2030-01-01T00:00`) names no agent. */
const agentScope = /^([a-z*][\w./*-]*)\s*:\s*(.*)$/

function robotsOptOut(line: string, agent: string): string | undefined {
  let isForUs = true
  for (const part of line.toLowerCase().split(',')) {
    const text = part.trim()
    const [, name = '', rest = ''] = agentScope.exec(text) ?? []
    const isScope = name !== '' && !valuedDirectives.has(name)
    if (isScope) isForUs = name === '*' || name.replace(/\/.*$/, '') === agent
    const directive = isScope ? rest : text
    if (isForUs && robotsDirectives.has(directive)) return directive
  }
  return undefined
}

const refusesTraining = (line: string) =>
  line.split(',').some(part => /^train-ai\s*=\s*n\s*(?:;|$)/i.test(part.trim()))

/**
 * Finds the first signal against use for machine learning: `X-Robots-Tag` meant for everybody or for `agent`,
 * `TDM-Reservation: 1`, `Content-Usage: train-ai=n`.
 *
 * @param agent - our product name in lower case
 * @returns header and directive as `x-robots-tag: noai`; `undefined` when there is none
 */
export function findOptOut(headers: ResponseHeaders, agent = 'gleaner'): string | undefined {
  for (const line of linesOf(headers, 'x-robots-tag')) {
    const directive = robotsOptOut(line, agent)
    if (directive !== undefined) return `x-robots-tag: ${directive}`
  }
  if (linesOf(headers, 'tdm-reservation').some(line => line.trim() === '1')) return 'tdm-reservation: 1'
  if (linesOf(headers, 'content-usage').some(refusesTraining)) return 'content-usage: train-ai=n'
  return undefined
}

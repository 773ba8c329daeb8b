/** Reads robots.txt and judges addresses by it: RFC 9309. */

/** A line that allows or forbids. */
export interface RobotsRule {
  readonly allows: boolean
  /** As written. */
  readonly path: string
  /** Number of its line, from 1. */
  readonly line: number
}

/** What one robots.txt says to one agent. */
export interface RobotsTxt {
  readonly rules: readonly RobotsRule[]
  /** Time between two requests it asks for; `null` when it names none. No part of the RFC, and often meant. */
  readonly crawlDelayMs: number | null
}

export const noRobots: RobotsTxt = { rules: [], crawlDelayMs: null }

/** How much of a file is read, as the RFC has it. */
export const robotsBytes = 500 * 1024

/** Longer paths than this match no address. */
const mostPathChars = 4096

interface Group {
  readonly rules: RobotsRule[]
  crawlDelayMs: number | null
}

const fieldOf = (line: string): readonly [name: string, value: string] | undefined => {
  const text = line.replace(/#.*$/, '')
  const colon = text.indexOf(':')
  return colon === -1 ? undefined : [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()]
}

/** `Gleaner/1.0 (…)` names the same agent as `gleaner`. */
const agentOf = (value: string) => (value.startsWith('*') ? '*' : /^[a-z_-]*/i.exec(value)?.[0].toLowerCase())

/**
 * Takes together all groups that name the agent; where none does, those for everybody. Lines it does not know change
 * nothing, not even where a group ends.
 *
 * @param text - the file, decoded
 * @param agent - our product name in lower case
 */
export function parseRobots(text: string, agent = 'gleaner'): RobotsTxt {
  const own: Group = { rules: [], crawlDelayMs: null }
  const everybody: Group = { rules: [], crawlDelayMs: null }
  let isOwnNamed = false
  let current: Group[] = []
  let isNaming = false
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const [name, value] = fieldOf(line) ?? []
    if (name === undefined || value === undefined) continue
    if (name === 'user-agent') {
      if (!isNaming) current = []
      isNaming = true
      const named = agentOf(value)
      if (named === agent) isOwnNamed = true
      if (named === agent) current.push(own)
      if (named === '*') current.push(everybody)
    }
    if (name === 'allow' || name === 'disallow') {
      isNaming = false
      const isRule = /^[/*]/.test(value) && value.length <= mostPathChars
      const rule = { allows: name === 'allow', path: value, line: index + 1 }
      if (isRule) for (const group of new Set(current)) group.rules.push(rule)
    }
    if (name === 'crawl-delay' && /^\d{1,6}(?:\.\d{1,3})?$/.test(value)) {
      for (const group of current) group.crawlDelayMs = Math.round(Number(value) * 1000)
    }
  }
  return isOwnNamed ? own : everybody
}

/** Both sides of a comparison in one form: what may stand for itself does, everything else as `%XX`. */
function normalised(path: string): string {
  return path
    .replace(/[^\x21-\x7e]/gu, character =>
      encodeURIComponent(character.isWellFormed() ? character : '\uFFFD'),
    )
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16))
      return /[\w.~-]/.test(character) ? character : `%${hex.toUpperCase()}`
    })
}

/** In an address, the two signs that are special in rules stand for themselves. */
const pathOf = ({ pathname, search }: URL) =>
  normalised(pathname + search)
    .replaceAll('*', '%2A')
    .replaceAll('$', '%24')

/** `*` is any text, a `$` at the end the end of the address. Never looks at the same text twice. */
function matches(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith('$')
  const parts = (isWhole ? pattern.slice(0, -1) : pattern).split('*')
  const first = parts[0] ?? ''
  if (!path.startsWith(first)) return false
  if (parts.length === 1) return !isWhole || path.length === first.length
  const last = isWhole ? parts.pop() : undefined
  let at = first.length
  for (const part of parts.slice(1)) {
    const found = path.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return last === undefined || (path.length - last.length >= at && path.endsWith(last))
}

/**
 * @param url - of a picture on the host the file is from
 * @returns the rule that forbids it; nothing when it may be fetched
 */
export function forbiddenBy({ rules }: RobotsTxt, url: URL): RobotsRule | undefined {
  if (url.pathname === '/robots.txt') return undefined
  const path = pathOf(url)
  let best: RobotsRule | undefined
  let bestChars = -1
  for (const rule of rules) {
    const pattern = normalised(rule.path)
    const isBetter = pattern.length > bestChars || (pattern.length === bestChars && rule.allows)
    if (!isBetter || !matches(pattern, path)) continue
    best = rule
    bestChars = pattern.length
  }
  return best?.allows === false ? best : undefined
}

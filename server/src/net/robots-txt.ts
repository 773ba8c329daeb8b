/** Reads robots.txt and judges addresses by it: RFC 9309. */
import { ownCopy } from './own-copy.ts'

/** A line that allows or forbids. */
export interface RobotsRule {
  readonly allows: boolean
  /** As written. */
  readonly path: string
  /** The path in the form that addresses are compared in; the same string where that is how it was written. */
  readonly pattern: string
  /** Number of its line, from 1. */
  readonly line: number
}

/** What one robots.txt says to one agent. */
export interface RobotsTxt {
  /** In the order they hold: the longest pattern first, and of those of one length the ones that allow. */
  readonly rules: readonly RobotsRule[]
  /** Time between two requests it asks for; `null` when it names none. No part of the RFC, and often meant. */
  readonly crawlDelayMs: number | null
}

export const noRobots: RobotsTxt = { rules: [], crawlDelayMs: null }

/** How much of a file is read, as the RFC has it. */
export const robotsBytes = 500 * 1024

/** How many rules of ours are read, from the top: every address is held against all of them. */
export const mostRules = 5_000

/** Longer paths than this match no address. */
const mostPathChars = 4096

interface Group {
  readonly rules: Omit<RobotsRule, 'pattern'>[]
  crawlDelayMs: number | null
}

const fieldOf = (line: string): readonly [name: string, value: string] | undefined => {
  const comment = line.indexOf('#')
  const text = comment === -1 ? line : line.slice(0, comment)
  const colon = text.indexOf(':')
  return colon === -1 ? undefined : [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()]
}

/** `Gleaner/1.0 (…)` names the same agent as `gleaner`. */
const agentOf = (value: string) => (value.startsWith('*') ? '*' : /^[a-z_-]*/i.exec(value)?.[0].toLowerCase())

/** Keeps nothing of the file but the rule itself. */
function keptRule({ allows, path: slice, line }: Omit<RobotsRule, 'pattern'>): RobotsRule {
  const path = ownCopy(slice)
  const pattern = ownCopy(normalised(path))
  return { allows, path, pattern: pattern === path ? path : pattern, line }
}

const ruleOrder = (a: RobotsRule, b: RobotsRule) =>
  b.pattern.length - a.pattern.length || Number(b.allows) - Number(a.allows)

const kept = ({ rules, crawlDelayMs }: Group): RobotsTxt => ({
  rules: rules.map(keptRule).sort(ruleOrder),
  crawlDelayMs,
})

/**
 * Takes together all groups that name the agent; where none does, those for everybody. Lines it does not know change
 * nothing, not even where a group ends. Of more than {@link mostRules} rules the later ones are not read. What is returned
 * holds no part of `text`.
 *
 * @param text - the file, decoded
 * @param agent - our product name in lower case
 */
export function parseRobots(text: string, agent = 'gleaner'): RobotsTxt {
  const own: Group = { rules: [], crawlDelayMs: null }
  const everybody: Group = { rules: [], crawlDelayMs: null }
  let isOwnNamed = false
  let current = new Set<Group>()
  let isNaming = false
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const [name, value] = fieldOf(line) ?? []
    if (name === undefined || value === undefined) continue
    if (name === 'user-agent') {
      if (!isNaming) current = new Set()
      isNaming = true
      const named = agentOf(value)
      if (named === agent) isOwnNamed = true
      if (named === agent) current.add(own)
      if (named === '*') current.add(everybody)
    }
    if (name === 'allow' || name === 'disallow') {
      isNaming = false
      const isRule = /^[/*]/.test(value) && value.length <= mostPathChars
      const rule = { allows: name === 'allow', path: value, line: index + 1 }
      if (isRule) for (const group of current) if (group.rules.length < mostRules) group.rules.push(rule)
    }
    if (name === 'crawl-delay' && /^\d{1,6}(?:\.\d{1,3})?$/.test(value)) {
      for (const group of current) group.crawlDelayMs = Math.round(Number(value) * 1000)
    }
  }
  return kept(isOwnNamed ? own : everybody)
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
  const text = isWhole ? pattern.slice(0, -1) : pattern
  const star = text.indexOf('*')
  const first = star === -1 ? text : text.slice(0, star)
  if (!path.startsWith(first)) return false
  const parts = text.split('*')
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
  const first = rules.find(({ pattern }) => matches(pattern, path))
  return first?.allows === false ? first : undefined
}

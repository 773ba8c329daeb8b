/** What hosts' robots.txt files say, remembered for a day: RFC 9309. */
import type { PaceAdvice } from '../net/pace.ts'
import type { RobotsRule, RobotsTxt } from '../net/robots-txt.ts'
import { noRobots, parseRobots } from '../net/robots-txt.ts'
import type { FetchedFile, FetchFailure } from '../work/work.ts'

/** Makes one request after the other until there is an answer, or a host on the way has no room for long. */
export type AskForRobots = (
  url: string,
) => Promise<
  | { readonly kind: 'answered'; readonly answer: FetchedFile | FetchFailure; readonly advice: PaceAdvice }
  | NoRoom
>

interface NoRoom {
  readonly kind: 'no-room'
  readonly host: string
}

export type RobotsReading =
  | { readonly kind: 'read'; readonly robots: RobotsTxt }
  /** It could not be had, and without it nothing may be fetched. */
  | { readonly kind: 'failed'; readonly failure: FetchFailure; readonly advice: PaceAdvice }
  | NoRoom

export interface Robots {
  /** What is known of the host of an address, if that is not too old. */
  readonly known: (url: URL) => RobotsTxt | undefined
  readonly isBeingRead: (url: URL) => boolean
  /** Has it read. Who comes while it is being read waits for the same answer. */
  readonly read: (url: URL, ask: AskForRobots) => Promise<RobotsReading>
}

export interface RobotsLimits {
  /** Longest that an answer holds. */
  readonly freshMs: number
  /** Files remembered. */
  readonly mostFiles: number
  /** Memory for what is remembered, all files together. */
  readonly mostBytes: number
}

export const robotsLimits: RobotsLimits = { freshMs: 86_400_000, mostFiles: 5_000, mostBytes: 32_000_000 }

interface Remembered {
  readonly robots: RobotsTxt
  readonly readAtMs: number
  readonly bytes: number
}

/** What an entry takes, and what a rule does, besides the text of its path. */
const entryBytes = 300
const ruleBytes = 90

/** What is its own pattern is ASCII; any other path may take two bytes a character, besides its pattern. */
const bytesOfRule = ({ path, pattern }: RobotsRule) =>
  ruleBytes + pattern.length + (path === pattern ? 0 : 2 * path.length + 24)

const bytesOf = ({ rules }: RobotsTxt) => rules.reduce((sum, rule) => sum + bytesOfRule(rule), entryBytes)

/** What is remembered; the file asked for longest ago is forgotten first. */
function createMemory({ mostFiles, mostBytes }: RobotsLimits) {
  const files = new Map<string, Remembered>()
  let bytes = 0
  const forget = (origin: string) => {
    bytes -= files.get(origin)?.bytes ?? 0
    files.delete(origin)
  }
  return {
    get: (origin: string): Remembered | undefined => {
      const found = files.get(origin)
      if (!found) return undefined
      files.delete(origin)
      files.set(origin, found)
      return found
    },
    put: (origin: string, robots: RobotsTxt, readAtMs: number) => {
      forget(origin)
      const file = { robots, readAtMs, bytes: bytesOf(robots) }
      files.set(origin, file)
      bytes += file.bytes
      for (const oldest of files.keys()) {
        if (files.size <= mostFiles && bytes <= mostBytes) break
        forget(oldest)
      }
    },
  }
}

/** @param deps - `now` in milliseconds of a clock that never goes back */
export function createRobots({
  now,
  limits = robotsLimits,
}: {
  readonly now: () => number
  readonly limits?: RobotsLimits
}): Robots {
  const memory = createMemory(limits)
  const underWay = new Map<string, Promise<RobotsReading>>()

  const fetchAndKeep = async (origin: string, ask: AskForRobots): Promise<RobotsReading> => {
    const end = await ask(`${origin}/robots.txt`)
    if (end.kind === 'no-room') return end
    const { answer, advice } = end
    if (answer.kind === 'fetched' || !isOpen(answer)) {
      const robots = answer.kind === 'fetched' ? parseRobots(answer.bytes.toString('utf8')) : noRobots
      memory.put(origin, robots, now())
      return { kind: 'read', robots }
    }
    // An old copy is better than none while the host cannot give a new one.
    const old = memory.get(origin)
    if (old) return { kind: 'read', robots: old.robots }
    return { kind: 'failed', failure: unreadable(answer), advice }
  }

  return {
    known: ({ origin }) => {
      const found = memory.get(origin)
      return found && now() - found.readAtMs < limits.freshMs ? found.robots : undefined
    },
    isBeingRead: ({ origin }) => underWay.has(origin),
    read: ({ origin }, ask) => {
      const shared = underWay.get(origin)
      if (shared) return shared
      const reading = fetchAndKeep(origin, ask).finally(() => underWay.delete(origin))
      underWay.set(origin, reading)
      return reading
    },
  }
}

const statusOf = ({ hops }: FetchFailure) => hops.at(-1)?.status ?? null

const cutOff: ReadonlySet<FetchFailure['code']> = new Set([
  'DOWNLOAD_CUT_SHORT',
  'DOWNLOAD_TOO_SLOW',
  'DOWNLOAD_TIMEOUT',
  'DOWNLOAD_RATE_LIMITED',
  'DOWNLOAD_SERVER_ERROR',
  'DOWNLOAD_CHALLENGE',
])

/**
 * Whether the matter is left open: the host cannot answer now, or asks for fewer requests. A file that is not there allows
 * everything, and so does one behind a circle of redirects or a door that stays shut. Without a status nothing was said: then
 * the picture cannot be had either, unless it was a redirect that led astray.
 */
const isOpen = (answer: FetchFailure) =>
  cutOff.has(answer.code) || (statusOf(answer) === null && answer.hops.length <= 1)

/** A host that cannot be reached is told as just that. */
function unreadable(answer: FetchFailure): FetchFailure {
  const status = statusOf(answer)
  if (status === null || answer.code === 'DOWNLOAD_CHALLENGE') return answer
  const url = answer.hops.at(-1)?.url ?? null
  return { ...answer, code: 'DOWNLOAD_ROBOTS_UNREADABLE', facts: { status, url } }
}

/** One way to a picture, request by request: every host on it is asked only when it may be, and has room. */
import { parseHttpUrl } from '@gleaner/shared/url'
import { hostKey } from '../net/judge.ts'
import type { Pace, PaceAdvice } from '../net/pace.ts'
import type { PaceResult } from '../net/pace-result.ts'
import { paceResultOf } from '../net/pace-result.ts'
import type { RobotsTxt } from '../net/robots-txt.ts'
import { forbiddenBy, robotsBytes } from '../net/robots-txt.ts'
import type { FetchedFile, FetchFailure, FetchJob, FetchResult, Workshop } from '../work/work.ts'
import type { AskForRobots, Robots } from './robots.ts'

type Trail = NonNullable<FetchJob['trail']>

export interface VisitParts {
  readonly workshop: Pick<Workshop, 'fetch' | 'locate'>
  readonly pace: Pick<Pace, 'enter' | 'ended' | 'slowDown' | 'about' | 'givenUp' | 'isMet' | 'metAt'>
  /** Nobody's robots.txt is read unless given. */
  readonly robots?: Robots | undefined
  readonly limits?: VisitLimits
}

export interface VisitContext {
  readonly signal: AbortSignal
  /** The host whose turn it was. */
  readonly startedFor: string
  /** Gives the place there back; none is held where that host was given up. */
  readonly leave: ((result: PaceResult) => PaceAdvice) | undefined
  readonly honourRobots: boolean
}

export type VisitEnd =
  | {
      readonly kind: 'answered'
      readonly answer: FetchedFile | FetchFailure
      readonly advice: PaceAdvice
    }
  /** A host on the way has no room for longer than it is worth waiting for: the candidate is to queue there. */
  | { readonly kind: 'queue'; readonly host: string; readonly waitMs: number }

export type Visit = (job: FetchJob, context: VisitContext) => Promise<VisitEnd>

export interface VisitLimits {
  /** How long a journey waits for a host in its middle. It keeps a hand from other work, but has cost a request already. */
  readonly patienceMs: number
}

export const visitLimits: VisitLimits = { patienceMs: 15_000 }

const nothingYet: Trail = { hops: [], tookMs: 0 }
const neverAsked: PaceAdvice = { countsAsAttempt: true, restMs: 0 }

/** The one place a journey holds. */
function createPlaces({ pace, limits = visitLimits }: VisitParts, context: VisitContext) {
  let giveBack = context.leave
  let heldAt = context.startedFor
  const leave = (result: PaceResult): PaceAdvice | undefined => {
    const advice = giveBack?.(result)
    giveBack = undefined
    return advice
  }
  return {
    /** @returns whether there is one now at this host; any other is given back */
    take: async (host: string): Promise<boolean> => {
      if (giveBack && heldAt === host) return true
      leave({ kind: 'aborted' })
      if (!(await pace.enter(host, limits.patienceMs, context.signal))) return false
      giveBack = result => pace.ended(host, result)
      heldAt = host
      return true
    },
    leave,
  }
}

/**
 * Journeys that were sent back to the queue on their way, for the robots.txt of the host that comes next is being read.
 * Without this, each would ask the hosts before that one again, every time it comes round.
 */
function createSentBack(robots: Robots | undefined) {
  const origins = new Map<string, URL>()
  return {
    note: (journeyUrl: string, at: URL) => void origins.set(journeyUrl, at),
    /** @returns the host whose file is still being read */
    stillWaitsFor: (journeyUrl: string): string | undefined => {
      const at = origins.get(journeyUrl)
      return at && robots?.isBeingRead(at) ? hostKey(at.href) : undefined
    },
    /** The file has come, or did not. */
    read: ({ origin }: URL) => {
      for (const [journeyUrl, at] of origins) if (at.origin === origin) origins.delete(journeyUrl)
    },
  }
}

/**
 * Follows redirects one by one: each host on the way has its own limits, and its own robots.txt. Never holds a place at one
 * host while it waits for another.
 */
export function createVisit(parts: VisitParts): Visit {
  const { workshop, pace, robots } = parts
  const sentBack = createSentBack(robots)
  return async (job, context) => {
    const { signal } = context
    const places = createPlaces(parts, context)

    /** One request, with a place at its host. @returns `undefined` when there is none */
    const request = async (
      next: FetchJob,
    ): Promise<{ readonly answer: FetchResult; readonly advice: PaceAdvice } | undefined> => {
      const host = hostKey(next.url) || context.startedFor
      if (!(await places.take(host))) return undefined
      if (!pace.isMet(host)) {
        // Many names may share one machine. Known hosts are held back by their neighbours without being looked up.
        const peerIp = await workshop.locate?.(next.url, signal)
        if (peerIp !== undefined && !pace.metAt(host, peerIp)) return undefined
      }
      const answer = await workshop.fetch(next, signal)
      return { answer, advice: places.leave(resultOf(host, next, answer)) ?? neverAsked }
    }

    const askForRobots: AskForRobots = async url => {
      const plain = { maxBytes: robotsBytes, honourOptOut: false, as: 'robots' } as const
      let next: FetchJob = { ...plain, url, trail: nothingYet }
      for (;;) {
        const step = await request(next)
        if (!step) return { kind: 'no-room', host: hostKey(next.url) }
        const { answer, advice } = step
        if (answer.kind !== 'moved') return { kind: 'answered', answer, advice }
        next = { ...plain, url: answer.to, trail: trailOf(answer) }
      }
    }

    const queueAt = (host: string): VisitEnd => ({
      kind: 'queue',
      host,
      waitMs: Math.max(1_000, pace.about(host).waitMs ?? 0),
    })

    const hopeless = ({ url, trail = nothingYet }: FetchJob): VisitEnd | undefined => {
      const host = hostKey(url)
      const givenUp = pace.givenUp(host)
      if (!givenUp) return undefined
      const facts = { host, failedForMinutes: Math.round(givenUp.forMs / 60_000) }
      const answer: FetchFailure = { kind: 'failed', code: givenUp.code, facts, ...trail }
      return { kind: 'answered', answer, advice: neverAsked }
    }

    /** @returns why the address may not be fetched now, or how the journey ends before it */
    const judge = async (next: FetchJob): Promise<VisitEnd | undefined> => {
      const url = parseHttpUrl(next.url)
      if (!robots || !url || !context.honourRobots) return undefined
      let rules = robots.known(url)
      if (!rules) {
        // One hand is enough to wait for one file, however long it takes; the place is for whoever reads.
        if (robots.isBeingRead(url)) {
          if (next.url !== job.url) sentBack.note(job.url, url)
          return queueAt(hostKey(next.url))
        }
        const reading = await robots.read(url, askForRobots).finally(() => sentBack.read(url))
        if (reading.kind === 'no-room') return queueAt(reading.host)
        if (reading.kind === 'failed')
          return { kind: 'answered', answer: reading.failure, advice: reading.advice }
        rules = reading.robots
      }
      if (rules.crawlDelayMs !== null) pace.slowDown(hostKey(next.url), rules.crawlDelayMs)
      return forbidden(next, rules, url)
    }

    try {
      const awaited = context.honourRobots ? sentBack.stillWaitsFor(job.url) : undefined
      if (awaited !== undefined) return queueAt(awaited)
      let next: FetchJob = { ...job, trail: nothingYet }
      for (;;) {
        const end = hopeless(next) ?? (await judge(next))
        if (end) return end
        const step = await request(next)
        if (!step) return queueAt(hostKey(next.url))
        const { answer, advice } = step
        if (answer.kind !== 'moved') return { kind: 'answered', answer, advice }
        next = { ...job, url: answer.to, trail: trailOf(answer) }
      }
    } finally {
      places.leave({ kind: 'aborted' })
    }
  }
}

/** An error of the host over its robots.txt is told as that. */
function resultOf(host: string, { as }: FetchJob, answer: FetchResult): PaceResult {
  const result = paceResultOf(host, answer)
  const isAboutRobots = as === 'robots' && result.kind === 'failed' && result.code === 'DOWNLOAD_SERVER_ERROR'
  return isAboutRobots ? { ...result, code: 'DOWNLOAD_ROBOTS_UNREADABLE' } : result
}

const trailOf = ({ hops, tookMs }: Trail): Trail => ({ hops, tookMs })

function forbidden({ trail = nothingYet }: FetchJob, rules: RobotsTxt, url: URL): VisitEnd | undefined {
  const rule = forbiddenBy(rules, url)
  if (!rule) return undefined
  const facts = { rule: rule.path, line: rule.line, robots: `${url.origin}/robots.txt` }
  const answer: FetchFailure = { kind: 'failed', code: 'DOWNLOAD_ROBOTS', facts, ...trail }
  return { kind: 'answered', answer, advice: neverAsked }
}

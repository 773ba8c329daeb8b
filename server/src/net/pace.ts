/** Who may be asked when: politeness towards hosts, and patience with them and with the line. */
import type { HostWaitReason } from '@gleaner/shared/activity'
import type { ErrorCode } from '@gleaner/shared/errors'
import { createConnectivity } from './pace-connectivity.ts'
import { createHosts, type HostState, type RestReason } from './pace-hosts.ts'
import type { PaceResult } from './pace-result.ts'
import { effectOf } from './pace-result.ts'
import { createTurns, type Turns } from './pace-turns.ts'

export interface PaceLimits {
  /** Requests under way at one host, and at one network address. */
  readonly perHost: number
  /** Between the starts of two requests to one host or one network address. */
  readonly spacingMs: number
  /** Requests under way in all. */
  readonly overall: number
  /** Upper bound of the rest after a first failure; doubles with each further one. */
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  /** Straight failures after which a host is only probed, one request at a time. */
  readonly breakerAfter: number
  /** Straight failures to connect, of any hosts, after which the line counts as down. */
  readonly networkDownAfter: number
  /** Longest rest between two probes of a line that is down. */
  readonly longestProbeMs: number
  /** For how long an outage costs no tries. Then probes do, or dead hosts alone in a queue would stay for ever. */
  readonly outagePatienceMs: number
  /** The same while all that cannot be reached are a few hosts that never answered. */
  readonly strangerPatienceMs: number
  /** Upper bound of the rest of a host that wants to know whether a person is asking; doubles with each further time. */
  readonly firstChallengeRestMs: number
  /** Longest time between two requests that a host can ask for. */
  readonly longestSpacingMs: number
  /** A host whose breaker is open and that has failed for this long is given up between two probes. */
  readonly giveUpAfterMs: number
}

export const defaultPaceLimits: PaceLimits = {
  perHost: 2,
  spacingMs: 300,
  overall: 16,
  firstBackoffMs: 1_000,
  longestBackoffMs: 600_000,
  breakerAfter: 8,
  networkDownAfter: 4,
  longestProbeMs: 60_000,
  outagePatienceMs: 1_800_000,
  strangerPatienceMs: 90_000,
  firstChallengeRestMs: 60_000,
  longestSpacingMs: 10_000,
  giveUpAfterMs: 3_600_000,
}

export interface PaceDeps extends Partial<PaceLimits> {
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** From 0 up to but not including 1. */
  readonly random: () => number
}

/** What the end of a request means for the candidate it was made for. */
export interface PaceAdvice {
  /** Whether it used up one of the candidate's tries. Waiting as a host asked, or for the line, does not. */
  readonly countsAsAttempt: boolean
  /** How long the host rests from now on. */
  readonly restMs: number
}

export interface HostPace {
  readonly host: string
  /** Requests under way. */
  readonly inHand: number
  /** Until the next request may start: 0 when it may now, `null` when only the end of another one helps. */
  readonly waitMs: number | null
  /** Why it may not start now. */
  readonly reason: HostWaitReason | null
  /** Of the last failure, as long as it has not answered as it should since. */
  readonly code: ErrorCode | null
  /** Failures since it last answered as it should. */
  readonly straightFailures: number
  /** Between the starts of two requests. */
  readonly spacingMs: number
  /** Requests under way at a time. */
  readonly atOnce: number
  /** Bodies from this host since it is remembered. */
  readonly receivedBytes: number
}

export interface Pace extends Pick<Turns, 'enter'> {
  /**
   * Whether a request to a host may start: `'now'`, or after how many milliseconds to ask again; `Infinity` when only
   * the end of another request helps. Every end may shorten what was said before.
   */
  mayStart(hostKey: string): 'now' | number
  /**
   * @returns whether a place was taken. A journey to a host that is given up gets none: it has nothing to give back, and a
   * request of it needs a place of its own ({@link Turns.enter}), whatever has become of the host by then
   */
  started(hostKey: string): boolean
  /** Has to be called once for every place taken, also when the request was aborted (`{ kind: 'aborted' }`). */
  ended(hostKey: string, result: PaceResult): PaceAdvice
  /** Whether the network address of a host is known. */
  isMet(hostKey: string): boolean
  /**
   * Tells where a host is, before it is asked for the first time.
   *
   * @returns whether there is room at that address for the place that is held at the host
   */
  metAt(hostKey: string, peerIp: string): boolean
  /** The host asks for more time between two requests than everybody gets. What it asks for is bounded. */
  slowDown(hostKey: string, spacingMs: number): void
  isNetworkDown(): boolean
  /**
   * Why a host is given up: it has failed for long, rests, and the line is not to blame. Its journeys may start as they come,
   * and are to end for this reason without a request. Without this, a dead host with many candidates would take days.
   */
  givenUp(hostKey: string): { readonly code: ErrorCode; readonly forMs: number } | undefined
  about(hostKey: string): HostPace
  /** Hosts with requests under way, at rest or failing. */
  snapshot(): readonly HostPace[]
}

/** @param deps - clock, randomness and, in tests, other limits */
export function createPace(deps: PaceDeps): Pace {
  const limits: PaceLimits = { ...defaultPaceLimits, ...deps }
  const { now, random } = deps
  const hosts = createHosts(now)
  const connectivity = createConnectivity(limits, now, random)
  let inHandOverall = 0

  /** How long the host is to be left alone, not counting what is in hand. Probes of a dead line may go to any host. */
  const restOf = (host: Readonly<HostState>) =>
    connectivity.isDown() && host.restsForLine ? 0 : Math.max(0, host.restUntilMs - now())

  const isTripped = ({ straightFailures }: Readonly<HostState>) => straightFailures >= limits.breakerAfter
  const spacingOf = ({ ownSpacingMs }: Readonly<HostState>) => Math.max(limits.spacingMs, ownSpacingMs)

  /** Full jitter: anything from nothing to a bound that doubles. A tripped breaker rests at least half of it. */
  const backOff = (host: Readonly<HostState>) => {
    const isChallenge = host.straightChallenges > 0
    const times = isChallenge ? host.straightChallenges : host.straightFailures
    const firstMs = isChallenge ? limits.firstChallengeRestMs : limits.firstBackoffMs
    const boundMs = Math.min(limits.longestBackoffMs, firstMs * 2 ** (times - 1))
    return isTripped(host) || isChallenge ? (boundMs * (1 + random())) / 2 : boundMs * random()
  }

  /** @returns whether waiting as the host asked is all that is needed */
  const rest = (host: HostState, result: PaceResult, isLineSuspect: boolean): boolean => {
    if (result.kind !== 'failed') return false
    if (host.straightFailures === 0) host.failingSinceMs = now()
    host.straightFailures++
    host.code = result.code
    host.straightChallenges = result.code === 'DOWNLOAD_CHALLENGE' ? host.straightChallenges + 1 : 0
    host.restsForLine = isLineSuspect && (host.restsForLine || host.restUntilMs <= now())
    const askedMs = result.retryAfterMs
    // On top of what the host asked for, so that those that were told the same do not come back in step.
    const untilMs = now() + (askedMs ?? 0) + backOff(host)
    if (untilMs >= host.restUntilMs) host.restReason = reasonOf(result.code, askedMs)
    host.restUntilMs = Math.max(host.restUntilMs, untilMs)
    return askedMs !== undefined && host.straightFailures <= limits.breakerAfter
  }

  const wellAgain = { straightFailures: 0, straightChallenges: 0, restsForLine: false, code: null }

  const recover = (hostKeys: readonly string[]) => {
    for (const key of hostKeys) {
      const host = hosts.all.get(key)
      if (host?.restsForLine) Object.assign(host, { ...wellAgain, restUntilMs: 0 })
    }
  }

  /** How long until the numbers under way and the spacing leave room. */
  const roomIn = (host: Readonly<HostState>) => {
    const { near, inHand } = host
    const isFull =
      near.inHand >= limits.perHost || (isTripped(host) && inHand > 0) || inHandOverall >= limits.overall
    const sinceMs = Math.max(near.lastStartMs + limits.spacingMs, host.lastStartMs + spacingOf(host))
    return isFull ? Number.POSITIVE_INFINITY : sinceMs - now()
  }

  const waitOf = (host: Readonly<HostState>) => Math.max(0, connectivity.waitMs(), restOf(host), roomIn(host))

  const isGivenUp = (host: Readonly<HostState>) =>
    isTripped(host) &&
    now() - host.failingSinceMs >= limits.giveUpAfterMs &&
    restOf(host) > 0 &&
    !host.restsForLine &&
    !connectivity.isDown()

  const started = (hostKey: string) => {
    hosts.started(hosts.of(hostKey))
    inHandOverall++
    connectivity.started()
  }

  const turns = createTurns({
    mayStart: hostKey => waitOf(hosts.about(hostKey)) || 'now',
    started,
    mostWaiting: limits.perHost,
  })

  const whyWaits = (host: Readonly<HostState>): HostWaitReason | null => {
    if (waitOf(host) === 0) return null
    if (connectivity.waitMs() > 0) return 'network-down'
    if (restOf(host) > 0)
      return isTripped(host) && host.restReason === 'back-off' ? 'breaker-open' : host.restReason
    if (isTripped(host) && host.inHand > 0) return 'probing'
    return host.ownSpacingMs > limits.spacingMs ? 'robots' : 'spacing'
  }

  const about = (hostKey: string): HostPace => {
    const host = hosts.about(hostKey)
    const roomMs = waitOf(host)
    // How long a rest lasts is known, also where nobody knows when others at its address are done.
    const waitMs = Number.isFinite(roomMs) ? roomMs : Math.max(connectivity.waitMs(), restOf(host)) || roomMs
    const { inHand, code, straightFailures, receivedBytes } = host
    return {
      ...{ host: hostKey, inHand, code, straightFailures, receivedBytes },
      waitMs: Number.isFinite(waitMs) ? Math.ceil(waitMs) : null,
      reason: whyWaits(host),
      spacingMs: spacingOf(host),
      atOnce: isTripped(host) ? 1 : limits.perHost,
    }
  }

  return {
    mayStart(hostKey) {
      if (isGivenUp(hosts.about(hostKey))) return 'now'
      // Those that wait in the middle of a journey go first.
      if (turns.waitingFor(hostKey) > 0) return Number.POSITIVE_INFINITY
      return waitOf(hosts.about(hostKey)) || 'now'
    },
    started(hostKey) {
      if (isGivenUp(hosts.about(hostKey))) return false
      started(hostKey)
      return true
    },
    enter: turns.enter,
    ended(hostKey, result) {
      const host = hosts.of(hostKey)
      if (hosts.ended(host)) inHandOverall--
      if (result.kind !== 'aborted') {
        host.receivedBytes += result.receivedBytes ?? 0
        if (result.peerIp !== undefined) hosts.metAt(host, result.peerIp)
      }
      const effect = effectOf(result)
      const { isLineSuspect, recovered } = connectivity.ended(hostKey, effect)
      const isFailure = effect === 'failing' || effect === 'unreachable'
      const isWaiting = isFailure && rest(host, result, isLineSuspect)
      if (effect === 'alive') Object.assign(host, wellAgain)
      recover(recovered)
      turns.look()
      return {
        countsAsAttempt: result.kind !== 'aborted' && !isWaiting && !isLineSuspect,
        restMs: restOf(host),
      }
    },
    isMet: hostKey => hosts.about(hostKey).peerIp !== undefined,
    metAt(hostKey, peerIp) {
      const near = hosts.nearAt(peerIp)
      const hasRoom = near.inHand < limits.perHost && near.lastStartMs + limits.spacingMs <= now()
      hosts.metAt(hosts.of(hostKey), peerIp)
      return hasRoom
    },
    slowDown(hostKey, spacingMs) {
      hosts.of(hostKey).ownSpacingMs = Math.min(spacingMs, limits.longestSpacingMs)
    },
    isNetworkDown: () => connectivity.isDown(),
    givenUp(hostKey) {
      const host = hosts.about(hostKey)
      if (host.code === null || !isGivenUp(host)) return undefined
      return { code: host.code, forMs: now() - host.failingSinceMs }
    },
    about,
    snapshot: () =>
      [...hosts.all]
        .filter(([, host]) => host.inHand > 0 || restOf(host) > 0 || host.straightFailures > 0)
        .map(([hostKey]) => about(hostKey)),
  }
}

function reasonOf(code: ErrorCode, askedMs: number | undefined): RestReason {
  if (askedMs !== undefined) return 'retry-after'
  if (code === 'DOWNLOAD_CHALLENGE') return 'challenge'
  return code === 'DOWNLOAD_ROBOTS_UNREADABLE' ? 'robots' : 'back-off'
}

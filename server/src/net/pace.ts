/** Who may be asked when: politeness towards hosts, and patience with them and with the line. */
import { createConnectivity } from './pace-connectivity.ts'
import type { PaceResult } from './pace-result.ts'
import { effectOf } from './pace-result.ts'

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
  readonly inHand: number
  readonly waitMs: number
  /** Failures since it last answered as it should. */
  readonly straightFailures: number
}

export interface Pace {
  /**
   * Whether a request to a host may start: `'now'`, or after how many milliseconds to ask again; `Infinity` when only
   * the end of another request helps. Every end may shorten what was said before.
   */
  mayStart(hostKey: string): 'now' | number
  started(hostKey: string): void
  /** Has to be called once for every `started`, also when the request was aborted (`{ kind: 'aborted' }`). */
  ended(hostKey: string, result: PaceResult): PaceAdvice
  isNetworkDown(): boolean
  /** Hosts with requests under way, at rest or failing. */
  snapshot(): readonly HostPace[]
}

interface HostState {
  inHand: number
  lastStartMs: number
  restUntilMs: number
  /** Whether it rests only because it could not be reached, for which the line may be to blame. */
  restsForLine: boolean
  straightFailures: number
  /** Network address it was last met at. */
  peerIp: string | undefined
  /** The hosts there; itself alone as long as it was not met. */
  near: Neighbours
}

/** Hosts at one network address share its limits. Their sums are kept, for they are asked for at every turn. */
interface Neighbours {
  readonly members: Set<HostState>
  inHand: number
  /** Latest of all. */
  lastStartMs: number
}

/** Hosts remembered before those with nothing to remember are forgotten. */
const mostHosts = 10_000

const never = Number.NEGATIVE_INFINITY

const createNeighbours = (): Neighbours => ({ members: new Set(), inHand: 0, lastStartMs: never })

function createHost(): HostState {
  const host: HostState = {
    inHand: 0,
    lastStartMs: never,
    restUntilMs: 0,
    restsForLine: false,
    straightFailures: 0,
    peerIp: undefined,
    near: createNeighbours(),
  }
  host.near.members.add(host)
  return host
}

function join(host: HostState, near: Neighbours) {
  host.near = near
  near.members.add(host)
  near.inHand += host.inHand
  near.lastStartMs = Math.max(near.lastStartMs, host.lastStartMs)
}

function leave(host: HostState) {
  const { near } = host
  near.members.delete(host)
  near.inHand -= host.inHand
  if (host.lastStartMs < near.lastStartMs) return
  near.lastStartMs = [...near.members].reduce((latest, other) => Math.max(latest, other.lastStartMs), never)
}

/** Remembers hosts by key and by network address. */
function createHosts(now: () => number) {
  const all = new Map<string, HostState>()
  const byPeer = new Map<string, Neighbours>()
  let forgetAbove = mostHosts
  const stranger = createHost()

  const leavePeer = (host: HostState) => {
    leave(host)
    if (host.peerIp !== undefined && host.near.members.size === 0) byPeer.delete(host.peerIp)
  }
  const forgetIdle = () => {
    for (const [key, host] of all) {
      if (host.inHand > 0 || host.straightFailures > 0 || host.restUntilMs > now()) continue
      leavePeer(host)
      all.delete(key)
    }
    // Those that have to be remembered are not walked again for every newcomer.
    forgetAbove = Math.max(mostHosts, all.size * 2)
  }

  return {
    all,
    /** A host as it is known. Asking about a stranger does not make it known. */
    about: (hostKey: string): Readonly<HostState> => all.get(hostKey) ?? stranger,
    of(hostKey: string): HostState {
      const known = all.get(hostKey)
      if (known) return known
      if (all.size >= forgetAbove) forgetIdle()
      const host = createHost()
      all.set(hostKey, host)
      return host
    },
    metAt(host: HostState, peerIp: string) {
      if (host.peerIp === peerIp) return
      leavePeer(host)
      host.peerIp = peerIp
      const near = byPeer.get(peerIp) ?? createNeighbours()
      byPeer.set(peerIp, near)
      join(host, near)
    },
  }
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

  /** Full jitter: anything from nothing to a bound that doubles. A tripped breaker rests at least half of it. */
  const backOff = (straightFailures: number) => {
    const boundMs = Math.min(limits.longestBackoffMs, limits.firstBackoffMs * 2 ** (straightFailures - 1))
    return straightFailures >= limits.breakerAfter ? (boundMs * (1 + random())) / 2 : boundMs * random()
  }

  /** @returns whether waiting as the host asked is all that is needed */
  const rest = (host: HostState, result: PaceResult, isLineSuspect: boolean): boolean => {
    host.straightFailures++
    host.restsForLine = isLineSuspect && (host.restsForLine || host.restUntilMs <= now())
    const askedMs = result.kind === 'failed' ? result.retryAfterMs : undefined
    // On top of what the host asked for, so that those that were told the same do not come back in step.
    const restMs = (askedMs ?? 0) + backOff(host.straightFailures)
    host.restUntilMs = Math.max(host.restUntilMs, now() + restMs)
    return askedMs !== undefined && host.straightFailures <= limits.breakerAfter
  }

  const recover = (hostKeys: readonly string[]) => {
    for (const key of hostKeys) {
      const host = hosts.all.get(key)
      if (host?.restsForLine)
        Object.assign(host, { straightFailures: 0, restUntilMs: 0, restsForLine: false })
    }
  }

  /** How long until the numbers under way and the spacing leave room. */
  const roomIn = ({ near, inHand, straightFailures }: Readonly<HostState>) => {
    const isTripped = straightFailures >= limits.breakerAfter
    const isFull =
      near.inHand >= limits.perHost || (isTripped && inHand > 0) || inHandOverall >= limits.overall
    return isFull ? Number.POSITIVE_INFINITY : near.lastStartMs + limits.spacingMs - now()
  }

  return {
    mayStart(hostKey) {
      const host = hosts.about(hostKey)
      const waitMs = Math.max(connectivity.waitMs(), restOf(host), roomIn(host))
      return waitMs > 0 ? waitMs : 'now'
    },
    started(hostKey) {
      const host = hosts.of(hostKey)
      host.inHand++
      host.near.inHand++
      host.lastStartMs = now()
      host.near.lastStartMs = host.lastStartMs
      inHandOverall++
      connectivity.started()
    },
    ended(hostKey, result) {
      const host = hosts.of(hostKey)
      if (host.inHand > 0) {
        host.inHand--
        host.near.inHand--
        inHandOverall--
      }
      if (result.kind !== 'aborted' && result.peerIp !== undefined) hosts.metAt(host, result.peerIp)
      const effect = effectOf(result)
      const { isLineSuspect, recovered } = connectivity.ended(hostKey, effect)
      const isFailure = effect === 'failing' || effect === 'unreachable'
      const isWaiting = isFailure && rest(host, result, isLineSuspect)
      if (effect === 'alive') Object.assign(host, { straightFailures: 0, restsForLine: false })
      recover(recovered)
      return {
        countsAsAttempt: result.kind !== 'aborted' && !isWaiting && !isLineSuspect,
        restMs: restOf(host),
      }
    },
    isNetworkDown: () => connectivity.isDown(),
    snapshot() {
      const all = [...hosts.all].map(([host, state]) => ({
        host,
        inHand: state.inHand,
        waitMs: restOf(state),
        straightFailures: state.straightFailures,
      }))
      return all.filter(host => host.inHand > 0 || host.waitMs > 0 || host.straightFailures > 0)
    },
  }
}

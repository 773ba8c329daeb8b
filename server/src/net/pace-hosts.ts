/** What is remembered of hosts, by their key and by the network address they were met at. */
import type { ErrorCode } from '@gleaner/shared/errors'

/** Why a host is left alone. */
export type RestReason = 'retry-after' | 'back-off' | 'robots' | 'challenge'

export interface HostState {
  inHand: number
  lastStartMs: number
  restUntilMs: number
  restReason: RestReason
  /** Whether it rests only because it could not be reached, for which the line may be to blame. */
  restsForLine: boolean
  straightFailures: number
  /** When the first of these was. */
  failingSinceMs: number
  /** Of the last failure since it answered as it should. */
  code: ErrorCode | null
  /** Challenges since it last gave something else. */
  straightChallenges: number
  receivedBytes: number
  /** What it asks for between two requests, if that is more than everybody gets. */
  ownSpacingMs: number
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
    restReason: 'back-off',
    restsForLine: false,
    straightFailures: 0,
    failingSinceMs: 0,
    code: null,
    straightChallenges: 0,
    receivedBytes: 0,
    ownSpacingMs: 0,
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

export function createHosts(now: () => number) {
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
    started(host: HostState) {
      host.inHand++
      host.near.inHand++
      host.lastStartMs = now()
      host.near.lastStartMs = host.lastStartMs
    },
    /** @returns whether a request was under way */
    ended(host: HostState): boolean {
      if (host.inHand === 0) return false
      host.inHand--
      host.near.inHand--
      return true
    },
    /** Those met at an address so far. */
    nearAt: (peerIp: string): Readonly<Neighbours> => byPeer.get(peerIp) ?? createNeighbours(),
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

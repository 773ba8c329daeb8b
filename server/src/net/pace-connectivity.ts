/** Tells a dead line from dead hosts: when all hosts fail at once, it is not theirs. */
import type { Effect } from './pace-result.ts'

interface Limits {
  readonly networkDownAfter: number
  readonly firstBackoffMs: number
  readonly longestProbeMs: number
  readonly outagePatienceMs: number
  readonly strangerPatienceMs: number
}

export interface Connectivity {
  isDown(): boolean
  /** While the line is down: time until the next probe may start; `Infinity` while one is under way. Otherwise 0. */
  waitMs(): number
  started(): void
  ended(
    hostKey: string,
    effect: Effect,
  ): {
    /** Whether an `unreachable` end may be the fault of the line. */
    readonly isLineSuspect: boolean
    /** Hosts whose failures are explained by an outage that is over. */
    readonly recovered: readonly string[]
  }
}

/**
 * A host that cannot be reached is a *suspect*: the line may be to blame. Once any other host answers, the line is
 * cleared and its suspects count as *dead*: from then on their failures are their own. When nothing but suspects was
 * heard of several times in a row, the line is down: one request at a time probes it, whichever host it is for.
 *
 * Dead hosts that are all a queue has left look the same. So patience ends; soon, when they are only a few, and were
 * never heard of while others were.
 */
export function createConnectivity(limits: Limits, now: () => number, random: () => number): Connectivity {
  const suspects = new Set<string>()
  const dead = new Set<string>()
  /** Hosts that ever answered. */
  const heard = new Set<string>()
  let straight = 0
  let silentSinceMs = 0
  let inHand = 0
  let failedProbes = 0
  let nextProbeMs = 0

  const areStrangers = () =>
    heard.size > 0 && suspects.size < limits.networkDownAfter && ![...suspects].some(host => heard.has(host))
  const isPatient = () =>
    now() - silentSinceMs < (areStrangers() ? limits.strangerPatienceMs : limits.outagePatienceMs)
  const isDown = () => straight >= limits.networkDownAfter && (isPatient() || !areStrangers())

  /** Requests that were under way when the line went down end before the next probe, and are none. */
  const scheduleProbe = (wasDown: boolean) => {
    if (wasDown && now() < nextProbeMs) return
    failedProbes = wasDown ? failedProbes + 1 : 0
    const boundMs = Math.min(limits.longestProbeMs, limits.firstBackoffMs * 2 ** failedProbes)
    nextProbeMs = now() + (boundMs * (1 + random())) / 2
  }

  const unreachable = (hostKey: string) => {
    const wasDown = isDown()
    const isDead = dead.has(hostKey)
    if (!isDead) {
      if (straight === 0) silentSinceMs = now()
      straight++
      suspects.add(hostKey)
    }
    if (isDown()) scheduleProbe(wasDown)
    return !isDead && isPatient()
  }

  const answered = (hostKey: string): string[] => {
    const wasDown = isDown()
    heard.add(hostKey)
    dead.delete(hostKey)
    suspects.delete(hostKey)
    const others = [...suspects]
    suspects.clear()
    straight = 0
    if (wasDown) return others
    for (const other of others) dead.add(other)
    return []
  }

  return {
    isDown,
    waitMs() {
      if (!isDown()) return 0
      // With a probe under way, its end decides.
      return inHand > 0 ? Number.POSITIVE_INFINITY : Math.max(nextProbeMs - now(), 0)
    },
    started() {
      inHand++
    },
    ended(hostKey, effect) {
      inHand = Math.max(0, inHand - 1)
      if (effect === 'unreachable') return { isLineSuspect: unreachable(hostKey), recovered: [] }
      if (effect === 'none') return { isLineSuspect: false, recovered: [] }
      return { isLineSuspect: false, recovered: answered(hostKey) }
    },
  }
}

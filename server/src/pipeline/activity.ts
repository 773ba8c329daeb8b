/** What the ingest is doing, or why it is not, for a person to read. */
import type { Activity, HostActivity } from '@gleaner/shared/activity'
import type { Hindrance } from './disk.ts'
import { busiestOf } from './hosts.ts'

/** Rates are taken over this long. */
const windowMs = 30_000
const mostHosts = 5

export interface Rate {
  /** Notes that a candidate reached its outcome. */
  readonly mark: () => void
  /** Outcomes per second over the last half minute, or since the start when that is shorter. */
  readonly perSecond: () => number
}

/** @param now - monotonic milliseconds */
export function createRate(now: () => number): Rate {
  const startedAtMs = now()
  const marks: number[] = []
  const forget = () => {
    const oldest = now() - windowMs
    const kept = marks.findIndex(mark => mark > oldest)
    marks.splice(0, kept === -1 ? marks.length : kept)
  }
  return {
    mark: () => {
      forget()
      marks.push(now())
    },
    perSecond: () => {
      forget()
      const spanMs = Math.min(windowMs, Math.max(1_000, now() - startedAtMs))
      return marks.length / (spanMs / 1_000)
    },
  }
}

export interface ActivityParts {
  readonly isStopping: boolean
  readonly isPaused: boolean
  /** What keeps the disk from being written to. */
  readonly hindrance: Hindrance | undefined
  readonly isNetworkDown: boolean
  /** The bandwidth cap keeps bytes waiting. */
  readonly isHeldBack: boolean
  readonly inHand: number
  readonly queued: number
  /** Of those queued, how many wait for the person's own browser. */
  readonly waitingForBrowser: number
  readonly perSecond: number
  readonly bytesPerSecond: number
  readonly maxBytesPerSecond: number | null
  readonly isLogTooLong: boolean
  readonly hosts: readonly HostActivity[]
}

/** The reason is the one a person could do something about, if there are several. */
export function describeActivity(parts: ActivityParts): Activity {
  const { inHand, queued, perSecond, hosts } = parts
  const left = queued + inHand
  const reason = reasonOf(parts)
  return {
    reason,
    waitMs: waitOf(reason, hosts),
    isPaused: parts.isPaused,
    inHand,
    queued,
    perSecond: Math.round(perSecond * 100) / 100,
    remainingMs: left > 0 && perSecond > 0 && !parts.isPaused ? Math.round((left / perSecond) * 1_000) : null,
    bytesPerSecond: Math.round(parts.bytesPerSecond),
    maxBytesPerSecond: parts.maxBytesPerSecond,
    isLogTooLong: parts.isLogTooLong,
    hostCount: hosts.length,
    hosts: busiestOf(hosts, mostHosts),
  }
}

function reasonOf(parts: ActivityParts): Activity['reason'] {
  if (parts.isStopping) return 'stopping'
  if (parts.isPaused) return 'paused'
  if (parts.hindrance) return parts.hindrance === 'room' ? 'disk-full' : 'no-rights'
  if (parts.isNetworkDown) return 'network-down'
  if (parts.queued + parts.inHand === 0) return 'nothing-queued'
  if (parts.isHeldBack) return 'bandwidth-cap'
  if (parts.hosts.some(isMoving)) return 'working'
  const isForBrowser = parts.inHand === 0 && parts.waitingForBrowser >= parts.queued
  return isForBrowser ? 'waiting-for-browser' : 'hosts-backing-off'
}

/** Until the first host may be asked, where hosts are what is waited for. */
function waitOf(reason: Activity['reason'], hosts: readonly HostActivity[]): number | null {
  if (reason !== 'hosts-backing-off' && reason !== 'waiting-for-browser') return null
  const soonest = hosts.reduce((least, { queued, waitMs }) => {
    return queued > 0 && waitMs !== null ? Math.min(least, waitMs) : least
  }, Number.POSITIVE_INFINITY)
  return Number.isFinite(soonest) ? soonest : null
}

/** Waits shorter than this are good manners between two requests, not a host that wants to be left alone. */
const mannersMs = 2_000
/** A host that failed this often in a row holds its requests up, also while one is under way. */
const failingAfter = 2

function isMoving({ queued, inHand, waitMs, straightFailures }: HostActivity): boolean {
  const isSoon = queued > 0 && waitMs !== null && waitMs < mannersMs
  return straightFailures < failingAfter && (inHand > 0 || isSoon)
}

/** What the ingest is doing, or why it is not, for a person to read. */
import type { Activity } from '@gleaner/shared/activity'

/** Rates are taken over this long. */
const windowMs = 30_000
const mostHosts = 20

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

/** A host with candidates queued or in hand. */
export interface HostWork {
  readonly host: string
  readonly queued: number
  readonly inHand: number
  /** How long it rests, or its first candidate is not due. */
  readonly waitMs: number
  /** Requests that failed since it last answered as it should. */
  readonly straightFailures: number
}

export interface ActivityParts {
  readonly isStopping: boolean
  readonly isDiskFull: boolean
  readonly isNetworkDown: boolean
  readonly inHand: number
  readonly queued: number
  readonly perSecond: number
  readonly hosts: readonly HostWork[]
}

/** The reason is the one a person could do something about, if there are several. */
export function describeActivity(parts: ActivityParts): Activity {
  const { inHand, queued, perSecond, hosts } = parts
  const left = queued + inHand
  return {
    reason: reasonOf(parts),
    inHand,
    queued,
    perSecond: Math.round(perSecond * 100) / 100,
    remainingMs: left > 0 && perSecond > 0 ? Math.round((left / perSecond) * 1_000) : null,
    hosts: hosts
      .toSorted((a, b) => b.queued + b.inHand - (a.queued + a.inHand))
      .slice(0, mostHosts)
      .map(({ straightFailures: _, ...shown }) => shown),
  }
}

function reasonOf(parts: ActivityParts): Activity['reason'] {
  if (parts.isStopping) return 'stopping'
  if (parts.isDiskFull) return 'disk-full'
  if (parts.isNetworkDown) return 'network-down'
  if (parts.queued + parts.inHand === 0) return 'nothing-queued'
  return parts.hosts.some(isMoving) ? 'working' : 'hosts-backing-off'
}

/** Waits shorter than this are good manners between two requests, not a host that wants to be left alone. */
const mannersMs = 2_000
/** A host that failed this often in a row holds its requests up, also while one is under way. */
const failingAfter = 2

function isMoving({ queued, inHand, waitMs, straightFailures }: HostWork): boolean {
  return straightFailures < failingAfter && (inHand > 0 || (queued > 0 && waitMs < mannersMs))
}

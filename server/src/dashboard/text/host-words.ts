/** Why a host waits and for how long, in plain words. */
import type { HostActivity, HostWaitReason } from '@gleaner/shared/activity'
import type { ErrorCode } from '@gleaner/shared/errors'
import { formatClock, formatDuration, formatNoun } from './format.ts'
import { reasonOf } from './reasons.ts'

const reasonWords: Readonly<Record<HostWaitReason, string>> = {
  spacing: 'Its usual pace',
  'retry-after': 'The host asked for a pause',
  'back-off': 'Left alone after a failure',
  'breaker-open': 'Left alone after many failures',
  probing: 'One request tries whether it is back',
  robots: 'As its robots.txt asks',
  challenge: 'It wants to know whether a person is asking',
  'network-down': 'No network',
  'bandwidth-cap': 'Your bandwidth cap',
  'candidates-not-due': 'Its pictures are tried again later',
}

/** Failures that say no more than the reason beside them. */
const saidAlready: Partial<Record<HostWaitReason, ErrorCode>> = {
  'retry-after': 'DOWNLOAD_RATE_LIMITED',
  challenge: 'DOWNLOAD_CHALLENGE',
  robots: 'DOWNLOAD_ROBOTS_UNREADABLE',
}

/** Why a host waits; nothing where it does not, or only as it always does. */
export function whyWaits({ reason, code, straightFailures }: HostActivity): readonly string[] {
  const words: string[] = []
  if (reason !== null && reason !== 'spacing') words.push(reasonWords[reason])
  const isNews = reason === null || code !== saidAlready[reason]
  if (code !== null && isNews) words.push(reasonOf(code).say.replace(/\.$/, ''))
  if (straightFailures > 1) words.push(formatNoun(straightFailures, 'failure in a row', 'failures in a row'))
  return words
}

/** A countdown: `now`, `45 s`, `4:05`, `3 h 20 min`. */
export function formatWait(waitMs: number): string {
  if (waitMs < 1_000) return 'now'
  if (waitMs < 59_500) return formatDuration(waitMs)
  return waitMs < 3_600_000 ? formatClock(waitMs) : formatDuration(waitMs)
}

/**
 * When the next request to a host may go out.
 *
 * @param passedMs - since the server said how it stands
 */
export function nextRequest({ queued, waitMs }: HostActivity, passedMs: number): string {
  if (queued === 0) return 'nothing waits'
  return waitMs === null ? 'after another ends' : formatWait(Math.max(0, waitMs - passedMs))
}

/** `every 0.3 s, 2 at a time`. */
export function formatPace({ spacingMs, atOnce }: HostActivity): string {
  const seconds = spacingMs / 1_000
  const shown = Number.isInteger(seconds) ? seconds : seconds.toFixed(1)
  return `${spacingMs === 0 ? '' : `every ${shown} s, `}${atOnce} at a time`
}

import type { ErrorCode } from '@gleaner/shared/errors'
import type { FetchedFile, FetchFailure, FetchMoved } from './fetched.ts'
import { hostKey } from './judge.ts'

/** How a request ended, as far as pace is concerned. */
export type PaceResult =
  /** The host did its part, even if what came of it is of no use. */
  | { readonly kind: 'answered'; readonly peerIp?: string; readonly receivedBytes?: number }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly retryAfterMs?: number
      readonly peerIp?: string
      readonly receivedBytes?: number
    }
  /** Given up by us: says nothing about the host. */
  | { readonly kind: 'aborted' }

/**
 * What an end says about the host: it is `alive` and answers properly (also with a 404), it answers but is `failing`,
 * it is `unreachable`, or nothing.
 */
export type Effect = 'alive' | 'failing' | 'unreachable' | 'none'

const unreachable: ReadonlySet<ErrorCode> = new Set(['DOWNLOAD_DNS', 'DOWNLOAD_CONNECT'])
const failing: ReadonlySet<ErrorCode> = new Set([
  'DOWNLOAD_TLS',
  'DOWNLOAD_TIMEOUT',
  'DOWNLOAD_TOO_SLOW',
  'DOWNLOAD_CUT_SHORT',
  'DOWNLOAD_HEADERS',
  'DOWNLOAD_RATE_LIMITED',
  'DOWNLOAD_SERVER_ERROR',
  'DOWNLOAD_CHALLENGE',
  'DOWNLOAD_ROBOTS_UNREADABLE',
])
/** The host was never asked. */
const unasked: ReadonlySet<ErrorCode> = new Set(['DOWNLOAD_URL_REFUSED', 'DOWNLOAD_PRIVATE_ADDRESS'])

export function effectOf(result: PaceResult): Effect {
  if (result.kind === 'aborted') return 'none'
  if (result.kind === 'answered') return 'alive'
  if (unasked.has(result.code)) return 'none'
  if (unreachable.has(result.code)) return 'unreachable'
  return failing.has(result.code) ? 'failing' : 'alive'
}

/**
 * What a fetch says about the host it was started for. A host that redirects to one that fails has done its part;
 * only a plea for fewer requests holds for the whole way.
 *
 * @param startedFor - key of that host
 */
export function paceResultOf(
  startedFor: string,
  outcome: FetchedFile | FetchFailure | FetchMoved,
): PaceResult {
  const own = outcome.hops.filter(hop => hostKey(hop.url) === startedFor)
  const peerIp = own.at(-1)?.peerIp
  const peer = peerIp ? { peerIp } : {}
  if (outcome.kind === 'moved') return { kind: 'answered', ...peer }
  const receivedBytes = outcome.kind === 'fetched' ? outcome.bytes.length : (outcome.receivedBytes ?? 0)
  const more = { ...peer, ...(receivedBytes > 0 && { receivedBytes }) }
  if (outcome.kind === 'fetched') return { kind: 'answered', ...more }
  const { code, hops, retryAfterMs } = outcome
  const last = hops.at(-1)
  const isElsewhere = last !== undefined && hostKey(last.url) !== startedFor
  if (isElsewhere && code !== 'DOWNLOAD_RATE_LIMITED') return { kind: 'answered', ...more }
  return { kind: 'failed', code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...more }
}

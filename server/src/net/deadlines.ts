/** Every way in which a host can take too long: no fetch outlives its deadlines. */

import type { ErrorCode } from '@gleaner/shared/errors'
import { AppError } from '@gleaner/shared/errors'

/** How much time and room a host gets. */
export interface FetchLimits {
  /** For resolving, connecting and the TLS greeting of one hop. */
  readonly connectMs: number
  /** From the request to the complete header of its answer, per hop. */
  readonly headersMs: number
  /** Between two pieces of a body. */
  readonly idleMs: number
  /** For everything, redirects included. */
  readonly totalMs: number
  /** Mean rate a body has to keep, judged once `minRateAfterMs` have passed since its start. */
  readonly minBytesPerSecond: number
  readonly minRateAfterMs: number
  readonly headerBytes: number
  readonly redirects: number
}

export const defaultFetchLimits: FetchLimits = {
  connectMs: 5_000,
  headersMs: 10_000,
  idleMs: 10_000,
  totalMs: 60_000,
  minBytesPerSecond: 1024,
  minRateAfterMs: 10_000,
  headerBytes: 16 * 1024,
  redirects: 5,
}

/** Watches over one fetch and stops it; `signal.reason` tells why. */
export interface Deadlines {
  /** Aborted by the caller's signal or by a deadline; then its reason is an AppError. */
  readonly signal: AbortSignal
  /** A request was sent: its header is due. */
  awaitHeaders(): void
  /** The header is here; the next hop has a time of its own. */
  gotHeaders(): void
  /** Pieces of the body are due, at a rate. */
  awaitBody(): void
  gotBytes(sizeBytes: number): void
  /** Nothing is awaited any more. Has to be called at the end of every fetch. */
  clear(): void
}

/** @param nowMs - monotonic */
export function createDeadlines(caller: AbortSignal, limits: FetchLimits, nowMs: () => number): Deadlines {
  const controller = new AbortController()
  let isInBody = false
  const stop = (code: ErrorCode, deadline: string) => controller.abort(new AppError(code, { deadline }))
  const onCaller = () => controller.abort(caller.reason)
  if (caller.aborted) onCaller()
  else caller.addEventListener('abort', onCaller, { once: true })

  const total = setTimeout(
    () => stop(isInBody ? 'DOWNLOAD_TOO_SLOW' : 'DOWNLOAD_TIMEOUT', 'total'),
    limits.totalMs,
  )
  let headers: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  let rate: NodeJS.Timeout | undefined
  let startedMs = 0
  let receivedBytes = 0

  const judgeRate = () => {
    const seconds = (nowMs() - startedMs) / 1000
    if (receivedBytes < seconds * limits.minBytesPerSecond) stop('DOWNLOAD_TOO_SLOW', 'rate')
    else rate = setTimeout(judgeRate, 1000)
  }

  return {
    signal: controller.signal,
    awaitHeaders() {
      clearTimeout(headers)
      headers = setTimeout(() => stop('DOWNLOAD_TIMEOUT', 'headers'), limits.headersMs)
    },
    gotHeaders: () => clearTimeout(headers),
    awaitBody() {
      isInBody = true
      startedMs = nowMs()
      idle = setTimeout(() => stop('DOWNLOAD_TOO_SLOW', 'idle'), limits.idleMs)
      rate = setTimeout(judgeRate, limits.minRateAfterMs)
    },
    gotBytes(sizeBytes) {
      receivedBytes += sizeBytes
      idle?.refresh()
    },
    clear() {
      caller.removeEventListener('abort', onCaller)
      for (const timer of [total, headers, idle, rate]) clearTimeout(timer)
    },
  }
}

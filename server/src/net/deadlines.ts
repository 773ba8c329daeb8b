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
  /** We read no further for a while: what passes until {@link Deadlines.readOn} is not the host's doing. */
  holdBack(): void
  readOn(): void
  /** Nothing is awaited any more. Has to be called at the end of every fetch. */
  clear(): void
}

/**
 * @param nowMs - monotonic
 * @param spentMs - of the time for everything, spent on earlier hops
 */
export function createDeadlines(
  caller: AbortSignal,
  limits: FetchLimits,
  nowMs: () => number,
  spentMs = 0,
): Deadlines {
  const controller = new AbortController()
  const stop = (code: ErrorCode, deadline: string) => controller.abort(new AppError(code, { deadline }))
  const onCaller = () => controller.abort(caller.reason)
  if (caller.aborted) onCaller()
  else caller.addEventListener('abort', onCaller, { once: true })

  let isInBody = false
  let headers: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  let rate: NodeJS.Timeout | undefined
  let receivedBytes = 0
  let bodyMs = stopwatch(nowMs)
  const wholeMs = stopwatch(nowMs)

  const startTotal = () =>
    setTimeout(
      () => stop(isInBody ? 'DOWNLOAD_TOO_SLOW' : 'DOWNLOAD_TIMEOUT', 'total'),
      Math.max(1, limits.totalMs - spentMs - wholeMs.read()),
    )
  const startIdle = () => setTimeout(() => stop('DOWNLOAD_TOO_SLOW', 'idle'), limits.idleMs)
  const judgeRate = () => {
    if (receivedBytes < (bodyMs.read() / 1000) * limits.minBytesPerSecond) stop('DOWNLOAD_TOO_SLOW', 'rate')
    else rate = setTimeout(judgeRate, 1000)
  }
  const startRate = () => setTimeout(judgeRate, Math.max(1000, limits.minRateAfterMs - bodyMs.read()))
  let total = startTotal()

  return {
    signal: controller.signal,
    awaitHeaders() {
      clearTimeout(headers)
      headers = setTimeout(() => stop('DOWNLOAD_TIMEOUT', 'headers'), limits.headersMs)
    },
    gotHeaders: () => clearTimeout(headers),
    awaitBody() {
      isInBody = true
      bodyMs = stopwatch(nowMs)
      idle = startIdle()
      rate = setTimeout(judgeRate, limits.minRateAfterMs)
    },
    gotBytes(sizeBytes) {
      receivedBytes += sizeBytes
      idle?.refresh()
    },
    holdBack() {
      wholeMs.stop()
      bodyMs.stop()
      for (const timer of [total, idle, rate]) clearTimeout(timer)
    },
    readOn() {
      wholeMs.goOn()
      bodyMs.goOn()
      total = startTotal()
      idle = startIdle()
      rate = startRate()
    },
    clear() {
      caller.removeEventListener('abort', onCaller)
      for (const timer of [total, headers, idle, rate]) clearTimeout(timer)
    },
  }
}

/** Runs from the start. */
function stopwatch(nowMs: () => number) {
  let before = 0
  let sinceMs: number | undefined = nowMs()
  const read = () => before + (sinceMs === undefined ? 0 : nowMs() - sinceMs)
  return {
    read,
    stop: () => {
      before = read()
      sinceMs = undefined
    },
    goOn: () => {
      sinceMs ??= nowMs()
    },
  }
}

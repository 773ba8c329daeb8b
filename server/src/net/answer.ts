/** What the head of an answer means, before its body is looked at. */

import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import { AppError } from '@gleaner/shared/errors'
import { parseHttpUrl } from '@gleaner/shared/url'
import { challengeInHeaders } from './challenge.ts'
import type { FetchOptions } from './fetched.ts'
import type { ResponseHeaders } from './opt-out.ts'
import { findOptOut, linesOf } from './opt-out.ts'
import { retryAfterMs } from './retry-after.ts'

/** Why an answer is no picture, and how long its host wants to be left alone. */
export interface Refusal {
  readonly code: ErrorCode
  readonly facts: Facts
  readonly retryAfterMs?: number
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export const isRedirect = (status: number, headers: ResponseHeaders) =>
  redirectStatuses.has(status) && linesOf(headers, 'location').length > 0

/**
 * Where a redirect leads.
 *
 * @throws AppError `DOWNLOAD_URL_REFUSED` or `DOWNLOAD_REDIRECT_INSECURE`
 */
export function redirectTarget(from: URL, headers: ResponseHeaders): URL {
  const [line = ''] = linesOf(headers, 'location')
  // Header bytes arrive as Latin-1; hosts that do not escape send UTF-8, and browsers read it so.
  const location = Buffer.from(line, 'latin1').toString('utf8')
  const to = parseHttpUrl(URL.parse(location, from.href)?.href)
  if (!to) throw new AppError('DOWNLOAD_URL_REFUSED', { location: location.slice(0, 200) })
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw new AppError('DOWNLOAD_REDIRECT_INSECURE', { location: to.href })
  return to
}

function codeOfStatus(status: number, hasRetryAfter: boolean): ErrorCode {
  if (status === 404 || status === 410) return 'DOWNLOAD_NOT_FOUND'
  if (status === 401 || status === 403 || status === 451) return 'DOWNLOAD_FORBIDDEN'
  if (status === 408) return 'DOWNLOAD_TIMEOUT'
  if (status === 429 || (status === 503 && hasRetryAfter)) return 'DOWNLOAD_RATE_LIMITED'
  return status >= 500 ? 'DOWNLOAD_SERVER_ERROR' : 'DOWNLOAD_STATUS'
}

/** @param nowMs - time of day in milliseconds since 1970 */
export function refusalOfStatus(
  status: number,
  headers: ResponseHeaders,
  nowMs: number,
): Refusal | undefined {
  const sign = challengeInHeaders(status, headers)
  if (sign !== undefined) return { code: 'DOWNLOAD_CHALLENGE', facts: { status, sign } }
  if (status === 200) return undefined
  const [asked] = linesOf(headers, 'retry-after')
  const restMs = retryAfterMs(asked, linesOf(headers, 'date')[0], nowMs)
  const code = codeOfStatus(status, restMs !== undefined)
  const isAsked = restMs !== undefined && (status === 429 || status >= 500)
  return { code, facts: { status }, ...(isAsked ? { retryAfterMs: restMs } : {}) }
}

/** Why a good answer's body is not read. */
export function refusalOfHeaders(
  headers: ResponseHeaders,
  options: Pick<FetchOptions, 'maxBytes' | 'honourOptOut' | 'as'>,
): Refusal | undefined {
  const directive = options.honourOptOut ? findOptOut(headers) : undefined
  if (directive !== undefined) return { code: 'DOWNLOAD_OPTED_OUT', facts: { directive } }
  const encodings = linesOf(headers, 'content-encoding').flatMap(line => line.split(','))
  const encoding = encodings
    .map(text => text.trim().toLowerCase())
    .find(text => text !== 'identity' && text !== '')
  if (encoding !== undefined)
    return { code: 'DOWNLOAD_ENCODING', facts: { encoding: encoding.slice(0, 100) } }
  const sizeBytes = Number(linesOf(headers, 'content-length')[0] ?? 0)
  if (sizeBytes > options.maxBytes && options.as !== 'robots')
    return { code: 'DOWNLOAD_TOO_LARGE', facts: { sizeBytes, limitBytes: options.maxBytes } }
  return undefined
}

/**
 * Translates what undici reports about a connection that stood.
 *
 * @returns `undefined` for an error that is no failure of the host
 */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  const isBadHttp = error.name === 'HTTPParserError'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const reason = code ?? (isBadHttp ? error.message.slice(0, 100) : undefined)
  if (reason === undefined) return undefined
  // A chunked body that ends too early reaches the parser as an unexpected end.
  const isMalformed = isBadHttp && code !== 'HPE_INVALID_EOF_STATE'
  const isTooLong = code === 'UND_ERR_HEADERS_OVERFLOW'
  return { code: isMalformed || isTooLong ? 'DOWNLOAD_HEADERS' : 'DOWNLOAD_CUT_SHORT', facts: { reason } }
}

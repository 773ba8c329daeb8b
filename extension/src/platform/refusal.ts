/**
 * Errors as they cross between the parts of the extension: a code and its facts. Pages carry no sentences, which would be
 * the largest thing on them; the background tells them (`sentences` in the message table).
 */
import type { ErrorCode, Facts } from '@gleaner/shared/errors'

/** What `isAppError` takes for an error of ours. */
export class Refusal extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly facts: Facts

  constructor(code: ErrorCode, facts: Facts = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.facts = facts
  }
}

/** Code of an error of ours; `HARVEST_INTERNAL` for any other. */
export function codeOf(error: unknown): ErrorCode {
  return isRefusal(error) ? error.code : 'HARVEST_INTERNAL'
}

/** Judged by what it holds: facts are borne by our own errors only, of whichever class. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'facts' in error
}

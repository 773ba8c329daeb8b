import type { ErrorCode } from '@gleaner/shared/errors'
import type { AttemptRecord } from '../store/types.ts'
import type { StageContext } from './stage.ts'

/** The journey's request, or what the browser brought, as it is kept, with what came of it; empty without either. */
export function attemptOf({ source, trip }: StageContext, code: ErrorCode): AttemptRecord[] {
  if (!trip) return []
  const { startedAtMs, answer, isFromBrowser } = trip
  const { tookMs, hops } = answer
  return [
    {
      sourceKind: source.kind,
      url: source.url,
      startedAtMs,
      tookMs: Math.round(tookMs),
      code,
      hops: [...hops],
      isFromBrowser,
    },
  ]
}

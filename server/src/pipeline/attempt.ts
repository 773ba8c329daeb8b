import type { ErrorCode } from '@gleaner/shared/errors'
import type { AttemptRecord } from '../store/types.ts'
import type { StageContext } from './stage.ts'

/** The journey's request as it is kept, with what came of it; empty when no request was made. */
export function attemptOf({ source, trip }: StageContext, code: ErrorCode): AttemptRecord[] {
  if (!trip) return []
  const { startedAtMs, answer } = trip
  const { tookMs, hops } = answer
  return [
    {
      sourceKind: source.kind,
      url: source.url,
      startedAtMs,
      tookMs: Math.round(tookMs),
      code,
      hops: [...hops],
    },
  ]
}

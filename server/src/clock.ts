/**
 * A clock for what falls due: milliseconds since 1970 that follow the time of day forward, also over a sleep of the
 * computer (in which monotonic clocks may stand still), and go on steadily where the time of day is set back.
 *
 * @param epochNow - the time of day, in milliseconds since 1970
 * @param monotonicNow - milliseconds of a clock nobody can set
 */
export function createDueClock(epochNow: () => number, monotonicNow: () => number): () => number {
  let offsetMs = Number.NEGATIVE_INFINITY
  return () => {
    const passedMs = monotonicNow()
    offsetMs = Math.max(offsetMs, epochNow() - passedMs)
    return Math.round(offsetMs + passedMs)
  }
}

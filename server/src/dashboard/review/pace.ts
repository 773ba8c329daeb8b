/** How fast somebody reviews, and how long the rest will take. */

/** Some pictures were decided at a moment. */
export interface Beat {
  readonly atMs: number
  readonly pictures: number
}

/** Whoever looks at a picture for longer was doing something else. */
const longestLookMs = 15_000
/** Beats the pace is taken from: recent ones, so that it follows. */
const beatsCounted = 60
const beatsNeeded = 5

/**
 * Pictures a minute, of the time spent looking at them.
 *
 * @param beats - oldest first
 * @returns `undefined` while there are too few to say
 */
export function paceOf(beats: readonly Beat[]): number | undefined {
  const recent = beats.slice(-beatsCounted)
  const [first, ...rest] = recent
  if (!first || rest.length < beatsNeeded) return undefined
  let beforeMs = first.atMs
  let tookMs = 0
  for (const { atMs } of rest) {
    tookMs += Math.min(longestLookMs, Math.max(0, atMs - beforeMs))
    beforeMs = atMs
  }
  const pictures = rest.reduce((sum, beat) => sum + beat.pictures, 0)
  return tookMs === 0 ? undefined : (pictures * 60_000) / tookMs
}

/** @param perMinute - see {@link paceOf} */
export const timeLeftMs = (left: number, perMinute: number): number => (left * 60_000) / perMinute

interface Progress {
  readonly done: number
  readonly total: number
}

/** Seen for less than this, an act has no pace yet. */
const leastMs = 1000

/**
 * How long the rest of an act will take, by what was done while somebody watched.
 *
 * @param began - when it was seen first, by the clock of `nowMs`
 * @returns milliseconds; `undefined` while that cannot be said
 */
export function leftMs(
  began: { readonly atMs: number; readonly done: number },
  { done, total }: Progress,
  nowMs: number,
): number | undefined {
  const passedMs = nowMs - began.atMs
  const progress = done - began.done
  if (passedMs < leastMs || progress <= 0) return undefined
  return ((total - done) * passedMs) / progress
}

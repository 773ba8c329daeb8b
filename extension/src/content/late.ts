/** What a page may have been told before this script came to it: as to the open pages of a site that is allowed. */

/** A script that comes with its page runs at once when the page is loaded. */
const lateMs = 1_000

/**
 * Whether the page was there for a while.
 *
 * @param nowMs - milliseconds since the page was asked for, as is `loadEventEnd`, which is 0 before the page is loaded
 */
export function cameLate(
  navigation: Pick<PerformanceNavigationTiming, 'loadEventEnd'> | undefined,
  nowMs: number,
): boolean {
  const loadedMs = navigation?.loadEventEnd ?? 0
  return loadedMs > 0 && nowMs - loadedMs > lateMs
}

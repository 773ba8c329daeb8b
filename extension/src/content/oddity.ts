/** Silence is how readers of pages fail: a page that gives less than its engine usually does is told. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Reading } from './reader.ts'

/** From fewer tiles nothing can be concluded. */
const tilesToJudge = 10

/**
 * What is odd about a page; `null` when nothing is.
 *
 * @param usualOriginals - part of the results for which the engine's pages name the original, from 0 to 1; `null` where
 *   there is no usual
 */
export function oddity(
  {
    tiles,
    candidates,
    originals,
    isUnanswered,
  }: Pick<Reading, 'tiles' | 'candidates' | 'originals' | 'isUnanswered'>,
  usualOriginals: number | null,
): ErrorCode | null {
  if (tiles === 0) return 'HARVEST_NO_RESULTS'
  if (usualOriginals === null) return null
  if (isUnanswered && originals === 0) return 'HARVEST_RELOAD'
  const isUnreadable = tiles - candidates.length > candidates.length
  if (isUnreadable || (originals === 0 && usualOriginals > 0.5)) return 'HARVEST_LAYOUT_CHANGED'
  const isFewer = originals < (tiles * usualOriginals) / 2
  return tiles >= tilesToJudge && isFewer ? 'HARVEST_FEW_ORIGINALS' : null
}

/** Measures pictures of before, and those that were measured in an earlier way. */
import { qualityVersion } from '@gleaner/shared/quality'
import { type CompleteParts, lookAgain, mostCompleted } from './complete-looks.ts'
import type { OpenDataset } from './open-dataset.ts'

/**
 * Measures the next few that lack scores, as long as there is nothing else to do. What cannot be read is left as it is.
 *
 * @param after - number of the picture that was looked at last, 0 for none
 * @returns the number to go on after, and how many were given scores; nothing to go on after when none is left
 */
export async function completeQuality(
  dataset: OpenDataset,
  parts: CompleteParts,
  after: number,
): Promise<{ readonly after: number | undefined; readonly completed: number }> {
  const { quality } = dataset.store
  let at = after
  let completed = 0
  for (let looked = 0; looked < mostCompleted && !parts.signal.aborted && parts.isIdle(); looked++) {
    const { found, lookedTo } = quality.nextUnmeasured(qualityVersion, at)
    if (found) {
      const facts = await lookAgain(found.imageId, dataset, parts)
      if (facts && quality.complete(found.imageId, found.originalDigest, facts.quality)) completed += 1
    }
    if (lookedTo === undefined) return { after: undefined, completed }
    at = lookedTo
    // Nothing was found in a whole window: others have their turn before the next one.
    if (!found) await new Promise(resolve => setImmediate(resolve))
  }
  return { after: at, completed }
}

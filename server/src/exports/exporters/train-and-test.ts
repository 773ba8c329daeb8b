/** Formats of old that know two sets, train and test. */
import type { Finding } from '@gleaner/shared/exports'
import type { SplitName } from '@gleaner/shared/splits'
import type { ExportSet, PlannedSet } from '../exporter.ts'
import { finding } from '../finding.ts'

/**
 * Where the pictures of a split are found in a set: where nothing is split, all of them are train.
 *
 * @returns `undefined` when there are none
 */
export function setOfSplit(
  { splits }: Pick<ExportSet, 'splits'>,
  split: SplitName,
): SplitName | null | undefined {
  if (splits.includes(split)) return split
  return split === 'train' && splits.includes(null) ? null : undefined
}

/** One of the two is empty, or there is a third. */
export function trainAndTest(set: PlannedSet): readonly Finding[] {
  const missing = (['train', 'test'] as const).filter(split => setOfSplit(set, split) === undefined)
  const apart = set.splits.includes('validation') ? set.countIn('validation') : 0
  return [
    ...(missing.length > 0
      ? [finding({ code: 'EXPORT_SET_EMPTY', weight: 'lost', count: set.count, examples: missing })]
      : []),
    ...(apart > 0 ? [finding({ code: 'EXPORT_VALIDATION_APART', weight: 'note', count: apart })] : []),
  ]
}

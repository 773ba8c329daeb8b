/** Copies, how they relate and what was decided, in plain words. */
import type { DuplicateCounts } from '@gleaner/shared/dataset'
import type {
  DoneAct,
  DuplicateLevel,
  DuplicatePair,
  GroupDetail,
  PairKind,
} from '@gleaner/shared/duplicates'
import { formatCount, formatNoun } from './format.ts'

/** How a copy differs from the picture beside it. */
export const kindWords: Readonly<Record<PairKind, string>> = {
  same: 'Same picture',
  edited: 'Edited',
  crop: 'Cropped',
  border: 'With a border',
  caption: 'With a caption',
  mirror: 'Mirrored',
  turn: 'Turned',
  burst: 'Another shot',
}

/** By what they were found to be the same. */
export const levelWords: Readonly<Record<DuplicateLevel, string>> = {
  url: 'Same address',
  bytes: 'Same file',
  pixels: 'Same pixels',
  look: 'Same look',
}

/** `Mirrored, 12 of 256 bits apart`; what was surest comes first. */
export function pairWords(pair: DuplicatePair | undefined): string {
  if (!pair) return 'Belongs here by way of another copy'
  if (pair.level !== 'look') return levelWords[pair.level]
  const bits = pair.distanceBits === null ? '' : `, ${pair.distanceBits} of 256 bits apart`
  return `${kindWords[pair.kind]}${bits}`
}

/** `2 % of light and colour differ`, once the two are aligned; nothing where that was not measured. */
export function differenceWords({ difference }: Pick<DuplicatePair, 'difference'>): string | undefined {
  if (difference === null) return undefined
  const percent = difference * 100
  const figure = percent < 1 ? (percent < 0.1 ? 'Less than 0.1' : percent.toFixed(1)) : Math.round(percent)
  return `${figure} % difference once aligned`
}

/** What a group is, above its pictures. */
export function groupWords({ kind, size }: Pick<GroupDetail, 'kind' | 'size'>): string {
  return kind === 'burst'
    ? `${formatCount(size)} separate shots of almost the same scene`
    : `${formatCount(size)} copies of the same picture`
}

/** What pressing the main button does: `Keep 1, remove 2`. */
export function keepWords(kept: number, size: number): string {
  if (kept === size) return `Keep all ${formatCount(size)}`
  return `Keep ${formatCount(kept)}, remove ${formatCount(size - kept)}`
}

/** What was done, for the line that offers to undo it. */
export function doneWords({ act, removed }: Pick<DoneAct, 'act' | 'removed'>): string {
  const went = formatNoun(removed, 'picture')
  switch (act) {
    case 'keep':
      return `Kept the best, removed ${went}`
    case 'keep-all':
      return 'Kept all, together in splits'
    case 'not-duplicates':
      return 'Not duplicates: never asked again'
    case 'burst':
      return 'Kept all as separate shots, together in splits'
    case 'file':
      return 'Class decided'
    case 'remove':
      return `Removed ${went}`
  }
}

/** Everything that waits for a decision. */
export const waitingIn = ({ groups, bursts, conflicts }: DuplicateCounts): number =>
  groups + bursts + conflicts

/** `3 groups of copies and 1 label conflict wait for you`; nothing where nothing waits. */
export function reviewWords({ groups, bursts, conflicts }: DuplicateCounts): string | undefined {
  const parts = [
    groups > 0 ? formatNoun(groups, 'group of copies', 'groups of copies') : '',
    bursts > 0 ? formatNoun(bursts, 'group of separate shots', 'groups of separate shots') : '',
    conflicts > 0 ? formatNoun(conflicts, 'label conflict') : '',
  ].filter(part => part !== '')
  const last = parts.pop()
  if (last === undefined) return undefined
  const isOne = groups + bursts + conflicts === 1
  return `${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`} ${isOne ? 'waits' : 'wait'} for you`
}

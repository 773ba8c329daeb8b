import type { ReviewMark } from '@gleaner/shared/gallery'
import { formatNoun } from '../text/format.ts'
import type { DeckState, Made } from './deck.ts'
import type { Judged, Verdict } from './verdict.ts'

export const markWords: Readonly<Record<ReviewMark, string>> = {
  none: 'Not reviewed',
  unsure: 'Unsure',
  kept: 'Kept',
}

const doneWords = (verdict: Verdict): string =>
  ({ keep: 'Kept', remove: 'Removed', unsure: 'Left as unsure', move: 'Moved' })[verdict.kind]

/** What was said of one picture. */
export function verdictWords(verdict: Verdict): string {
  return verdict.kind === 'move' ? `Moved to ${verdict.label}` : doneWords(verdict)
}

/** What will be said of a picture that is picked out. */
export function pickWords(verdict: Verdict): string {
  if (verdict.kind === 'move') return `Move to ${verdict.label}`
  return { keep: 'Keep', remove: 'Remove', unsure: 'Unsure' }[verdict.kind]
}

/** `12 kept, 2 removed`: what was said of some pictures. */
export function judgedWords(judged: readonly Judged[]): string {
  const [first] = judged
  if (first && judged.length === 1) return verdictWords(first.verdict)
  const byKind = Map.groupBy(judged, ({ verdict }) => doneWords(verdict).toLowerCase())
  return [...byKind].map(([words, group]) => `${group.length} ${words}`).join(', ')
}

/** What was done on this page last: decided, or taken back. */
export function lastWords(last: DeckState['last']): string {
  if (!last) return ''
  return last.isTakenBack ? `Taken back: ${judgedWords(last.judged)}` : judgedWords(last.judged)
}

/** What a session came to, for when nothing is left. */
export function sessionWords(made: readonly Made[]): string {
  const judged = made.flatMap(step => step.judged)
  return `${formatNoun(judged.length, 'picture')} reviewed now: ${judgedWords(judged)}.`
}

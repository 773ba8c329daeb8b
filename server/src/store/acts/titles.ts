/** Acts in words, as the log shows them. */
import type { ActSummary } from '@gleaner/shared/acts'
import type { About, ActRow } from './act-log.ts'

const pictures = (count: number) => (count === 1 ? '1 picture' : `${count.toLocaleString('en-US')} pictures`)

const decisions: Readonly<Record<string, (removed: number) => string>> = {
  keep: removed => `Kept one of several copies, removed ${pictures(removed)}`,
  'keep-all': () => 'Kept copies together',
  'not-duplicates': () => 'Said that pictures are no copies of each other',
  burst: () => 'Said that pictures are separate shots',
  file: () => 'Decided to which class a picture belongs',
  remove: () => 'Removed a picture that was found for several classes',
}

/** What was done to splits. */
const splitting: Readonly<Record<string, (about: About) => string>> = {
  'assign-splits': about => `Split ${pictures(about.pictures ?? 0)}`,
  'rebalance-splits': about => `Split anew, which moved ${pictures(about.pictures ?? 0)}`,
  'pin-splits': about => `Pinned pictures and their groups to ${about.split ?? ''}`,
  'unpin-splits': about => `Let go of ${pictures(about.pictures ?? 0)} pinned to a split`,
  'keep-together': about => `Keeps ${pictures(about.pictures ?? 0)} in one split: ${about.label ?? ''}`,
  'let-apart': about => `No longer keeps together: ${about.label ?? ''}`,
}

const marks: Readonly<Record<string, (count: string) => string>> = {
  kept: count => `Kept ${count}`,
  unsure: count => `Marked ${count} as unsure`,
  none: count => `Took back the mark of ${count}`,
}

const fromWords = (from: readonly string[]) =>
  from.length === 1 ? ` from ${from[0]}` : from.length > 1 ? ' from several classes' : ''

/** @param count - of the pictures it changed, or is about while it is under way */
export function titleOf({ kind }: Pick<ActRow, 'kind'>, about: About, count: number): string {
  const { from = [], to = '', label = '', mark = '', removed = 0, act } = about
  switch (kind) {
    case 'mark':
      return marks[mark]?.(pictures(count)) ?? pictures(count)
    case 'move':
      return `Moved ${pictures(count)}${fromWords(from)} to ${to}`
    case 'trash':
      return `Moved ${pictures(count)}${fromWords(from)} to the trash`
    case 'restore':
      return `Put ${pictures(count)} back from the trash`
    case 'empty-trash':
      if (act === 'undo-import') return `Took back an import of ${pictures(about.pictures ?? 0)}: ${label}`
      return `Removed ${pictures(count)} in the trash for good`
    case 'create-class':
      return `Made the class ${label}`
    case 'rename-class':
      return `Renamed ${label} to ${to}`
    case 'merge-class':
      return `Merged ${label} into ${to}, ${pictures(count)}`
    case 'delete-class':
      return `Deleted ${label}, ${pictures(count)} to the trash`
    case 'describe-class':
      return `Changed what is said about ${label}`
    case 'decide':
      return splitting[act]?.(about) ?? decisions[act]?.(removed) ?? 'Decided about copies'
  }
}

const firstStates: ReadonlySet<string> = new Set(['running'])

export function toSummary(row: ActRow): ActSummary {
  const { id, kind, state, who, atMs, total, done, skipped, changed, code } = row
  const about = JSON.parse(row.about) as About
  const title = titleOf(row, about, firstStates.has(state) ? total : changed)
  return { id, kind, state, title, by: who, atMs, total, done, skipped, code }
}

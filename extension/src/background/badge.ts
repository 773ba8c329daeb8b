/** What the extension's button says about a tab. */
import { catalogue } from '@gleaner/shared/errors'
import type { Run, TabProgress } from '../platform/message-table.ts'
import { connectionWords, pressShare, pressWords, unfinished } from '../platform/words.ts'

/** Colours are never the only sign: text and title say the same. */
export interface BadgeLook {
  /** At most four characters. */
  readonly text: string
  /** `busy`: something is under way. `trouble`: it wants the person. `away`: the server is not connected. */
  readonly tone: 'busy' | 'done' | 'trouble' | 'away'
  readonly title: string
}

/** Dark enough for white text. */
export const colors = {
  busy: '#1d5fb8',
  done: '#1f7a4d',
  trouble: '#a9480a',
  away: '#57606a',
} as const satisfies Record<BadgeLook['tone'], string>

const blank: BadgeLook = { text: '', tone: 'busy', title: 'Gleaner' }

/** A number in at most four characters; empty for none. */
export function shortCount(number: number): string {
  if (number === 0) return ''
  return number < 1000 ? String(number) : `${Math.floor(number / 1000)}k`
}

/** What is to be said where nothing is known of a tab. */
export const generalBadge = (waiting: number): BadgeLook =>
  waiting === 0
    ? blank
    : {
        text: shortCount(waiting),
        tone: 'away',
        title: `Gleaner: ${waiting.toLocaleString('en')} waiting to be sent`,
      }

export function tabBadge({ status, press }: TabProgress, run: Run | null): BadgeLook {
  const trouble = connectionWords(status, catalogue)
  if (trouble) {
    return { text: shortCount(status.waiting) || 'off', tone: 'away', title: `Gleaner: ${trouble.say}` }
  }
  if (run?.state === 'paused') {
    return {
      text: '!',
      tone: 'trouble',
      title: 'Gleaner: paused, the page asks whether a person is searching',
    }
  }
  if (press === null || press.isUndone) return blank
  const title = `Gleaner: ${press.class} in ${press.dataset}: ${pressWords(press)}`
  const { candidates, waiting, refused } = press
  if (refused > 0) return { text: '!', tone: 'trouble', title }
  if (waiting >= candidates) return { text: shortCount(waiting), tone: 'busy', title }
  if (unfinished(press) === 0 && run === null) return { text: '✓', tone: 'done', title }
  return { text: `${Math.floor(pressShare(press) * 100)}%`, tone: 'busy', title }
}

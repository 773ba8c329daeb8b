import type { ActSummary } from '@gleaner/shared/acts'
import { formatCount } from '../text/format.ts'
import { reasonOf } from '../text/reasons.ts'

interface Ending {
  readonly say: string
  readonly tone: 'good' | 'warning'
  /** Whether undo would take something back: nothing was done, or it is back already, or it was final. */
  readonly mayBeUndone: boolean
}

/** What is said when an act that went on by itself has come to its end. */
export function endingOf({ kind, state, title, total, done, code }: ActSummary): Ending {
  const isFinal = kind === 'empty-trash'
  const part = `${formatCount(done)} of ${formatCount(total)} pictures`
  switch (state) {
    case 'undone':
      return { say: `Undone: ${title}`, tone: 'good', mayBeUndone: false }
    case 'cancelled':
      return { say: `Stopped after ${part}: ${title}`, tone: 'good', mayBeUndone: done > 0 && !isFinal }
    case 'failed': {
      const why = code === null ? '' : ` ${reasonOf(code).say}`
      return {
        say: `Failed after ${part}: ${title}.${why}`,
        tone: 'warning',
        mayBeUndone: done > 0 && !isFinal,
      }
    }
    default:
      return { say: title, tone: 'good', mayBeUndone: done > 0 && !isFinal }
  }
}

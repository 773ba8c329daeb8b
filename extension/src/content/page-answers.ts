/**
 * The side of the content script of {@link ./page-reader.ts}: asks it for the answers the page's scripts received. The
 * page can see the question and answer it itself, with anything and as often as it likes; what comes is no more to be
 * believed than the page is.
 */
import { call } from '../harvesters/dom.ts'
import type { PageAnswer } from '../harvesters/harvester.ts'
import { answerEvent, askEvent, maxAnswers, maxHeldChars } from './page-events.ts'

export interface PageAnswers {
  /** Answers since it was last called, oldest first: at most 50, and 8 million characters in all. Never throws. */
  readonly take: () => readonly PageAnswer[]
}

/** @param patterns - addresses of the answers that are wanted at the moment */
export function createPageAnswers(document: Document, patterns: () => readonly RegExp[]): PageAnswers {
  return {
    take: () => {
      const answers: PageAnswer[] = []
      let heard = 0
      let heldChars = 0
      const hear = (event: Event) => {
        // What is not looked at costs nothing: reading what an event carries copies it out of the page.
        if (++heard > maxAnswers || heldChars >= maxHeldChars) return
        const detail = (event as CustomEvent<unknown>).detail
        if (typeof detail !== 'string' || heldChars + detail.length > maxHeldChars) return
        heldChars += detail.length
        const answer = toAnswer(detail)
        if (answer && patterns().some(pattern => pattern.test(answer.url.href))) answers.push(answer)
      }
      call(document, 'addEventListener', answerEvent, hear)
      call(document, 'dispatchEvent', new Event(askEvent))
      call(document, 'removeEventListener', answerEvent, hear)
      return answers
    },
  }
}

/** @param detail - address, line break, body */
function toAnswer(detail: string): PageAnswer | undefined {
  const end = detail.indexOf('\n')
  const url = end > 0 ? URL.parse(detail.slice(0, end)) : null
  return url ? { url, body: detail.slice(end + 1) } : undefined
}

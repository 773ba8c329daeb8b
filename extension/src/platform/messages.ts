/** Sends and receives the messages of `message-table.ts`. Errors cross as codes, for classes do not. */
import { AppError, isAppError } from '@gleaner/shared/errors'
import browser from 'webextension-polyfill'
import type { Answer, Messages, TabMessages } from './message-table.ts'

export interface Envelope {
  readonly type: string
  readonly ask: unknown
}

/** Who sent a message, as the browser vouches for it. */
export interface Sender {
  readonly id?: string | undefined
  /** Address of the frame that spoke. */
  readonly url?: string | undefined
  readonly frameId?: number | undefined
  readonly tabId?: number | undefined
}

function opened<T>(answer: Answer<T> | undefined): T {
  if (!answer) throw new AppError('HARVEST_DISCONNECTED')
  if (!answer.isOk) throw new AppError(answer.code, answer.facts)
  return answer.answer
}

/**
 * Asks the background.
 *
 * @throws AppError with the code of the answer; `HARVEST_DISCONNECTED` when nobody answered
 */
export async function ask<N extends keyof Messages>(
  type: N,
  question: Messages[N]['ask'],
): Promise<Messages[N]['answer']> {
  const envelope: Envelope = { type, ask: question }
  let answer: Answer<Messages[N]['answer']> | undefined
  try {
    answer = await browser.runtime.sendMessage(envelope)
  } catch (cause) {
    throw new AppError('HARVEST_DISCONNECTED', {}, { cause })
  }
  return opened(answer)
}

/**
 * Asks the content script of a tab's page.
 *
 * @throws AppError with the code of the answer; `HARVEST_DISCONNECTED` when there is no content script
 */
export async function askTab<N extends keyof TabMessages>(
  tabId: number,
  type: N,
  question: TabMessages[N]['ask'],
): Promise<TabMessages[N]['answer']> {
  const envelope: Envelope = { type, ask: question }
  let answer: Answer<TabMessages[N]['answer']> | undefined
  try {
    answer = await browser.tabs.sendMessage(tabId, envelope, { frameId: 0 })
  } catch (cause) {
    throw new AppError('HARVEST_DISCONNECTED', {}, { cause })
  }
  return opened(answer)
}

/** Tells every results page that something its bar draws was changed. */
export async function refreshTabs(): Promise<void> {
  const tabs = await browser.tabs.query({})
  const ids = tabs.flatMap(({ id }) => id ?? [])
  // Most tabs show no results page and nobody answers there.
  await Promise.allSettled(ids.map(id => askTab(id, 'refresh', {})))
}

/**
 * Answers messages. Must be called while the script is first run, or the browser does not wake it for a message.
 *
 * @param answerTo - `undefined` leaves the message without any answer, as befits a forged one
 */
export function listen(answerTo: (message: unknown, sender: Sender) => Promise<unknown> | undefined): void {
  const hear = (message: unknown, from: browser.Runtime.MessageSender, reply: (answer: unknown) => void) => {
    const { id, url, frameId, tab } = from
    const answering = answerTo(message, { id, url, frameId, tabId: tab?.id })
    if (!answering) return undefined
    answering.then(
      answer => reply({ isOk: true, answer }),
      (error: unknown) => reply(failure(error)),
    )
    return true
  }
  // The types know listeners that always or never answer; the browsers decide by what is returned.
  browser.runtime.onMessage.addListener(hear as browser.Runtime.OnMessageListenerCallback)
}

function failure(error: unknown): Answer<never> {
  if (isAppError(error)) return { isOk: false, code: error.code, facts: error.facts }
  console.error(error)
  return { isOk: false, code: 'HARVEST_INTERNAL', facts: {} }
}

/**
 * Sends and receives the messages of `message-table.ts`. Errors cross as codes, for classes do not. Part of the script on
 * every page, so it does without the polyfill: both browsers know this much of `chrome`, with promises. The name
 * `browser` is no use there, where only one of them brings it an element of the page could bear it.
 */
import type Browser from 'webextension-polyfill'
import type { Messages } from './message-table.ts'
import { isRefusal, Refusal } from './refusal.ts'
import type { Answer } from './table.ts'

/** @throws TypeError outside a browser */
const runtime = () => (globalThis as unknown as { readonly chrome: typeof Browser }).chrome.runtime

/** Identity the browser gave to this installation. */
export const extensionId = (): string => runtime().id

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

/** What an answer holds; what went wrong at the other end goes wrong here. */
export function opened<T>(answer: Answer<T> | undefined): T {
  if (!answer) throw new Refusal('HARVEST_DISCONNECTED')
  if (!answer.isOk) throw new Refusal(answer.code, answer.facts)
  return answer.answer
}

/**
 * Asks the background.
 *
 * @throws Refusal with the code of the answer; `HARVEST_DISCONNECTED` when nobody answered
 */
export async function ask<N extends keyof Messages>(
  type: N,
  question: Messages[N]['ask'],
): Promise<Messages[N]['answer']> {
  const envelope: Envelope = { type, ask: question }
  let answer: Answer<Messages[N]['answer']> | undefined
  try {
    answer = await runtime().sendMessage(envelope)
  } catch (cause) {
    throw new Refusal('HARVEST_DISCONNECTED', {}, { cause })
  }
  return opened(answer)
}

/**
 * Answers messages. Must be called while the script is first run, or the browser does not wake it for a message.
 *
 * @param answerTo - `undefined` leaves the message without any answer, as befits a forged one
 */
export function listen(answerTo: (message: unknown, sender: Sender) => Promise<unknown> | undefined): void {
  const hear = (message: unknown, from: Browser.Runtime.MessageSender, reply: (answer: unknown) => void) => {
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
  runtime().onMessage.addListener(hear as Browser.Runtime.OnMessageListenerCallback)
}

function failure(error: unknown): Answer<never> {
  if (isRefusal(error)) return { isOk: false, code: error.code, facts: error.facts }
  console.error(error)
  return { isOk: false, code: 'HARVEST_INTERNAL', facts: {} }
}

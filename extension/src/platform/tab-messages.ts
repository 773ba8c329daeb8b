/** Questions to the content scripts of tabs. */
import { AppError } from '@gleaner/shared/errors'
import browser from 'webextension-polyfill'
import { type Envelope, opened } from './messages.ts'
import type { TabMessages } from './tab-table.ts'
import type { Answer } from './table.ts'

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

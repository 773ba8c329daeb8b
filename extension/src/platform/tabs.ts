import browser from 'webextension-polyfill'

/** @returns the id of the tab in front of the person, `undefined` when there is none */
export async function activeTabId(): Promise<number | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return tab?.id
}

/** Must be called while the background script is first run. */
export function onTabClosed(closed: (tabId: number) => void): void {
  browser.tabs.onRemoved.addListener(closed)
}

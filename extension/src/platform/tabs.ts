import browser from 'webextension-polyfill'

export interface Tab {
  readonly id: number
  /** `undefined` where the site has not been opened to this extension, if only by a click on its button. */
  readonly address: string | undefined
}

/** @returns the tab in front of the person, `undefined` when there is none */
export async function activeTab(): Promise<Tab | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return tab?.id === undefined ? undefined : { id: tab.id, address: tab.url }
}

/** Address of the page a tab shows; `undefined` where the site has not been opened to this extension. */
export async function addressOf(tabId: number): Promise<string | undefined> {
  return (await browser.tabs.get(tabId)).url
}

/** Tabs that show pages of these sites, as match patterns; the sites must be open to this extension. */
export async function tabsAt(origins: readonly string[]): Promise<readonly number[]> {
  if (origins.length === 0) return []
  const tabs = await browser.tabs.query({ url: [...origins] })
  return tabs.flatMap(({ id }) => id ?? [])
}

/** Loads the page of a tab anew, as the person does by the browser's own button. */
export const reloadTab = (tabId: number): Promise<void> => browser.tabs.reload(tabId)

/** Must be called while the background script is first run. */
export function onTabClosed(closed: (tabId: number) => void): void {
  browser.tabs.onRemoved.addListener(closed)
}

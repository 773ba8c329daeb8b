/** The extension itself: its life, its identity, its button, its permissions. */
import browser from 'webextension-polyfill'

/** Identity the browser gave to this installation. */
export const extensionId = () => browser.runtime.id

/** Address prefix of the extension's own pages. */
export const ownPages = () => browser.runtime.getURL('')

/** Match patterns of the pages the content script runs on. */
export const contentPatterns = (): readonly string[] =>
  (browser.runtime.getManifest().content_scripts ?? []).flatMap(({ matches }) => matches ?? [])

/** Must be called while the background script is first run. */
export function onWake(wake: () => void): void {
  browser.runtime.onStartup.addListener(wake)
  browser.runtime.onInstalled.addListener(wake)
}

/** Must be called while the background script is first run. */
export function onCommand(command: string, run: (tabId: number) => void): void {
  browser.commands.onCommand.addListener((name, tab) => {
    if (name === command && tab?.id !== undefined) run(tab.id)
  })
}

/** A short text on the extension's button; empty for none. */
export async function showBadge(text: string, tabId?: number): Promise<void> {
  const where = tabId === undefined ? {} : { tabId }
  await browser.action.setBadgeBackgroundColor({ color: '#b45309', ...where })
  await browser.action.setBadgeText({ text, ...where })
}

const serverOrigins = { origins: ['http://127.0.0.1/*'] }

/** Firefox lets people revoke host permissions at any time, Chrome lets them withhold them. */
export const mayReachServer = (): Promise<boolean> => browser.permissions.contains(serverOrigins)

/** Must be called from a click. */
export const askToReachServer = (): Promise<boolean> => browser.permissions.request(serverOrigins)

export const openOptions = (): Promise<void> => browser.runtime.openOptionsPage()

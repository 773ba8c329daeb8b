/** The extension itself: its life, its identity, its button, its permissions. */
import browser from 'webextension-polyfill'

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

/** Keys of the browser that do something here, as the person set them. */
export interface Shortcut {
  readonly name: string
  readonly description: string
  /** In the browser's own words; empty when there is none. */
  readonly keys: string
}

export async function shortcuts(): Promise<readonly Shortcut[]> {
  const commands = await browser.commands.getAll()
  return commands.flatMap(({ name, description, shortcut }) =>
    name === undefined || !description ? [] : { name, description, keys: shortcut ?? '' },
  )
}

/** Opens the place in the browser where shortcuts are changed. */
export async function openShortcuts(): Promise<void> {
  const { commands } = browser as { commands: { openShortcutSettings?: () => Promise<void> } }
  if (commands.openShortcutSettings) await commands.openShortcutSettings()
  else await browser.tabs.create({ url: 'chrome://extensions/shortcuts' })
}

export interface ButtonLook {
  /** At most four characters; empty for none. */
  readonly text: string
  /** `#rrggbb`, dark enough for white text. */
  readonly color: string
  readonly title: string
}

/** Makes the extension's button look so, for one tab or where nothing else was said of a tab. */
export async function showOnButton({ text, color, title }: ButtonLook, tabId?: number): Promise<void> {
  const where = tabId === undefined ? {} : { tabId }
  await Promise.all([
    browser.action.setBadgeBackgroundColor({ color, ...where }),
    browser.action.setBadgeTextColor({ color: '#ffffff', ...where }),
    browser.action.setBadgeText({ text, ...where }),
    browser.action.setTitle({ title, ...where }),
  ])
}

/**
 * Opens the extension's small window over a tab. Where the browser does not let it be opened (Firefox wants a click
 * that has just been made), it is opened as a page of its own.
 *
 * @param address - the page the tab shows
 */
export async function openPopup(tabId: number, address: string): Promise<void> {
  try {
    await browser.action.openPopup()
  } catch {
    const query = new URLSearchParams({ tab: String(tabId), address })
    await browser.tabs.create({ url: `${ownPages()}popup.html?${query}` })
  }
}

/** @param section - where to begin reading */
export async function openOptions(section?: string): Promise<void> {
  if (section === undefined) await browser.runtime.openOptionsPage()
  else await browser.tabs.create({ url: `${ownPages()}options.html#${section}` })
}

export const extensionVersion = () => browser.runtime.getManifest().version

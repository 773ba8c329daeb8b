/** The context menu of pictures. */
import browser from 'webextension-polyfill'

/** A line below {@link showMenu}'s heading. */
export interface MenuItem {
  /** Says all there is to know: the worker that made the menu may be long gone. */
  readonly id: string
  readonly title: string
  /** Whether a line is drawn above it. */
  readonly isApart: boolean
}

/** A click on a line of the menu. */
export interface MenuClick {
  readonly id: string
  readonly tabId: number
  /** As the page names it: any scheme, also `data:`. */
  readonly imageUrl: string
  readonly pageUrl: string
}

/** Replaces the menu. Calls must not overlap. */
export async function showMenu(title: string, items: readonly MenuItem[]): Promise<void> {
  await browser.contextMenus.removeAll()
  const common = { contexts: ['image' as const], documentUrlPatterns: ['http://*/*', 'https://*/*'] }
  await create({ id: 'heading', title, ...common })
  for (const { id, title: line, isApart } of items) {
    const below = { parentId: 'heading', ...common }
    if (isApart) await create({ id: `above ${id}`, type: 'separator', ...below })
    await create({ id, title: verbatim(line), ...below })
  }
}

/** A single `&` would mark a key, and `%s` stand for selected text. */
const verbatim = (text: string) => text.replaceAll('&', '&&').replaceAll('%s', '%\u2060s')

const create = (item: browser.Menus.CreateCreatePropertiesType) =>
  new Promise<void>((resolve, reject) => {
    browser.contextMenus.create(item, () => {
      const { lastError } = browser.runtime
      if (lastError) reject(new Error(lastError.message))
      else resolve()
    })
  })

/** Must be called while the background script is first run. */
export function onMenuClick(clicked: (click: MenuClick) => void): void {
  browser.contextMenus.onClicked.addListener(({ menuItemId, srcUrl, pageUrl }, tab) => {
    if (srcUrl === undefined || tab?.id === undefined) return
    clicked({ id: String(menuItemId), tabId: tab.id, imageUrl: srcUrl, pageUrl: pageUrl ?? '' })
  })
}

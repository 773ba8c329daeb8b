import type { ExtensionBrowser } from './browser.ts'
import type { TestServer } from './stack.ts'

/** Connects the extension to the server as a person does: the code from the dashboard, typed into the options page. */
export async function pairExtension(browser: ExtensionBrowser, server: TestServer): Promise<void> {
  const options = await browser.openOwn('options.html')
  await options.getByRole('textbox', { name: 'Port' }).fill(String(server.port))
  await options.getByRole('button', { name: 'Save' }).click()
  const { code } = await server.ask<{ code: string }>('POST', '/api/pairing', {})
  await options.getByRole('textbox', { name: 'Pairing code' }).fill(code)
  await options.getByRole('button', { name: 'Connect', exact: true }).click()
  await options.getByText('This browser is paired').waitFor()
  await options.close()
}

/** The browser's number for the tab in front, as the popup is given it. */
export async function activeTabId({ context }: ExtensionBrowser): Promise<number> {
  const [worker] = context.serviceWorkers()
  const id = await worker?.evaluate(async () => {
    const { chrome } = globalThis as unknown as {
      chrome: { tabs: { query(about: object): Promise<{ id?: number }[]> } }
    }
    const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true })
    return tab?.id
  })
  if (id === undefined) throw new Error('No active tab.')
  return id
}

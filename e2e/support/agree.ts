import type { ExtensionBrowser } from './browser.ts'

/**
 * Says to the browser what a person says when it asks whether the extension may read a site. No test can press that
 * question's button; told so beforehand, as on the page where the browser lists extensions, it does not come up, and a
 * click in the extension is all it still takes.
 *
 * @param origin - match pattern, such as `https://shop.example/*`
 */
export async function agreeTo({ context, extensionId }: ExtensionBrowser, origin: string): Promise<void> {
  const page = await context.newPage()
  await page.goto('chrome://extensions/')
  await page.evaluate(
    ([id, pattern]) => {
      const { chrome } = globalThis as unknown as {
        chrome: { developerPrivate: { addHostPermission(id: string, pattern: string): Promise<void> } }
      }
      return chrome.developerPrivate.addHostPermission(id, pattern)
    },
    [extensionId, origin] as const,
  )
  await page.close()
}

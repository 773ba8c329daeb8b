import type { Page } from 'playwright'

/** What has the keyboard, as its label or text says; also in an open shadow root. */
const focusedName = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement
    if (!(active instanceof HTMLElement) || active === document.body) return ''
    const { labels } = active as HTMLInputElement
    return active.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? active.textContent ?? ''
  })

/**
 * Goes on by Tab until something of that name has the keyboard.
 *
 * @throws Error when it is not met within 200 steps
 */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = []
  do {
    await page.keyboard.press('Tab')
    passed.push(await focusedName(page))
    if (passed.length > 200) throw new Error(`Nothing named ${name} among ${passed.join(', ')}`)
  } while (!name.test(passed.at(-1) ?? ''))
}

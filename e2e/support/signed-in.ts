import type { Browser, BrowserContext } from 'playwright'
import { patienceMs } from './patience.ts'
import type { TestServer } from './stack.ts'

/** @returns a window of usual size whose pages the dashboard lets in */
export async function signedIn(browser: Browser, server: Pick<TestServer, 'link'>): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await page.goto(await server.link())
  await page.getByRole('heading').first().waitFor()
  await page.close()
  return context
}

import type { ExtensionBrowser } from './browser.ts'
import type { TestServer } from './stack.ts'

/** Connects the extension to the server as a person does: the code from the dashboard, typed into the options page. */
export async function pairExtension(browser: ExtensionBrowser, server: TestServer): Promise<void> {
  const options = await browser.openOwn('src/options/index.html')
  const address = options.getByRole('textbox', { name: /port|address/i })
  await address.fill(String(server.port))
  await options.getByRole('button', { name: /save/i }).click()
  const { code } = await server.ask<{ code: string }>('POST', '/api/pairing', {})
  await options.getByRole('textbox', { name: /code/i }).fill(code)
  await options.getByRole('button', { name: /^connect/i }).click()
  await options
    .getByText(/^connected/i)
    .first()
    .waitFor()
  await options.close()
}

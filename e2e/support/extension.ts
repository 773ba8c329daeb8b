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

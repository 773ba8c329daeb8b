import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { type Answers, type ExtensionBrowser, startBrowser } from './browser.ts'
import { driveBar } from './closed-shadow.ts'
import { extensionWith, pairExtension } from './extension.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './stack.ts'

/** A browser with the paired extension and a server of its own: what every end-to-end test starts from. */
export interface World {
  readonly browser: ExtensionBrowser
  readonly home: string
  /** The server running now; {@link restartServer} puts another in its place. */
  readonly server: () => TestServer
  /** Starts a server again at the same folder and port. */
  restartServer(): Promise<TestServer>
  close(): Promise<void>
}

export interface WorldOptions extends TestServerOptions {
  /** Match patterns of sites the person has allowed beside those of the installation. */
  readonly granted?: readonly string[]
}

export async function createWorld(
  answers: Answers,
  { granted, ...options }: WorldOptions = {},
): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  let server = await startTestServer(home, options)
  const { port } = server
  const extension = granted && (await extensionWith({ granted }))
  const browser = await startBrowser(extension ? { answers, extensionFolder: extension.folder } : { answers })
  await pairExtension(browser, server)
  return {
    browser,
    home,
    server: () => server,
    async restartServer() {
      server = await startTestServer(home, { ...options, port })
      return server
    },
    async close() {
      await browser.close()
      await server.stop()
      await extension?.remove()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Presses Allow in the bar once and picks a class. */
export async function chooseByBar(page: Page, label: string) {
  const bar = await driveBar(page)
  await bar.waitFor('region', /gleaner/i)
  if (await bar.find('button', /^allow/i)) await bar.click('button', /^allow/i)
  await bar.fill('combobox', /class/i, label)
  await page.keyboard.press('Escape')
  return bar
}

/** Presses Allow in the bar once, picks a class and presses Collect. */
export async function collectByBar(page: Page, label: string) {
  const bar = await chooseByBar(page, label)
  await bar.click('button', /^collect \d/i)
  return bar
}

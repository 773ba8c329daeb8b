import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExtensionBrowser } from './browser.ts'
import type { TestServer } from './stack.ts'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))

/** A copy of the built extension, in a folder of its own. */
export interface ExtensionCopy {
  readonly folder: string
  remove(): Promise<void>
}

/**
 * Copies the built extension and grants it origins from the start, as if the person had been asked and had agreed: no
 * test can press the browser's own question.
 *
 * @param granted - match patterns, such as `https://*.example.org/*`
 * @param withheld - permissions the copy goes without
 * @param isOpen - whether what it draws on pages is in open shadow roots, for programs that look into a page from inside
 */
export async function extensionWith({
  granted,
  withheld = [],
  isOpen = false,
  browser = 'chrome',
}: {
  readonly granted: readonly string[]
  readonly withheld?: readonly string[]
  readonly isOpen?: boolean
  readonly browser?: 'chrome' | 'firefox'
}): Promise<ExtensionCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'gleaner-extension-'))
  await cp(join(dist, `extension-${browser}`), folder, { recursive: true })
  const path = join(folder, 'manifest.json')
  const manifest: { host_permissions: string[]; permissions: string[] } = JSON.parse(
    await readFile(path, 'utf8'),
  )
  manifest.host_permissions.push(...granted)
  manifest.permissions = manifest.permissions.filter(permission => !withheld.includes(permission))
  await writeFile(path, JSON.stringify(manifest))
  if (isOpen) await openShadowRoots(join(folder, 'src', 'content', 'index.js'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

async function openShadowRoots(path: string): Promise<void> {
  const script = await readFile(path, 'utf8')
  const opened = script.replaceAll(/attachShadow\(\{\s*mode:\s*([`'"])closed\1/g, 'attachShadow({mode:"open"')
  if (opened === script) throw new Error('No closed shadow root was found in the content script.')
  await writeFile(path, opened)
}

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

/** Sites beside the engines of the installation: asked for by a click, read only as long as they are allowed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agreeTo } from '../support/agree.ts'
import { type Answers, type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { activeTabId, type ExtensionCopy, extensionWith, pairExtension } from '../support/extension.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'
import { type ChromeApi, inWorker } from '../support/worker.ts'

const garden = 'https://garden.example/roses'
const duck = 'https://duckduckgo.com/?q=red+panda&iax=images&ia=images'
const pictures = Array.from(
  { length: 6 },
  (_, index) => `<img src="https://garden.example/rose-${index}.svg" width="320" height="240" alt="A rose">`,
)
const gardenPage = `<!doctype html><title>Roses</title><h1>Roses</h1>${pictures.join('')}`
const duckTile = (index: number) => `<div class="tile tile--img" data-id="https://zoo.example/${index}.jpg">
  <img class="tile--img__img" src="https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Ftse1.thumbs.example%2F${index}">
  <a class="tile--img__sub" href="https://zoo.example/${index}"><span class="tile--img__title">Panda</span></a></div>`
const duckPage = `<!doctype html><title>red panda</title><div class="zci--images">${[1, 2, 3].map(duckTile).join('')}</div>`
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"/>'

const answers: Answers = ({ hostname, pathname }) => {
  if (pathname.endsWith('.svg') || hostname === 'external-content.duckduckgo.com')
    return { body: svg, contentType: 'image/svg+xml' }
  if (hostname === 'garden.example' || hostname === 'meadow.example') return { body: gardenPage }
  return hostname === 'duckduckgo.com' ? { body: duckPage } : undefined
}

let home: string
let profileFolder: string
let extension: ExtensionCopy
let server: TestServer
let browser: ExtensionBrowser

const launch = () => startBrowser({ answers, profileFolder, extensionFolder: extension.folder })

/**
 * Ends the browser and starts one whose extension brings no grants any more. The browser keeps them all the same, now for
 * the person to take back.
 */
async function restartWithoutBroughtGrants(): Promise<void> {
  await browser.close()
  const path = join(extension.folder, 'manifest.json')
  const manifest = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...manifest, host_permissions: ['http://127.0.0.1/*'] }))
  browser = await launch()
}

const registered = () =>
  inWorker(
    browser,
    async () => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi }
      const scripts = await chrome.scripting.getRegisteredContentScripts()
      return scripts.map(({ matches, world }) => `${world} ${matches?.join(' ')}`).sort()
    },
    undefined,
  )

/** Waits for a state the worker reaches by itself. */
async function expectRegistered(expected: readonly string[]): Promise<void> {
  await expect.poll(registered).toEqual(expected)
}

const isRead = (page: Page) =>
  driveBar(page).then(bar => bar.find('region', /gleaner/i).then(found => found !== undefined))

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  profileFolder = await mkdtemp(join(tmpdir(), 'gleaner-profile-'))
  extension = await extensionWith({ granted: ['https://duckduckgo.com/*', 'https://garden.example/*'] })
  server = await startTestServer(home)
  browser = await launch()
  await pairExtension(browser, server)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await extension?.remove()
  for (const folder of [home, profileFolder])
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe('sites that were allowed', () => {
  const scripts = [
    'ISOLATED https://duckduckgo.com/*',
    'ISOLATED https://garden.example/*',
    'MAIN https://duckduckgo.com/*',
  ]

  test('get their content scripts, and the reader of answers where there are any', () =>
    expectRegistered(scripts))

  test('are registered once, whatever becomes of the worker', async () => {
    await browser.stopWorker()
    const options = await browser.openOwn('options.html')
    await options.getByRole('button', { name: 'Revoke DuckDuckGo Images' }).waitFor()
    await options.getByRole('button', { name: 'Revoke garden.example' }).waitFor()
    await options.close()
    await expectRegistered(scripts)
  })

  test('an engine is read as one', async () => {
    const page = await browser.open(duck)
    const bar = await driveBar(page)
    await bar.click('button', /^allow/i)
    await bar.waitFor('button', /^collect 3$/i)
    await page.close()
  })

  test('any other page by what is on it', async () => {
    const page = await browser.open(garden)
    await page.bringToFront()
    const popup = await browser.openOwn(`popup.html?tab=${await activeTabId(browser)}`)
    await popup.getByText('6 originals').waitFor()
    await popup.close()
    await page.close()
  })
})

test('every shortcut gets the key that is suggested for it', async () => {
  const options = await browser.openOwn('options.html#shortcuts')
  await options.getByText('Take the last collect back').waitFor()
  expect((await options.locator('kbd').allTextContents()).sort()).toEqual([
    'Alt+Shift+G',
    'Alt+Shift+S',
    'Alt+Shift+U',
  ])
  await options.close()
})

describe('a site that was not', () => {
  const asked = 'JSON.stringify(globalThis.asked ?? null)'

  /** The popup over a page, with the browser's question put into our own hands: no test can press the real one. */
  async function popupOver(address: string): Promise<{ page: Page; popup: Page }> {
    const page = await browser.open(address)
    await page.bringToFront()
    const tab = await activeTabId(browser)
    const popup = await browser.context.newPage()
    await popup.addInitScript(`
      for (const api of [globalThis.chrome, globalThis.browser]) if (api?.permissions)
        api.permissions.request = async what => { globalThis.asked = what; return true }`)
    const query = new URLSearchParams({ tab: String(tab), address })
    await popup.goto(`chrome-extension://${browser.extensionId}/popup.html?${query}`)
    return { page, popup }
  }

  test('is not read', async () => {
    const page = await browser.open('https://meadow.example/')
    expect(await isRead(page)).toBe(false)
    await page.close()
  })

  test.each([
    ['meadow.example', 'https://meadow.example/', 'This page: meadow.example', ['https://meadow.example/*']],
    ['Openverse', 'https://openverse.org/search/image?q=owl', 'Openverse', ['https://openverse.org/*']],
  ])(
    'is named and asked for by a click, no wider than needed: %s',
    async (label, address, heading, origins) => {
      const { page, popup } = await popupOver(address.replace('openverse.org', 'meadow.example'))
      await popup.goto(popup.url().replace(/address=[^&]*/, `address=${encodeURIComponent(address)}`))
      await popup.getByRole('heading', { name: heading }).waitFor()
      expect(await popup.evaluate(asked)).toBe('null')
      await popup.getByRole('button', { name: `Allow on ${label}` }).click()
      await expect.poll(() => popup.evaluate(asked)).toBe(JSON.stringify({ origins }))
      // The answer above was ours, not the browser's: whoever says so without the grant brings nothing about.
      await popup.getByRole('heading', { name: heading }).waitFor()
      expect(await isRead(page)).toBe(false)
      await popup.close()
      await page.close()
    },
  )

  test('stays closed while the browser’s own question is open', async () => {
    const page = await browser.open('https://meadow.example/')
    await page.bringToFront()
    const query = new URLSearchParams({
      tab: String(await activeTabId(browser)),
      address: 'https://meadow.example/',
    })
    const popup = await browser.openOwn(`popup.html?${query}`)
    await popup.getByRole('button', { name: 'Allow on meadow.example' }).click()
    const isGranted = await popup.evaluate(() => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi }
      return chrome.permissions.contains({ origins: ['https://meadow.example/*'] })
    })
    expect(isGranted).toBe(false)
    expect(await isRead(page)).toBe(false)
    await popup.close()
    await page.close()
  })
})

describe('a site that is taken back in the options', () => {
  const duckOnly = ['ISOLATED https://duckduckgo.com/*', 'MAIN https://duckduckgo.com/*']
  let page: Page

  test('is read no more: not from the next load on, and before that it is told so', async () => {
    await restartWithoutBroughtGrants()
    page = await browser.open(garden)
    const bar = await driveBar(page)
    await page.bringToFront()
    const popup = await browser.openOwn(`popup.html?tab=${await activeTabId(browser)}`)
    await popup.getByText('6 originals').waitFor()
    await popup.close()

    const options = await browser.openOwn('options.html#sites')
    await options.getByRole('button', { name: 'Revoke garden.example' }).click()
    await options.getByRole('button', { name: 'Revoke garden.example' }).waitFor({ state: 'detached' })
    await options.close()
    await expectRegistered(duckOnly)
    await page.bringToFront()
    await expect.poll(() => bar.find('region', /gleaner/i)).toBeUndefined()
    await page.reload()
    expect(await isRead(page)).toBe(false)
  })

  test('is read again, at once and without a reload, when it is allowed in the popup', async () => {
    await agreeTo(browser, 'https://garden.example/*')
    await page.bringToFront()
    const query = new URLSearchParams({ tab: String(await activeTabId(browser)), address: garden })
    const popup = await browser.openOwn(`popup.html?${query}`)
    await popup.getByRole('button', { name: 'Allow on garden.example' }).click()
    await popup.getByText('6 originals').waitFor()
    await popup.close()
    await expectRegistered([
      'ISOLATED https://duckduckgo.com/*',
      'ISOLATED https://garden.example/*',
      duckOnly[1] ?? '',
    ])
    await page.reload()
    await page.bringToFront()
    const again = await browser.openOwn(`popup.html?tab=${await activeTabId(browser)}`)
    await again.getByText('6 originals').waitFor()
    await again.close()
    await page.close()
  })

  test('as an engine', async () => {
    const options = await browser.openOwn('options.html')
    await options.getByRole('button', { name: 'Revoke DuckDuckGo Images' }).click()
    await options.getByRole('button', { name: 'Allow DuckDuckGo Images' }).waitFor()
    await expectRegistered(['ISOLATED https://garden.example/*'])
    await options.close()
  })

  test('an engine that sends results in answers is loaded again when the person says so, and not before', async () => {
    const page = await browser.open(duck)
    await page.evaluate(() => Object.assign(globalThis, { isAsBefore: true }))
    const isAsBefore = () => page.evaluate(() => 'isAsBefore' in globalThis)
    await agreeTo(browser, 'https://duckduckgo.com/*')
    await page.bringToFront()
    const query = new URLSearchParams({ tab: String(await activeTabId(browser)), address: duck })
    const popup = await browser.openOwn(`popup.html?${query}`)
    await popup.getByRole('button', { name: 'Allow on DuckDuckGo Images' }).click()
    await popup.getByText('3 originals').waitFor()
    const reload = popup.getByRole('button', { name: 'Reload the page' })
    await reload.waitFor()
    expect(await isAsBefore()).toBe(true)
    await reload.click()
    await reload.waitFor({ state: 'detached' })
    await expect.poll(isAsBefore).toBe(false)
    await popup.getByText('3 originals').waitFor()
    await popup.close()
    await page.close()
  })
})

test('nothing but this machine was talked to', () => {
  expect(browser.strays).toEqual([])
})

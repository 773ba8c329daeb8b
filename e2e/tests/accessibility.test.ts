/** axe finds nothing to object to: every page of dashboard, popup and options, light and dark, wide and narrow. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt } from '@gleaner/shared/collect'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { waitUntilDone } from '../support/dataset.ts'
import { activeTabId, pairExtension } from '../support/extension.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'
import { inWorker } from '../support/worker.ts'

const tiles = 20

let home: string
let web: Awaited<ReturnType<typeof startMeteredWeb>>
let server: TestServer
let browser: ExtensionBrowser

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startMeteredWeb()
  server = await startTestServer(home)
  browser = await startBrowser({ answers: web.answers(tiles) })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

async function faultsAt(address: string, ready: string | RegExp): Promise<string[]> {
  const page = await browser.open(address)
  await page.getByText(ready).filter({ visible: true }).first().waitFor()
  await page.locator('h1').first().waitFor()
  const faults = await accessibilityFaults(page)
  await page.close()
  return faults
}

const own = (path: string) => `chrome-extension://${browser.extensionId}/${path}`

describe('before the first picture', () => {
  test('a dashboard without a session', async () => {
    expect(await faultsAt(server.origin, /npm start|link/)).toEqual([])
  })

  test('the first run', async () => {
    expect(await faultsAt(await server.link(), 'Load the extension into your browser')).toEqual([])
  })

  test('options of an extension that knows no server', async () => {
    expect(await faultsAt(own('options.html'), 'Outbox')).toEqual([])
  })

  test('popup of an extension that knows no server', async () => {
    expect(await faultsAt(own('popup.html'), 'Gleaner')).toEqual([])
  })
})

describe('with pictures of every kind of outcome', () => {
  let dataset: DatasetSummary

  beforeAll(async () => {
    await pairExtension(browser, server)
    const urls = web.results('lanterns', tiles).map(({ imageUrl }) => imageUrl)
    const all = [
      ...urls,
      ...urls.slice(0, 4).map(url => `${url}?again`),
      ...urls.map(url => `${url}/../gone`),
    ]
    const batch = {
      batchId: randomBytes(16).toString('hex'),
      dataset: 'Festival',
      class: 'Lanterns',
      origin: { engine: 'import' },
      candidates: all.map(url => ({ sources: [{ kind: 'original', url }], title: 'Lanterns' })),
    }
    const { accepted } = await server.ask<Receipt>('POST', '/api/import', batch)
    dataset = await waitUntilDone(server, accepted)
  })

  test.each([
    ['overview', '/', 'Lanterns'],
    ['connections', '/connections', /Chrome on/],
    ['gallery', '/gallery', 'Lanterns'],
    ['activity', '/activity', 'Lanterns'],
    ['hosts', '/activity/hosts', 'No host has anything to do'],
    ['settings', '/settings', 'Festival'],
  ])('dashboard: %s', async (_, path, ready) => {
    const isOfDataset = !['/', '/connections'].includes(path)
    const address = isOfDataset ? `/datasets/${dataset.id}${path}` : path
    expect(await faultsAt(server.origin + address, ready)).toEqual([])
  })

  test('dashboard: a picture and where it comes from', async () => {
    const page = await browser.open(`${server.origin}/datasets/${dataset.id}/gallery`)
    await page.locator('img[src*="/thumbnail"]').first().click()
    await page.getByText('photos').filter({ visible: true }).first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.close()
  })

  test('options', async () => {
    expect(await faultsAt(own('options.html'), 'This browser is paired')).toEqual([])
  })

  test('popup over a results page', async () => {
    const page = await browser.open(resultsUrl('lanterns'))
    const bar = await driveBar(page)
    await bar.click('button', /^allow/i)
    await bar.waitFor('button', /^collect 20$/i)
    await page.bringToFront()
    const tabId = await activeTabId(browser)
    expect(await faultsAt(own(`popup.html?tab=${tabId}`), /^Collect/)).toEqual([])

    const popup = await browser.openOwn(`popup.html?tab=${tabId}`)
    await popup.getByRole('button', { name: 'Something is read badly' }).click()
    await popup.getByText('"engine": "bing"').waitFor()
    expect(await accessibilityFaults(popup)).toEqual([])
    const saving = popup.waitForEvent('download')
    await popup.getByRole('button', { name: 'Save' }).click()
    const file = await (await saving).createReadStream()
    const report = JSON.parse(Buffer.concat(await file.toArray()).toString())
    expect(report).toMatchObject({ engine: 'bing', tiles })
    expect(JSON.stringify(report)).not.toMatch(/lanterns|photos\d|thumbs/i)
    await popup.close()
    await page.close()
  })

  /** Puts something into the memory of the browser's session, as the worker does. */
  const remember = (items: Readonly<Record<string, unknown>>) =>
    inWorker(
      browser,
      async what => {
        const { chrome } = globalThis as unknown as {
          chrome: { storage: { session: { set(items: object): Promise<void> } } }
        }
        await chrome.storage.session.set(what)
      },
      items,
    )
  const openPages = ['shop', 'museum'].map(name => ({
    ...{ host: `${name}.example`, origins: [`https://${name}.example/*`], pictures: 3 },
  }))

  test('popup and options where hosts refuse the server', async () => {
    await remember({ refusing: openPages })
    expect(await faultsAt(own('options.html#sites'), 'shop.example')).toEqual([])
    const page = await browser.open(resultsUrl('lanterns'))
    await page.bringToFront()
    const tabId = await activeTabId(browser)
    expect(await faultsAt(own(`popup.html?tab=${tabId}`), 'museum.example')).toEqual([])
    await remember({ refusing: [] })
    await page.close()
  })

  test.each([
    ['an engine to be allowed', 'https://www.pexels.com/search/owl/', 'Allow on Pexels'],
    ['any other site', 'https://garden.example/roses', 'Allow on garden.example'],
    ['a page of the browser', 'chrome://settings/', 'Wikimedia Commons'],
  ])('popup over %s', async (_, address, ready) => {
    const page = await browser.open('about:blank')
    const query = new URLSearchParams({ tab: String(await activeTabId(browser)), address })
    expect(await faultsAt(own(`popup.html?${query}`), ready)).toEqual([])
    await page.close()
  })

  test('popup that asks for the class of one picture, and works by keyboard alone', async () => {
    const page = await browser.open('about:blank')
    const tabId = await activeTabId(browser)
    const picture = {
      origin: { engine: 'page' },
      candidate: { sources: [{ kind: 'original', url: `https://garden.example/${'rose-'.repeat(40)}.jpg` }] },
    }
    const nothing = { chosen: null, dataset: null, press: null, run: null }
    await remember({ [`tab:${tabId}`]: { ...nothing, picture } })
    const address = own(`popup.html?tab=${tabId}`)
    expect(await faultsAt(address, 'One picture')).toEqual([])
    const popup = await browser.open(address)
    await popup.getByRole('button', { name: 'Cancel' }).focus()
    await popup.keyboard.press('Enter')
    await popup.getByText('One picture').waitFor({ state: 'detached' })
    await popup.close()
    await page.close()
  })
})

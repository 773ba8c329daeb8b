/** The same loop in the real Firefox: pairing, bar, popup, and an outbox that loses and doubles nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify, waitUntilDone } from '../support/dataset.ts'
import { type FirefoxBrowser, firefoxPath, pairFirefox, startFirefox } from '../support/firefox.ts'
import type { FirefoxTab } from '../support/firefox-tab.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { startRelay } from '../support/relay.ts'
import { duckAnswer, duckPage, googlePage } from '../support/results-page.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const tiles = 8

let home: string
let profileFolder: string
let web: Awaited<ReturnType<typeof startMeteredWeb>>
let relay: Awaited<ReturnType<typeof startRelay>>
let server: TestServer
let browser: FirefoxBrowser
/** Candidates that should be in the dataset by now. */
let collected = 0

const googleUrl = (query: string) => `https://www.google.com/search?udm=2&q=${encodeURIComponent(query)}`
const duckUrl = 'https://duckduckgo.com/?q=duck&iax=images&ia=images'
const answers = (url: URL) => {
  const query = url.searchParams.get('q')
  if (url.hostname === 'www.google.com' && query)
    return { body: googlePage(query, web.results(query, tiles)) }
  if (url.hostname === 'duckduckgo.com' && query) {
    const results = web.results(query, tiles)
    return { body: url.pathname === '/i.js' ? duckAnswer(results) : duckPage(query, results) }
  }
  if (url.hostname === 'external-content.duckduckgo.com')
    return { body: '<svg xmlns="http://www.w3.org/2000/svg"/>', contentType: 'image/svg+xml' }
  return web.answers(tiles)(url)
}
const launch = () => startFirefox({ answers, profileFolder })

/** Presses Allow in the bar once, picks a class and presses Collect. */
async function collect({ bar, press }: FirefoxTab, label: string): Promise<void> {
  await bar.waitFor('combobox', /class/i).catch(() => undefined)
  await bar.fill('combobox', /class/i, label)
  await press('Escape')
  await bar.click('button', /^collect \d/i)
}

/** Waits for all of a query and looks whether anything is missing or there twice. */
async function expectOnce(query: string): Promise<void> {
  collected += tiles
  const dataset = await waitUntilDone(server, collected)
  expect(dataset.counts.stored).toBe(collected)
  const { batches, urls } = arrivedOf(dataset, query)
  expect(batches).toBe(1)
  expect(new Set(urls).size).toBe(tiles)
  expect(urls).toHaveLength(tiles)
}

describe.skipIf(firefoxPath === '')('Firefox (needs one from version 142 on)', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
    profileFolder = await mkdtemp(join(tmpdir(), 'gleaner-profile-'))
    web = await startMeteredWeb()
    server = await startTestServer(home)
    relay = await startRelay(server.port)
    browser = await launch()
    await pairFirefox(browser, { ...server, port: relay.port })
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.close()
    await server?.stop()
    await web?.close()
    for (const folder of [home, profileFolder])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  describe('results pages', () => {
    test('Bing: nothing is read before Allow, then the bar collects', async () => {
      const tab = await browser.open(resultsUrl('bing'))
      await tab.bar.click('button', /^allow/i)
      await collect(tab, 'Lanterns')
      await tab.bar.waitForText(new RegExp(`${tiles} stored`))
      await expectOnce('bing')
      await tab.close()
    })

    test('Google', async () => {
      const tab = await browser.open(googleUrl('google'))
      await collect(tab, 'Lanterns')
      await tab.bar.waitForText(new RegExp(`${tiles} stored`))
      await expectOnce('google')
      await tab.close()
    })

    test('the popup collects what the tab behind it shows', async () => {
      const tab = await browser.open(resultsUrl('popup'))
      await tab.bar.waitFor('button', /^collect \d/i)
      const popup = await browser.openOwn(`popup.html?tab=${await browser.activeTabId()}`)
      await popup.page.fill('combobox', /class/i, 'Lanterns')
      await popup.press('Enter')
      await popup.press('Escape')
      await popup.page.click('button', /^collect \d/i)
      await popup.page.waitForText(/Finished/)
      await expectOnce('popup')
      await popup.close()
      await tab.close()
    })
  })

  test('a site beside those of the installation: asked for by a click, read once it is allowed', async () => {
    const tab = await browser.open(duckUrl)
    const popup = await browser.openOwn(
      `popup.html?${new URLSearchParams({ tab: String(await browser.activeTabId()), address: duckUrl })}`,
    )
    await popup.page.waitFor('button', /^Allow on DuckDuckGo/)
    expect(await tab.bar.allText()).toBe('')
    await popup.page.click('button', /^Allow on DuckDuckGo/)
    expect(await browser.allowPermission()).toContain('duckduckgo.com')
    // Without a reload: but what the page fetched before is lost, so there are thumbnails only.
    await tab.bar.waitForText(new RegExp(`${tiles} thumbnails? only`))
    await popup.close()

    await tab.reload()
    await tab.bar.waitForText(new RegExp(`${tiles} originals`))
    await collect(tab, 'Lanterns')
    await tab.bar.waitForText(new RegExp(`${tiles} stored`))
    await expectOnce('duck')
    await tab.close()
  })

  describe('the outbox', () => {
    test.each(['way-there', 'way-back'] as const)(
      'the background is stopped while a batch is on its %s',
      async halt => {
        const query = `background ${halt}`
        const isHeld = relay.holdNextBatch(halt)
        const tab = await browser.open(resultsUrl(query))
        await collect(tab, 'Lanterns')
        await isHeld
        await browser.stopBackground()
        await tab.bar.waitForText(new RegExp(`${tiles} stored`))
        await expectOnce(query)
        await tab.close()
      },
    )

    test('the server is away and the browser is killed: what was kept arrives', async () => {
      const { port } = server
      await server.kill()
      const tab = await browser.open(resultsUrl('killed'))
      await collect(tab, 'Lanterns')
      await tab.bar.waitForText(/kept here and sent/)
      await browser.kill()
      browser = await launch()
      server = await startTestServer(home, { port })
      const options = await browser.openOwn('options.html')
      await options.page.waitForText(/Nothing waits\./)
      await expectOnce('killed')
    })
  })

  test('the data folder is sound in the end, and nothing but this machine was talked to', () => {
    expect(verify(home)).toMatchObject({ code: 0 })
    expect(browser.strays).toEqual([])
  })
})

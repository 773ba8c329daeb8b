/** The same loop in the real Firefox: pairing, bar, popup, and an outbox that loses and doubles nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify, waitUntilDone } from '../support/dataset.ts'
import { type FirefoxBrowser, firefoxPath, pairFirefox, startFirefox } from '../support/firefox.ts'
import type { FirefoxTab } from '../support/firefox-tab.ts'
import { growingPage } from '../support/growing-page.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl } from '../support/metered-web.ts'
import { duckAnswer, duckPage, googlePage } from '../support/results-page.ts'
import { type Rig, startRig } from '../support/rig.ts'

const tiles = 8

let rig: Rig
let browser: FirefoxBrowser
/** Candidates that should be in the dataset by now. */
let collected = 0

const googleUrl = (query: string) => `https://www.google.com/search?udm=2&q=${encodeURIComponent(query)}`
const duckUrl = 'https://duckduckgo.com/?q=duck&iax=images&ia=images'
/** Results of which the second part comes when the first, higher than the window, was scrolled through. */
const growing = () => {
  const results = rig.web.results('growing', 40)
  return growingPage('growing', { pages: [results.slice(0, 24), results.slice(24)] })
}
const answers = (url: URL) => {
  const query = url.searchParams.get('q')
  if (url.hostname === 'www.bing.com' && query === 'growing') return { body: growing() }
  if (url.hostname === 'www.google.com' && query)
    return { body: googlePage(query, rig.web.results(query, tiles)) }
  if (url.hostname === 'duckduckgo.com' && query) {
    const results = rig.web.results(query, tiles)
    return { body: url.pathname === '/i.js' ? duckAnswer(results) : duckPage(query, results) }
  }
  if (url.hostname === 'external-content.duckduckgo.com')
    return { body: '<svg xmlns="http://www.w3.org/2000/svg"/>', contentType: 'image/svg+xml' }
  return rig.web.answers(tiles)(url)
}
const launch = () => startFirefox({ answers, profileFolder: rig.profileFolder })

/** Presses Allow in the bar once, picks a class and presses Collect. */
async function collect({ bar, press }: FirefoxTab, label: string): Promise<void> {
  await bar.fill('combobox', /class/i, label)
  await press('Escape')
  await bar.click('button', /^collect \d/i)
}

/** Waits for all of a query and looks whether anything is missing or there twice. */
async function expectOnce(query: string): Promise<void> {
  collected += tiles
  const dataset = await waitUntilDone(rig.server, collected)
  expect(dataset.counts.stored).toBe(collected)
  const { batches, urls } = arrivedOf(dataset, query)
  expect(batches).toBe(1)
  expect(new Set(urls).size).toBe(tiles)
  expect(urls).toHaveLength(tiles)
}

describe.skipIf(firefoxPath === '')('Firefox (needs one from version 142 on)', () => {
  beforeAll(async () => {
    rig = await startRig()
    browser = await launch()
    await pairFirefox(browser, rig.relayed)
  })
  afterAll(async () => {
    await browser?.close()
    await rig?.close()
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
    const tabId = String(await browser.activeTabId())
    const query = new URLSearchParams({ tab: tabId, address: duckUrl })
    const popup = await browser.openOwn(`popup.html?${query}`)
    await popup.page.waitFor('button', /^Allow on DuckDuckGo/)
    expect(await tab.bar.allText()).toBe('')
    await popup.page.click('button', /^Allow on DuckDuckGo/)
    expect(await browser.allowPermission()).toContain('duckduckgo.com')
    // Without a reload: but what the page fetched before is lost, so there are thumbnails only.
    await tab.bar.waitForText(new RegExp(`${tiles} thumbnails? only`))
    await popup.close()

    // Opened later, it knows by the page alone that a reload would bring them.
    const later = await browser.openOwn(`popup.html?tab=${tabId}`)
    await later.page.click('button', /^Reload the page/)
    await tab.bar.waitForText(new RegExp(`${tiles} originals`))
    await later.close()
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
        const isHeld = rig.relay.holdNextBatch(halt)
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
      await rig.server.kill()
      const tab = await browser.open(resultsUrl('killed'))
      await collect(tab, 'Lanterns')
      await tab.bar.waitForText(/kept here and sent/)
      await browser.kill()
      browser = await launch()
      await rig.restartServer()
      const options = await browser.openOwn('options.html')
      await options.page.waitForText(/Nothing waits\./)
      await expectOnce('killed')
    })
  })

  test('a collect goes on by itself until enough is found, and is taken back as one', async () => {
    const tab = await browser.open(resultsUrl('growing'))
    await tab.bar.waitFor('button', /^collect \d/i)
    await tab.bar.fill('combobox', /class/i, 'Towers')
    await tab.press('Escape')
    await tab.bar.fill('combobox', /dataset/i, 'Growing')
    await tab.press('Escape')
    await tab.bar.fill('spinbutton', /new originals/i, '30')
    await tab.bar.click('button', /^scroll on$/i)
    await tab.bar.waitForText(/Found 30 of 30 new originals\./)
    await tab.bar.waitForText(/30 stored/)
    await tab.bar.click('button', /^undo$/i)
    await tab.bar.waitForText(/Taken back: 30 results, 30 pictures removed\./)
    const images = async () => (await waitUntilDone(rig.server, 30, { name: 'Growing' })).images
    await expect.poll(images).toBe(0)
    await tab.close()
  })

  test('the data folder is sound in the end, and nothing but this machine was talked to', () => {
    expect(verify(rig.home)).toMatchObject({ code: 0 })
    expect(browser.strays).toEqual([])
  })
})

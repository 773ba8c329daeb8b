/** Two tabs of one engine never mix: not what they collect into, not what they show, not what they take back. */
import type { Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { startMeteredWeb } from '../support/metered-web.ts'
import type { MadeUpResult } from '../support/results-page.ts'
import { type ChromeApi, inWorker } from '../support/worker.ts'
import { chooseByBar, createWorld, type World } from '../support/world.ts'

const tiles = 6
const address = (query: string) => `https://www.google.com/search?udm=2&q=${encodeURIComponent(query)}`

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World
let lions: Page
let tigers: Page

/** Results as Google serves them to simple browsers. */
function googlePage(query: string): string {
  const tile = ({ imageUrl, landingUrl, thumbnailUrl, title, width, height }: MadeUpResult) => {
    const link = new URLSearchParams({
      imgurl: imageUrl,
      imgrefurl: landingUrl,
      w: `${width}`,
      h: `${height}`,
    })
    const href = `/imgres?${link}`.replaceAll('&', '&amp;')
    return `<div class="tile"><a href="${href}"><img src="${thumbnailUrl}" alt="${title}" width="160" height="120"></a></div>`
  }
  return `<!doctype html><title>${query} - Google</title>${web.results(query, tiles).map(tile).join('')}`
}

const pictures = async () => {
  const { datasets } = await world.server().ask<Overview>('GET', '/api/overview')
  const of = (dataset: (typeof datasets)[number]) =>
    dataset.classes.map(({ label, images }) => [label, images])
  return Object.fromEntries(datasets.flatMap(of))
}

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(url => {
    const query = url.searchParams.get('q')
    if (url.hostname === 'www.google.com' && query) return { body: googlePage(query) }
    return web.answers(0)(url)
  })
  lions = await world.browser.open(address('lions'))
  tigers = await world.browser.open(address('tigers'))
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

/** Presses Collect in a tab that is brought to the front for it, as a person must, and sees that it was taken. */
async function press(page: Page): Promise<void> {
  await page.bringToFront()
  const bar = await driveBar(page)
  await bar.click('button', /^collect \d/i)
  await bar.waitForText(/\d (waiting|stored|handed over)/)
}

const shownClass = async (page: Page) => (await (await driveBar(page)).waitFor('combobox', /class/i)).value

describe('two tabs', () => {
  test('each keep the class that was chosen in them', async () => {
    await lions.bringToFront()
    await chooseByBar(lions, 'Lion')
    await tigers.bringToFront()
    await chooseByBar(tigers, 'Tiger')
    expect(await shownClass(lions)).toBe('Lion')
    expect(await shownClass(tigers)).toBe('Tiger')
  })

  test('collect into it, pressed in turn, though the worker is stopped in between', async () => {
    await press(lions)
    await world.browser.stopWorker()
    await press(tigers)
    await world.browser.stopWorker()
    await waitUntilDone(world.server(), 2 * tiles)
    expect(await pictures()).toEqual({ Lion: tiles, Tiger: tiles })
  })

  test('each say how their own press fares, on the page and on the button', async () => {
    for (const [page, label] of [
      [lions, 'Lion'],
      [tigers, 'Tiger'],
    ] as const) {
      await page.bringToFront()
      const bar = await driveBar(page)
      await bar.waitForText(new RegExp(`${tiles} stored`))
      const tabId = await activeTabId(world.browser)
      const button = () =>
        inWorker(
          world.browser,
          async id => {
            const { action } = (globalThis as unknown as { chrome: ChromeApi }).chrome
            return [await action.getBadgeText({ tabId: id }), await action.getTitle({ tabId: id })]
          },
          tabId,
        )
      await expect.poll(button).toEqual(['✓', `Gleaner: ${label} in My images: ${tiles} stored`])
    }
  })

  test('keep it through another search and another worker', async () => {
    await lions.goto(address('lion cubs'))
    await world.browser.stopWorker()
    expect(await shownClass(lions)).toBe('Lion')
    await press(lions)
    await waitUntilDone(world.server(), 3 * tiles)
    expect(await pictures()).toEqual({ Lion: 2 * tiles, Tiger: tiles })
  })

  test('take back their own last press only', async () => {
    await tigers.bringToFront()
    const tabId = await activeTabId(world.browser)
    const popup = await world.browser.openOwn(`popup.html?tab=${tabId}`)
    await popup.getByRole('button', { name: 'Take back' }).click()
    await popup.getByText('was taken back').waitFor()
    await expect.poll(pictures).toEqual({ Lion: 2 * tiles, Tiger: 0 })
    await popup.close()
  })

  test('do so also once their page is no longer open to it', async () => {
    await lions.goto('about:blank')
    await lions.bringToFront()
    const tabId = await activeTabId(world.browser)
    const popup = await world.browser.openOwn(`popup.html?tab=${tabId}`)
    await popup.evaluate(async id => {
      const { chrome } = globalThis as unknown as {
        chrome: { runtime: { sendMessage(message: object): Promise<unknown> } }
      }
      await chrome.runtime.sendMessage({ type: 'undo', ask: { tabId: id } })
    }, tabId)
    await expect.poll(pictures).toEqual({ Lion: tiles, Tiger: 0 })
    await popup.close()
  })
})

test('nothing but this machine was talked to', () => {
  expect(world.browser.strays).toEqual([])
})

/** "Add to class" in the context menu of pictures. The click is the browser's event; the menu itself no test can open. */
import type { Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { allCandidates, waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { type ChromeApi, inWorker } from '../support/worker.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

const tiles = 3
const garden = 'https://garden.example/roses'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World
let results: Page

beforeAll(async () => {
  web = await startMeteredWeb()
  const answers = web.answers(tiles)
  world = await createWorld(url =>
    url.href === garden ? { body: '<!doctype html><title>Roses</title><h1>Roses</h1>' } : answers(url),
  )
  results = await world.browser.open(resultsUrl('lanterns'))
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

/**
 * A page in a tab of its own, and the extension's number for that tab: asked for at once, for a window that the extension
 * opens later would be the one in front.
 */
async function openTab(url: string) {
  const page = await world.browser.open(url)
  return { page, tabId: await activeTabId(world.browser) }
}
type Tab = Awaited<ReturnType<typeof openTab>>

/** What the browser tells the extension when somebody clicks on a line of the menu. */
async function click({ page, tabId }: Tab, line: string, imageUrl: string): Promise<void> {
  await page.bringToFront()
  await inWorker(
    world.browser,
    async ({ id, info }) => {
      const apis = globalThis as unknown as { chrome: ChromeApi; browser?: ChromeApi }
      for (const api of new Set([apis.chrome.contextMenus.onClicked, apis.browser?.contextMenus.onClicked]))
        api?.dispatch(info, { id })
    },
    { id: tabId, info: { menuItemId: line, srcUrl: imageUrl, pageUrl: page.url(), mediaType: 'image' } },
  )
}

/** From now on the browser lets no small window be opened, as long as this worker lives. */
const refusePopup = () =>
  inWorker(
    world.browser,
    async () => {
      const { chrome, browser } = globalThis as unknown as { chrome: ChromeApi; browser?: ChromeApi }
      for (const api of [chrome, browser])
        if (api) api.action.openPopup = () => Promise.reject(new Error('Not now.'))
    },
    null,
  )

/** Clicks on Choose. @returns the page that is opened in place of the small window */
async function choose(tab: Tab, imageUrl: string): Promise<Page> {
  const opened = world.browser.context.waitForEvent('page')
  await click(tab, 'choose', imageUrl)
  return opened
}

const lineOf = (dataset: string, label: string) => `add:${JSON.stringify([dataset, label])}`

/** Whether the menu has this line: only what is there can be changed. */
const hasLine = (line: string) =>
  inWorker(
    world.browser,
    async id => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi }
      return chrome.contextMenus.update(id, {}).then(
        () => true,
        () => false,
      )
    },
    line,
  )

async function startWorkerAnew(): Promise<void> {
  await world.browser.stopWorker()
  const options = await world.browser.openOwn('options.html')
  await options.getByText('This browser is paired').waitFor()
  await options.close()
}

const lastPicture = async (dataset: string) => {
  const { datasets } = await world.server().ask<Overview>('GET', '/api/overview')
  const rows = await allCandidates(world.server(), datasets.find(({ name }) => name === dataset)?.id ?? '')
  return rows.toSorted((one, other) => other.id - one.id)[0]
}

describe('the menu', () => {
  test('has no class before one was used, and lets one be chosen', async () => {
    expect(await hasLine('choose')).toBe(true)
    expect(await hasLine(lineOf('My images', 'Lanterns'))).toBe(false)
  })

  test('names a class once it was used, also after another start of the worker', async () => {
    await collectByBar(results, 'Lanterns')
    await waitUntilDone(world.server(), tiles)
    await expect.poll(() => hasLine(lineOf('My images', 'Lanterns'))).toBe(true)
    await startWorkerAnew()
    expect(await hasLine(lineOf('My images', 'Lanterns'))).toBe(true)
  })
})

describe('a click', () => {
  beforeAll(refusePopup)

  test('on a picture of any page adds it as it stands there', async () => {
    const [picture] = web.results('roses', 1)
    const tab = await openTab(garden)
    await click(tab, lineOf('My images', 'Lanterns'), picture?.imageUrl ?? '')
    await waitUntilDone(world.server(), tiles + 1)
    expect(await lastPicture('My images')).toMatchObject({ url: picture?.imageUrl, state: 'stored' })
    await tab.page.close()
  })

  test('on a thumbnail among results adds its original', async () => {
    const query = 'lanterns at night'
    const tab = await openTab(resultsUrl(query))
    await (await driveBar(tab.page)).waitFor('button', /^collect/i)
    const image = tab.page.locator('img.mimg').nth(1)
    const thumbnail = await image.getAttribute('src')
    await image.click({ button: 'right' })
    await click(tab, lineOf('My images', 'Lanterns'), thumbnail ?? '')
    await waitUntilDone(world.server(), tiles + 2)
    const originals = web.results(query, tiles).map(({ imageUrl }) => imageUrl)
    expect(originals).toContain((await lastPicture('My images'))?.url)
    await tab.page.close()
  })

  test('on Choose asks for the class', async () => {
    const [, picture] = web.results('roses', 2)
    const tab = await openTab(garden)
    const popup = await choose(tab, picture?.imageUrl ?? '')
    await popup.getByRole('heading', { name: 'One picture' }).waitFor()
    await popup.getByRole('combobox', { name: /dataset/i }).fill('Garden')
    await popup.getByRole('combobox', { name: /class/i }).fill('Rose')
    await popup.keyboard.press('Escape')
    await popup.getByRole('button', { name: 'Add to Rose' }).click()
    const dataset = await waitUntilDone(world.server(), 1, { name: 'Garden' })
    expect(dataset.classes.map(({ label }) => label)).toEqual(['Rose'])
    await popup.getByRole('heading', { name: 'One picture' }).waitFor({ state: 'detached' })
    await expect.poll(() => hasLine(lineOf('Garden', 'Rose'))).toBe(true)
    await popup.close()
    await tab.page.close()
  })

  test('on Choose asks about this picture, also where an earlier one was left unanswered', async () => {
    const [, , picture, other] = web.results('roses', 4)
    const tab = await openTab(garden)
    const popup = await choose(tab, picture?.imageUrl ?? '')
    await popup.getByText(picture?.imageUrl ?? '').waitFor()
    const second = await choose(tab, other?.imageUrl ?? '')
    for (const window of [popup, second]) await window.getByText(other?.imageUrl ?? '').waitFor()
    await second.close()
    await popup.bringToFront()
    await popup.getByRole('button', { name: 'Cancel' }).click()
    await popup.getByRole('heading', { name: 'One picture' }).waitFor({ state: 'detached' })
    await popup.close()
    await tab.page.close()
  })

  test('on a picture without an address of its own says so on the button and adds nothing', async () => {
    const tab = await openTab(garden)
    await click(tab, lineOf('Garden', 'Rose'), 'data:image/png;base64,AA==')
    const title = () =>
      inWorker(
        world.browser,
        async id => {
          const { chrome } = globalThis as unknown as { chrome: ChromeApi }
          return `${await chrome.action.getBadgeText({ tabId: id })} ${await chrome.action.getTitle({ tabId: id })}`
        },
        tab.tabId,
      )
    await expect.poll(title).toBe('! Gleaner: this picture could not be added')
    await waitUntilDone(world.server(), 1, { name: 'Garden' })
    await tab.page.close()
  })

  test('on Choose opens the small window, where the browser lets it be opened', async () => {
    await startWorkerAnew()
    const [picture] = web.results('roses', 1)
    const tab = await openTab(garden)
    await click(tab, 'choose', picture?.imageUrl ?? '')
    // It is no page to the driver, and gone once anything else is in front.
    const cdp = await world.browser.context.browser()?.newBrowserCDPSession()
    const windows = async () =>
      (await cdp?.send('Target.getTargets'))?.targetInfos.map(({ url }) => url) ?? []
    await expect.poll(windows).toContain(`chrome-extension://${world.browser.extensionId}/popup.html`)
  })
})

test('nothing but this machine was talked to', () => {
  expect(world.browser.strays).toEqual([])
})

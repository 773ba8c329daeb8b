/** "Add to class" in the context menu of pictures. The click is the browser's event; the menu itself no test can open. */
import type { Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

/** What the browser tells the extension when somebody clicks on a line of the menu. */
async function click(page: Page, line: string, imageUrl: string): Promise<number> {
  await page.bringToFront()
  const tabId = await activeTabId(world.browser)
  await inWorker(
    world.browser,
    async ({ id, info }) => {
      const apis = globalThis as unknown as { chrome: ChromeApi; browser?: ChromeApi }
      for (const api of new Set([apis.chrome.contextMenus.onClicked, apis.browser?.contextMenus.onClicked]))
        api?.dispatch(info, { id })
    },
    { id: tabId, info: { menuItemId: line, srcUrl: imageUrl, pageUrl: page.url(), mediaType: 'image' } },
  )
  return tabId
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
    await world.browser.stopWorker()
    const options = await world.browser.openOwn('options.html')
    await options.getByText('This browser is paired').waitFor()
    await options.close()
    expect(await hasLine(lineOf('My images', 'Lanterns'))).toBe(true)
  })
})

describe('a click', () => {
  test('on a picture of any page adds it as it stands there', async () => {
    const [picture] = web.results('roses', 1)
    const page = await world.browser.open(garden)
    await click(page, lineOf('My images', 'Lanterns'), picture?.imageUrl ?? '')
    await waitUntilDone(world.server(), tiles + 1)
    expect(await lastPicture('My images')).toMatchObject({ url: picture?.imageUrl, state: 'stored' })
    await page.close()
  })

  test('on a thumbnail among results adds its original', async () => {
    const query = 'lanterns at night'
    const page = await world.browser.open(resultsUrl(query))
    await page.locator('img.mimg').nth(1).waitFor()
    const thumbnail = await page.locator('img.mimg').nth(1).getAttribute('src')
    await page.locator('img.mimg').nth(1).click({ button: 'right' })
    await click(page, lineOf('My images', 'Lanterns'), thumbnail ?? '')
    await waitUntilDone(world.server(), tiles + 2)
    const originals = web.results(query, tiles).map(({ imageUrl }) => imageUrl)
    expect(originals).toContain((await lastPicture('My images'))?.url)
    await page.close()
  })

  test('on Choose lets the popup ask for the class', async () => {
    const [, picture] = web.results('roses', 2)
    const page = await world.browser.open(garden)
    const tabId = await click(page, 'choose', picture?.imageUrl ?? '')
    const popup = await world.browser.openOwn(`popup.html?tab=${tabId}`)
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
    await page.close()
  })

  test('on Choose asks about this picture, also where an earlier one was left unanswered', async () => {
    const [, , picture, other] = web.results('roses', 4)
    const page = await world.browser.open(garden)
    const tabId = await click(page, 'choose', picture?.imageUrl ?? '')
    const popup = await world.browser.openOwn(`popup.html?tab=${tabId}`)
    await popup.getByText(picture?.imageUrl ?? '').waitFor()
    await click(page, 'choose', other?.imageUrl ?? '')
    await popup.bringToFront()
    await popup.getByText(other?.imageUrl ?? '').waitFor()
    await popup.getByRole('button', { name: 'Cancel' }).click()
    await popup.getByRole('heading', { name: 'One picture' }).waitFor({ state: 'detached' })
    await popup.close()
    await page.close()
  })

  test('on a picture without an address of its own says so on the button and adds nothing', async () => {
    const page = await world.browser.open(garden)
    const tabId = await click(page, lineOf('Garden', 'Rose'), 'data:image/png;base64,AA==')
    const title = () =>
      inWorker(
        world.browser,
        async id => {
          const { chrome } = globalThis as unknown as { chrome: ChromeApi }
          return `${await chrome.action.getBadgeText({ tabId: id })} ${await chrome.action.getTitle({ tabId: id })}`
        },
        tabId,
      )
    await expect.poll(title).toBe('! Gleaner: this picture could not be added')
    await waitUntilDone(world.server(), 1, { name: 'Garden' })
    await page.close()
  })
})

test('nothing but this machine was talked to', () => {
  expect(world.browser.strays).toEqual([])
})

/** The loop over pages of our own: bar, popup, dashboard, class folders and index tell one story. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CandidatePage, Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allCandidates, classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { startMadeUpWeb } from '../support/made-up-web.ts'
import { bingPage } from '../support/results-page.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

const resultsUrl = 'https://www.bing.com/images/search?q=paper+lanterns'

/** Fills a field of the popup and leaves it. */
async function settle(popup: Page, field: RegExp, value: string): Promise<void> {
  const box = popup.getByRole('combobox', { name: field })
  await box.fill(value)
  await box.press('Enter')
  await box.press('Escape')
}

/** Says to the page what the keyboard shortcut says: to collect all it shows, whatever the button says. */
const collectByShortcut = (popup: Page, tabId: number, label: string) =>
  popup.evaluate(
    ([id, destination]) => {
      const { chrome } = globalThis as unknown as {
        chrome: { tabs: { sendMessage(tab: number, message: object, to: object): Promise<unknown> } }
      }
      return chrome.tabs.sendMessage(id, { type: 'collectNow', ask: { destination } }, { frameId: 0 })
    },
    [tabId, { dataset: 'Second set', class: label }] as const,
  )

describe('a made-up results page', () => {
  let web: Awaited<ReturnType<typeof startMadeUpWeb>>
  let world: World

  beforeAll(async () => {
    web = await startMadeUpWeb()
    const page = bingPage(
      'paper lanterns',
      web.pictures.map(({ result }) => result),
    )
    world = await createWorld(url => (url.hostname === 'www.bing.com' ? { body: page } : web.answer(url)))
  })
  afterAll(async () => {
    await world?.close()
    await web?.close()
  })

  test('collecting by the bar files pictures that a trainer can load', async () => {
    const page = await world.browser.open(resultsUrl)
    const bar = await collectByBar(page, 'Paper Lanterns')
    const dataset = await waitUntilDone(world.server(), web.pictures.length)
    await bar.waitForText(/19 stored · 2 duplicates · 1 opted out/)

    expect(dataset.counts).toMatchObject({ stored: 19, duplicate: 2, opted_out: 1 })
    const folders = classFolders(dataset)
    expect(Object.keys(folders)).toEqual(['paper_lanterns'])
    expect(folders.paper_lanterns).toHaveLength(19)
    for (const name of folders.paper_lanterns ?? []) {
      const bytes = readFileSync(join(dataset.folder, 'images', 'paper_lanterns', name))
      expect(name).toMatch(/^[0-9a-f]{20}\.jpg$/)
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', space: 'srgb', channels: 3 })
    }
    expect(verify(world.home)).toMatchObject({ code: 0 })
  })

  test('each candidate tells its reason', async () => {
    const [dataset] = (await world.server().ask<Overview>('GET', '/api/overview')).datasets
    const rows = await allCandidates(world.server(), dataset?.id ?? '')
    expect(rows).toHaveLength(web.pictures.length)
    expect(rows.filter(({ code }) => code === null)).toEqual([])
    const codes = Map.groupBy(rows, ({ code }) => code)
    expect(codes.get('STORED_THUMBNAIL')).toHaveLength(3)
    expect(codes.get('DUPLICATE_DIGEST')).toHaveLength(1)
    expect(codes.get('DUPLICATE_LOOK')).toHaveLength(1)
    expect(codes.get('DOWNLOAD_OPTED_OUT')).toHaveLength(1)
  })

  test('the dashboard shows what the index and the folders hold', async () => {
    const dashboard = await world.browser.open(await world.server().link())
    const link = dashboard.getByRole('link', { name: /paper lanterns/i }).first()
    await link.waitFor()
    expect(new URL(dashboard.url()).hash).toBe('')
    await link.click()
    // Only the rows near the window are there at any moment.
    const shown = new Set<string>()
    const look = async () => {
      const thumbnails = dashboard.locator('img[src*="/thumbnail"]')
      for (const src of await thumbnails.evaluateAll(all => all.map(one => one.getAttribute('src')))) {
        if (src) shown.add(src)
      }
      await dashboard.mouse.wheel(0, 200)
      return shown.size
    }
    await expect.poll(look).toBe(19)
    await dashboard.close()
  })

  const expectSecondSet = async () => {
    const dataset = await waitUntilDone(world.server(), web.pictures.length, { name: 'Second set' })
    expect(dataset.counts).toMatchObject({ stored: 19, duplicate: 2, opted_out: 1 })
    expect(Object.values(classFolders(dataset)).flat()).toHaveLength(19)
  }

  test('the popup collects into another dataset, and then has nothing new', async () => {
    const page = await world.browser.open(resultsUrl)
    await page.bringToFront()
    const tabId = await activeTabId(world.browser)
    const popup = await world.browser.openOwn(`popup.html?tab=${tabId}`)
    await settle(popup, /dataset/i, 'Second set')
    await settle(popup, /class/i, 'Paper Lanterns')
    await popup.getByRole('button', { name: /^collect \d/i }).click()
    await popup.getByText('Finished').waitFor()
    await expectSecondSet()

    const again = popup.getByRole('button', { name: 'Nothing new' })
    await again.waitFor()
    expect(await again.isDisabled()).toBe(true)
    expect(await collectByShortcut(popup, tabId, 'Lamps')).toMatchObject({ isOk: true })
    await popup.getByText('Lamps in Second set').waitFor()
    await popup.getByText('Finished').waitFor()
    await expectSecondSet()
    await popup.close()
    await page.close()
  })

  test('nothing but this machine was talked to', () => {
    expect(world.browser.strays).toEqual([])
  })

  test('candidates can be filtered by reason', async () => {
    const [dataset] = (await world.server().ask<Overview>('GET', '/api/overview')).datasets
    const path = `/api/datasets/${dataset?.id}/candidates?code=DUPLICATE_DIGEST&limit=10`
    const { candidates } = await world.server().ask<CandidatePage>('GET', path)
    expect(candidates.map(({ state }) => state)).toEqual(['duplicate'])
  })
})

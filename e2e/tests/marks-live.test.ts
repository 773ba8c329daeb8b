/** Marks and picking in the extension as a person uses it, with a server that fetches. */
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { totalOf, waitUntilDone } from '../support/dataset.ts'
import { startMadeUpWeb } from '../support/made-up-web.ts'
import { bingPage } from '../support/results-page.ts'
import { drawnOn } from '../support/tile-bench.ts'
import { layoutOf, middleOf } from '../support/tile-pages.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

const resultsUrl = 'https://www.bing.com/images/search?q=paper+lanterns'
const tile = 'li[data-idx]'

/** How many badges of each name there are, once that is as wanted. */
async function waitForMarks(page: Page, isWanted: (names: Readonly<Record<string, number>>) => boolean) {
  for (const deadline = Date.now() + 60_000; ; ) {
    const names: Record<string, number> = {}
    for (const { name } of await drawnOn(page, 'badge')) {
      const short = name.split('. ')[0] ?? ''
      names[short] = (names[short] ?? 0) + 1
    }
    if (isWanted(names)) return names
    if (Date.now() > deadline) throw new Error(`The marks stay at ${JSON.stringify(names)}.`)
    await page.waitForTimeout(200)
  }
}

describe('a made-up results page', () => {
  let web: Awaited<ReturnType<typeof startMadeUpWeb>>
  let world: World

  beforeAll(async () => {
    web = await startMadeUpWeb()
    const body = bingPage(
      'paper lanterns',
      web.pictures.map(({ result }) => result),
    )
    world = await createWorld(url => (url.hostname === 'www.bing.com' ? { body } : web.answer(url)))
  })
  afterAll(async () => {
    await world?.close()
    await web?.close()
  })

  test('tiles dropped by hand stay away, and the marks of the others follow the server', async () => {
    const page = await world.browser.open(resultsUrl)
    await page.setViewportSize({ width: 1280, height: 1600 })
    const before = await layoutOf(page, tile)
    const bar = await driveBar(page)
    await bar.click('button', /^allow/i)
    await bar.click('button', /^pick$/i)
    for (const index of [4, 5]) {
      const { x, y } = await middleOf(page, index, tile)
      await page.mouse.click(x, y)
    }
    await bar.waitForText(/20 of 22 picked/)
    await page.keyboard.press('Escape')
    await bar.waitFor('button', /^collect 20/i)
    await collectByBar(page, 'Lanterns')
    const dataset = await waitUntilDone(world.server(), 20)
    expect(totalOf(dataset)).toBe(20)
    // Two dropped and never sent; of the others each says how it ended.
    const names = await waitForMarks(page, ({ New, Waiting }) => New === 2 && Waiting === undefined)
    expect(Object.values(names).reduce((sum, count) => sum + count, 0)).toBe(22)
    expect(names).toMatchObject({ 'Rejected before': 1, 'Thumbnail only': 3 })
    expect(names['In the set']).toBeGreaterThan(13)
    expect(await layoutOf(page, tile)).toEqual(before)
    await page.close()
  })

  test('another class says where a picture is held', async () => {
    const page = await world.browser.open(resultsUrl)
    await page.setViewportSize({ width: 1280, height: 1600 })
    const bar = await driveBar(page)
    await bar.fill('combobox', /class/i, 'Kites')
    await page.keyboard.press('Tab')
    const names = await waitForMarks(page, found => found['In another class: Lanterns'] !== undefined)
    expect(names['In the set']).toBeUndefined()
    await page.close()
  })
})

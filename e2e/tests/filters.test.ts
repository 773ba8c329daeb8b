/** What a person leaves out is not collected: by filters that come back with the dataset, and tile by tile. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { allCandidates, waitUntilDone } from '../support/dataset.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { bingPage, type MadeUpResult } from '../support/results-page.ts'
import { createWorld, type World } from '../support/world.ts'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World
let results: readonly MadeUpResult[]

beforeAll(async () => {
  web = await startMeteredWeb()
  results = web.results('lanterns', 24).map((result, index) => ({
    ...result,
    // Every third is claimed to be small, every fourth to be tall.
    ...(index % 3 === 0 && { width: 240, height: 160 }),
    ...(index % 4 === 1 && { width: 320, height: 480 }),
  }))
  const page = bingPage('lanterns', results)
  world = await createWorld(url => (url.hostname === 'www.bing.com' ? { body: page } : web.answers(0)(url)))
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

const isLarge = ({ width, height }: MadeUpResult) => Math.min(width, height) >= 300
const isWide = ({ width, height }: MadeUpResult) => width > height

test('filters say what they leave out, and nothing of it is collected', async () => {
  const page = await world.browser.open(resultsUrl('lanterns'))
  const bar = await driveBar(page)
  await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect 24$/i)
  await bar.fill('combobox', /dataset/i, 'Festival')
  await page.keyboard.press('Tab')
  await bar.fill('combobox', /class/i, 'Lanterns')
  await page.keyboard.press('Escape')

  await bar.click('button', /^filters$/i)
  await bar.fill('spinbutton', /shortest side/i, '300')
  await page.keyboard.press('Tab')
  const large = results.filter(isLarge)
  await bar.waitForText(new RegExp(`${24 - large.length} left out by filters`))
  await bar.waitFor('button', new RegExp(`^collect ${large.length} of 24$`, 'i'))

  // The list of shapes belongs to the browser; the keyboard reaches it everywhere.
  await page.keyboard.press('w')
  const wanted = large.filter(isWide)
  await bar.waitFor('button', new RegExp(`^collect ${wanted.length} of 24$`, 'i'))
  await bar.waitFor('button', /^filters \(2\)$/i)
  await bar.click('button', /^collect \d/i)

  const dataset = await waitUntilDone(world.server(), wanted.length)
  const rows = await allCandidates(world.server(), dataset.id)
  expect(rows.map(({ url }) => url).sort()).toEqual(wanted.map(({ imageUrl }) => imageUrl).sort())
  await page.close()
})

test('filters come back with the dataset, and only with it', async () => {
  const page = await world.browser.open(resultsUrl('lanterns'))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^filters \(2\)$/i)
  await bar.fill('combobox', /dataset/i, 'Another')
  await page.keyboard.press('Tab')
  await bar.waitFor('button', /^filters$/i)
  await bar.waitFor('button', /^collect 24$/i)
  await bar.fill('combobox', /dataset/i, 'Festival')
  await page.keyboard.press('Tab')
  await bar.waitFor('button', /^filters \(2\)$/i)
  await page.close()
})

test('tiles are dropped by hand, and the button counts what is left', async () => {
  const page = await world.browser.open(resultsUrl('lanterns'))
  const bar = await driveBar(page)
  await bar.fill('combobox', /dataset/i, 'By hand')
  await page.keyboard.press('Tab')
  await bar.waitFor('button', /^collect 24$/i)
  await bar.fill('combobox', /class/i, 'Lanterns')
  await page.keyboard.press('Escape')
  await bar.click('button', /^pick$/i)
  await bar.click('button', /^none$/i)
  await bar.waitFor('button', /^collect 0 of 24$/i)
  const tiles = page.locator('.dgControl_list > li')
  for (const place of [0, 1, 2]) {
    const box = await tiles.nth(place).boundingBox()
    if (!box) throw new Error('no tile')
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  }
  await bar.waitFor('button', /^collect 3 of 24$/i)
  await bar.click('button', /^done$/i)
  await bar.click('button', /^collect 3 of 24$/i)
  const dataset = await waitUntilDone(world.server(), 3, { name: 'By hand' })
  const rows = await allCandidates(world.server(), dataset.id)
  expect(rows.map(({ url }) => url).sort()).toEqual(
    results
      .slice(0, 3)
      .map(({ imageUrl }) => imageUrl)
      .sort(),
  )
  expect(page.url()).toBe(resultsUrl('lanterns'))
  await page.close()
})

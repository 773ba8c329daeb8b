/** The last collect of a tab is taken back with its pictures and files; and a page that gives too little is told. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { bingPage } from '../support/results-page.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(url => {
    const query = url.searchParams.get('q')
    if (url.hostname !== 'www.bing.com' || !query) return web.answers(0)(url)
    const results = web.results(query, 18).map((result, index) => ({
      ...result,
      thumbnailUrl: `${result.thumbnailUrl}?${index}`,
    }))
    const page = bingPage(query, results)
    // As if the engine had renamed what it writes into its tiles.
    return {
      body: query === 'renamed' ? page.replaceAll('murl', 'xurl').replaceAll('mediaurl', 'other') : page,
    }
  })
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

test('by the button: pictures and files go, the tiles are new again, and it can be collected anew', async () => {
  const page = await world.browser.open(resultsUrl('lanterns'))
  const bar = await collectByBar(page, 'Lanterns')
  await waitUntilDone(world.server(), 18)
  await bar.waitForText(/18 stored/)
  await bar.waitFor('button', /^nothing new$/i)

  await bar.click('button', /^undo$/i)
  await bar.waitForText(/Taken back: 18 results, 18 pictures removed\./)
  await bar.waitFor('button', /^collect 18$/i)
  expect(await bar.find('button', /^undo$/i)).toBeUndefined()
  const left = async () => {
    const dataset = await waitUntilDone(world.server(), 18)
    return [dataset.images, dataset.counts.cancelled, Object.values(classFolders(dataset)).flat().length]
  }
  await expect.poll(left, { timeout: 20_000 }).toEqual([0, 18, 0])

  await bar.click('button', /^collect 18$/i)
  await bar.waitForText(/18 stored/)
  const again = await waitUntilDone(world.server(), 18)
  expect(Object.values(classFolders(again)).flat()).toHaveLength(18)
  expect(verify(world.home)).toMatchObject({ code: 0 })
  await page.close()
})

test('by the key, only the last collect and only of this tab', async () => {
  const other = await world.browser.open(resultsUrl('bridges'))
  await (await collectByBar(other, 'Bridges')).waitForText(/18 stored/)
  const page = await world.browser.open(resultsUrl('towers'))
  const bar = await collectByBar(page, 'Towers')
  await bar.waitForText(/18 stored/)
  await page.bringToFront()
  const tabId = await activeTabId(world.browser)
  const popup = await world.browser.openOwn('options.html')
  // What the browser's key makes the background say to the page.
  await popup.evaluate(id => {
    const { chrome } = globalThis as unknown as {
      chrome: { tabs: { sendMessage(tab: number, message: object, to: object): Promise<unknown> } }
    }
    return chrome.tabs.sendMessage(id, { type: 'undoNow', ask: {} }, { frameId: 0 })
  }, tabId)
  await popup.close()
  await bar.waitForText(/Taken back: 18 results/)
  // Files go one after another; that they go is durable from the moment it was answered.
  const images = async () => {
    const { classes } = await waitUntilDone(world.server(), 54)
    return Object.fromEntries(classes.map(({ label, images: count }) => [label, count]))
  }
  await expect.poll(images, { timeout: 20_000 }).toEqual({ Lanterns: 18, Bridges: 18, Towers: 0 })
  await other.close()
  await page.close()
})

test('a page whose originals cannot be read says so, gives a report that gives nothing away, and is read otherwise', async () => {
  const page = await world.browser.open(resultsUrl('renamed'))
  const bar = await driveBar(page)
  await bar.waitForText(/their originals could not be read/)
  await bar.waitForText(/0 of 18 tiles gave an original and 18 only a thumbnail; 18 usually do\./)

  const [download] = await Promise.all([page.waitForEvent('download'), bar.click('button', /^save report$/i)])
  expect(download.suggestedFilename()).toBe('gleaner-report-bing.json')
  const text = readFileSync(await download.path(), 'utf8')
  const report = JSON.parse(text) as { outlines: string[] }
  expect(report).toMatchObject({ engine: 'bing', tiles: 18, originals: 0, thumbnailsOnly: 18 })
  expect(report.outlines).toHaveLength(5)
  expect(report.outlines[0]).toMatch(/class="iusc"/)
  for (const told of ['renamed', 'example', 'Lanterns', 'album', 'scene']) expect(text).not.toContain(told)

  await bar.click('button', /^read as any page$/i)
  await bar.waitFor('button', /^filters \(1\)$/i)
  await bar.waitFor('spinbutton', /shortest side/i)
  expect(await bar.allText()).not.toMatch(/could not be read/)
  await page.close()
})

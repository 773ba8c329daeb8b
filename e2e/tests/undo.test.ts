/** The last collect of a tab is taken back with its pictures and files. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(web.answers(18))
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
  await expect.poll(left).toEqual([0, 18, 0])

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
  await expect.poll(images).toEqual({ Lanterns: 18, Bridges: 18, Towers: 0 })
  await other.close()
  await page.close()
})

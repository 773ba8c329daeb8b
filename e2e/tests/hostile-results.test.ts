/** A results page fights back: with its script, with the names of its elements, with thousands of lies. */

import type { Overview } from '@gleaner/shared/api'
import type { CDPSession } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { allCandidates, totalOf, waitUntilDone } from '../support/dataset.ts'
import { endlessResults, hostileResults, pretendToPress } from '../support/hostile-results.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { createWorld, type World } from '../support/world.ts'

const query = 'prize'
const endless = 'endless'
const good = 12
const junk = 5000

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World

beforeAll(async () => {
  web = await startMeteredWeb()
  const page = hostileResults(web.results(query, good), junk)
  const endlessPage = endlessResults(100_000)
  world = await createWorld(url => {
    if (url.hostname !== 'www.bing.com') return web.answers(good)(url)
    return { body: url.searchParams.get('q') === endless ? endlessPage : page }
  })
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

/** Elements in the closed root that holds the marks. */
async function drawnMarks(cdp: CDPSession): Promise<number> {
  const { root } = await cdp.send('DOM.getDocument', { depth: 0 })
  const { nodeId } = await cdp.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'gleaner-marks' })
  if (nodeId === 0) return 0
  const { node } = await cdp.send('DOM.describeNode', { nodeId, depth: -1, pierce: true })
  return JSON.stringify(node).split('"nodeId"').length - 1
}

/** Opens a page; what is thrown in it, in whichever world, is noted. */
async function open(url: string) {
  const page = await world.browser.context.newPage()
  const cdp = await world.browser.context.newCDPSession(page)
  const errors: string[] = []
  cdp.on('Runtime.exceptionThrown', ({ exceptionDetails }) => errors.push(JSON.stringify(exceptionDetails)))
  await cdp.send('Runtime.enable')
  await page.goto(url)
  return { page, cdp, errors }
}

test('only a real press allows, picks, collects or takes back', async () => {
  const { page, errors } = await open(resultsUrl(query))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^allow/i)
  await page.evaluate(pretendToPress)
  await bar.waitFor('button', /^allow/i)

  await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect 12$/i)
  await page.evaluate(pretendToPress)
  await bar.click('button', /^pick$/i)
  await bar.waitFor('button', /^done$/i)
  await page.evaluate(pretendToPress)
  await bar.click('button', /^done$/i)
  await bar.waitFor('button', /^collect 12$/i)
  await bar.fill('combobox', /class/i, 'Prizes')
  await page.keyboard.press('Escape')
  await page.evaluate(pretendToPress)
  await bar.click('button', /^collect 12$/i)
  await bar.waitForText(/12 stored/)
  await bar.waitFor('button', /^undo$/i)
  await page.evaluate(pretendToPress)
  await bar.waitFor('button', /^undo$/i)

  // What a faked event had sent would have come before what the real one sent.
  const dataset = await waitUntilDone(world.server(), good)
  expect(arrivedOf(dataset, query).batches).toBe(1)
  expect(dataset.classes.map(({ label }) => label)).toEqual(['Prizes'])
  const rows = await allCandidates(world.server(), dataset.id)
  expect(rows.map(({ url }) => url).sort()).toEqual(
    web
      .results(query, good)
      .map(({ imageUrl }) => imageUrl)
      .sort(),
  )
  expect(errors).toEqual([])
  const { datasets } = await world.server().ask<Overview>('GET', '/api/overview')
  expect(datasets).toHaveLength(1)
  expect(world.browser.strays).toEqual([])
  await page.close()
})

test('a hundred thousand results: as many as fit are read, few are drawn, none is sent', async () => {
  const held = async () => (await world.server().ask<Overview>('GET', '/api/overview')).datasets.map(totalOf)
  const before = await held()
  const { page, cdp, errors } = await open(resultsUrl(endless))
  const bar = await driveBar(page)
  await bar.waitFor('region', /gleaner/i)
  if (await bar.find('button', /^allow/i)) await bar.click('button', /^allow/i)
  await bar.waitForText(/10,000 originals/)
  await page.mouse.wheel(0, 20_000)
  await page.evaluate(pretendToPress)
  await bar.waitFor('button', /^collect/i)
  await expect.poll(() => drawnMarks(cdp)).toBeGreaterThan(50)
  expect(await drawnMarks(cdp)).toBeLessThan(2000)

  expect(await held()).toEqual(before)
  expect(errors).toEqual([])
  await page.close()
}, 180_000)

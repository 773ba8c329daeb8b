/** A results page fights back: with its script, with the names of its elements, with thousands of lies. */

import type { Overview } from '@gleaner/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { allCandidates, waitUntilDone } from '../support/dataset.ts'
import { hostileResults, pretendToPress } from '../support/hostile-results.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { createWorld, type World } from '../support/world.ts'

const query = 'prize'
const good = 12
const junk = 5000

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World

beforeAll(async () => {
  web = await startMeteredWeb()
  const page = hostileResults(web.results(query, good), junk)
  world = await createWorld(url =>
    url.hostname === 'www.bing.com' ? { body: page } : web.answers(good)(url),
  )
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

test('only a real press allows, and only a real press collects', async () => {
  const page = await world.browser.context.newPage()
  const cdp = await world.browser.context.newCDPSession(page)
  const errors: string[] = []
  cdp.on('Runtime.exceptionThrown', ({ exceptionDetails }) => errors.push(JSON.stringify(exceptionDetails)))
  await cdp.send('Runtime.enable')
  await page.goto(resultsUrl(query))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^allow/i)
  await page.evaluate(pretendToPress)
  await bar.waitFor('button', /^allow/i)

  await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect 12$/i)
  await page.evaluate(pretendToPress)
  await bar.fill('combobox', /class/i, 'Prizes')
  await page.keyboard.press('Escape')
  await page.evaluate(pretendToPress)
  await bar.click('button', /^collect 12$/i)
  await bar.waitForText(/12 stored/)

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
})

/** A page whose originals cannot be read is told, can be reported and is read otherwise. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { bingPage } from '../support/results-page.ts'
import { createWorld, type World } from '../support/world.ts'

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
    // As if the engine had renamed what it writes into its tiles.
    return { body: bingPage(query, results).replaceAll('murl', 'xurl').replaceAll('mediaurl', 'other') }
  })
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

test('the bar says so, gives a report that gives nothing away, and reads it otherwise', async () => {
  const page = await world.browser.open(resultsUrl('renamed'))
  const bar = await driveBar(page)
  await bar.click('button', /^allow/i)
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

/** The server is killed in the middle of its work: at its next start it goes on, and in the end nothing is missing or double. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allCandidates, classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

const tiles = 64
const query = 'lanterns'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(web.answers(tiles))
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

test('killed three times while it ingests, the server finishes all the same', async () => {
  let soFar = web.allow(11)
  const page = await world.browser.open(resultsUrl(query))
  const bar = await collectByBar(page, 'Lanterns')
  for (const next of [17, 23]) {
    await soFar
    await world.server().kill()
    soFar = web.allow(next)
    await world.restartServer()
  }
  await soFar
  await world.server().kill()
  await bar.waitForText(/server is not running/)
  await world.restartServer()
  web.allowAll()

  await bar.waitForText(new RegExp(`${tiles} stored(?!.*waiting)`))
  const dataset = await waitUntilDone(world.server(), tiles)
  expect(dataset).toMatchObject({ images: tiles, counts: { stored: tiles } })
  expect(await bar.allText()).not.toMatch(/server is not running/)
})

test('every candidate and every picture is there once', async () => {
  const dataset = await waitUntilDone(world.server(), tiles)
  const { batches, urls } = arrivedOf(dataset, query)
  expect([batches, urls.length, new Set(urls).size]).toEqual([1, tiles, tiles])
  const rows = await allCandidates(world.server(), dataset.id)
  expect(new Set(rows.map(({ imageId }) => imageId)).size).toBe(tiles)
  expect(classFolders(dataset)).toEqual({
    lanterns: rows.map(({ imageId }) => `${imageId}.jpg`).sort(),
  })
})

test('the data folder is sound', () => {
  expect(verify(world.home)).toMatchObject({ code: 0 })
  expect(world.browser.strays).toEqual([])
})

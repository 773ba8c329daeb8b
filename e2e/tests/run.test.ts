/** The collect that goes on by itself: until enough is found, until there is no more, and past the engine's question. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { allCandidates, totalOf, waitUntilDone } from '../support/dataset.ts'
import { type Growth, growingPage } from '../support/growing-page.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { createWorld, type World } from '../support/world.ts'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World
const pages = new Map<string, string>()
let queries = 0

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(url => {
    const page = pages.get(url.searchParams.get('q') ?? '')
    if (url.pathname === '/turing/captcha/challenge')
      return { body: '<!doctype html><title>Are you a person?</title>' }
    return url.hostname === 'www.bing.com' && page !== undefined ? { body: page } : web.answers(0)(url)
  })
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

let query: string
beforeEach(() => {
  queries += 1
  query = `lanterns ${queries}`
})

/** Opens results of the query that come in pages of these sizes, and types the class. */
async function open(sizes: readonly number[], growth: Omit<Growth, 'pages'> = {}) {
  const results = web.results(
    query,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  const parts = sizes.map((size, place) => {
    const taken = sizes.slice(0, place).reduce((sum, one) => sum + one, 0)
    return results.slice(taken, taken + size)
  })
  pages.set(query, growingPage(query, { ...growth, pages: parts }))
  const page = await world.browser.open(resultsUrl(query))
  const bar = await driveBar(page)
  await bar.waitFor('region', /gleaner/i)
  if (await bar.find('button', /^allow/i)) await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect \d/i)
  await bar.fill('combobox', /class/i, query)
  await page.keyboard.press('Escape')
  await bar.fill('combobox', /dataset/i, query)
  await page.keyboard.press('Escape')
  const start = async (wanted: number) => {
    await bar.fill('spinbutton', /new originals/i, String(wanted))
    await bar.click('button', /^scroll on$/i)
  }
  return { page, bar, start, results }
}

const held = async (expected: number) => {
  const dataset = await waitUntilDone(world.server(), expected, { name: query })
  return (await allCandidates(world.server(), dataset.id)).map(({ url }) => url).sort()
}

describe('scrolls on and collects', () => {
  test('until enough new originals are found, exactly so many, as one collect', async () => {
    const { page, bar, start, results } = await open([20, 20, 20, 20])
    await start(45)
    await bar.waitForText(/Found 45 of 45 new originals\./)
    const first = results.slice(0, 45).map(({ imageUrl }) => imageUrl)
    expect(await held(45)).toEqual(first.sort())
    await bar.waitForText(/45 stored/)
    await bar.click('button', /^undo$/i)
    await bar.waitForText(/Taken back: 45 results, 45 pictures removed\./)
    await page.close()
  })

  test.each([
    ['of which only a part scrolls', { isNested: true }],
    ['that has a button for more', { hasButton: true }],
  ])('a page %s', async (_, growth) => {
    const { page, bar, start } = await open([15, 15, 15], growth)
    await start(40)
    await bar.waitForText(/Found 40 of 40 new originals\./)
    await held(40)
    expect(page.url()).toBe(resultsUrl(query))
    await page.close()
  })

  test('past everything that is in the set already', async () => {
    const first = await open([20, 20])
    await first.start(30)
    await first.bar.waitForText(/Found 30 of 30/)
    await held(30)
    await first.page.close()
    const again = await open([20, 20, 20])
    await again.start(25)
    await again.bar.waitForText(/Found 25 of 25/)
    await held(55)
    await again.page.close()
  })
})

describe('stops and says why', () => {
  test('when the page brings no more', async () => {
    const { page, bar, start } = await open([20, 10])
    await start(100)
    await bar.waitForText(/Found 30 of 100 new originals\./)
    expect(await bar.allText()).toContain('The page brings no new originals any more.')
    await held(30)
    await page.close()
  })

  test('when the engine repeats its last page', async () => {
    const { page, bar, start } = await open([20, 10], { atLast: 'repeats' })
    await start(100)
    await bar.waitForText(/Found 30 of 100 new originals\./)
    expect(await bar.allText()).toContain('The engine repeats what it has shown.')
    await held(30)
    await page.close()
  })

  test('when the person presses Escape', async () => {
    const { page, bar, start } = await open([20, 20, 20, 20, 20, 20, 20, 20])
    await start(5000)
    await bar.waitForText(/[1-9]\d* of 5,000 new originals so far/)
    await page.keyboard.press('Escape')
    await bar.waitFor('button', /^scroll on$/i)
    const text = await bar.waitForText(/Found \d+ of 5,000 new originals\./)
    const found = Number(/Found (\d+) of/.exec(text)?.[1])
    expect(totalOf(await waitUntilDone(world.server(), found, { name: query }))).toBe(found)
    await page.close()
  })
})

describe('the engine asks whether a person is searching', () => {
  test('on the page: waits, sends nothing, and goes on by itself when it is answered', async () => {
    const { page, bar, start } = await open([20, 20, 20], { asksBefore: 2 })
    await start(55)
    await bar.waitForText(/Paused at 40 of 55 new originals/)
    await bar.waitForText(/wants to know whether a person is searching/)
    await held(40)
    await page.getByRole('button', { name: 'I am a person' }).click()
    await bar.waitForText(/Found 55 of 55 new originals\./)
    await held(55)
    await page.close()
  })

  test('on a page of its own: goes on once the results are there again', async () => {
    const { page, bar, start } = await open([20, 20, 20], { asksBefore: 2 })
    await start(55)
    await bar.waitForText(/Paused at 40 of 55/)
    await held(40)
    await page.goto('https://www.bing.com/turing/captcha/challenge?q=none')
    pages.set(query, pages.get(query)?.replace('"asksBefore":2', '"asksBefore":-1') ?? '')
    await page.goto(resultsUrl(query))
    await bar.waitForText(/Found 55 of 55 new originals\./)
    await held(55)
    await page.close()
  })
})

test('nothing but this machine was talked to', () => {
  expect(world.browser.strays).toEqual([])
})
